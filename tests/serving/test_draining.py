import pytest

from serving import draining
from serving.problems import HttpError


def test_every_worker_of_a_service_says_that_it_drains(tmp_path, monkeypatch):
    monkeypatch.setenv(draining.HOME, str(tmp_path))
    draining.check()
    draining.begin(tmp_path)
    with pytest.raises(HttpError, match="about to end") as caught:
        draining.check()
    assert (caught.value.status, caught.value.code) == (503, "draining")
    assert "Retry-After" in caught.value.headers


def test_a_service_without_a_scratch_folder_does_not_drain(monkeypatch):
    monkeypatch.delenv(draining.HOME, raising=False)
    draining.check()
    assert not draining.begun()


def test_an_answer_ends_its_connection_while_the_service_drains(client, tmp_path, monkeypatch):
    monkeypatch.setenv(draining.HOME, str(tmp_path))
    assert "connection" not in client.get("/livez").headers
    draining.begin(tmp_path)
    answers = [client.get("/livez"), client.get("/no such address")]
    assert [answer.headers.get("connection") for answer in answers] == ["close", "close"]
