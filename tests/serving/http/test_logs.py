import io
import json
import logging

import pytest

from serving.auth.api_keys import hash_key
from serving.http import logs

JANE = "jane.doe@example.com"


@pytest.fixture
def written():
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    loggers = [logging.getLogger(name) for name in ("leadgate.access", "leadgate.model")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    # The handlers of pytest itself are left as they are.
    handler.setFormatter(logs.JsonFormatter())
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    for logger in loggers:
        logger.removeHandler(handler)


def test_a_request_is_one_object_with_its_facts(client, written):
    client.post("/v1/score", {"lead_id": "bad", "Email": JANE}, x_request_id="crm-17")
    (line,) = written()
    assert line.pop("time").endswith("+00:00")
    assert line.pop("milliseconds") > 0
    assert line.pop("message").startswith("POST /v1/score 400 bad_time")
    assert line == {
        "level": "info",
        "logger": "leadgate.access",
        "method": "POST",
        "address": "/v1/score",
        "status": 400,
        "code": "bad_time",
        "request_id": "crm-17",
        "caller": hash_key("a-key")[:8],
    }


def test_an_exception_is_its_type_and_places_without_its_text(written):
    try:
        raise KeyError(JANE)
    except KeyError:
        logging.getLogger("leadgate.model").exception("A\nlook\nfailed.")
    (line,) = written()
    assert (line["message"], line["error"]) == ("A\nlook\nfailed.", "KeyError")
    assert "test_logs.py" in line["where"]
    assert JANE not in json.dumps({k: v for k, v in line.items() if k != "where"})


def test_every_handler_of_the_process_writes_json(monkeypatch):
    handlers = [logging.StreamHandler(), logging.StreamHandler()]
    monkeypatch.setattr(logging.root, "handlers", [handlers[0]])
    monkeypatch.setattr(logging.getLogger("some.library"), "handlers", [handlers[1]])
    for logger in map(logging.getLogger, list(logging.root.manager.loggerDict)):
        monkeypatch.setattr(logger, "handlers", [h for h in logger.handlers if h in handlers])
    logs.write_json()
    assert [type(handler.formatter) for handler in handlers] == [logs.JsonFormatter] * 2
