import json

import pytest
from starlette.exceptions import HTTPException

from leadgate.errors import BundleError, DataError, LeadError, NoChampionError, RegistryError
from serving.problems import HttpError, http_error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (LeadError("a is no time.", field="a", code="bad_time"), 400, "bad_time"),
        (NoChampionError("Nothing has been promoted yet."), 503, "no_champion"),
        (BundleError("linear.json was changed."), 503, "bad_bundle"),
        (RegistryError("The registry does not answer."), 503, "registry_unavailable"),
        (TimeoutError(), 503, "too_slow"),
        (HTTPException(404), 404, "not_found"),
        (HTTPException(405, headers={"Allow": "GET"}), 405, "method_not_allowed"),
        (HTTPException(400, "No."), 400, "http_error"),
        (HttpError(413, "too_large", "Too large."), 413, "too_large"),
        (DataError("leads.csv is empty."), 500, "internal_error"),
        (KeyError("jane.doe@example.com"), 500, "internal_error"),
    ],
)
def test_http_error_has_the_status_and_code_of_its_cause(error, status, code):
    problem = http_error(error)
    assert (problem.status, problem.code) == (status, code)


def test_http_error_states_when_to_come_back_only_where_waiting_helps():
    assert http_error(NoChampionError("None yet.")).headers == {"Retry-After": "10"}
    assert http_error(LeadError("a is no time.", field="a")).headers == {}


def test_http_error_says_nothing_of_a_defect():
    assert "jane" not in http_error(KeyError("jane.doe@example.com")).message


def test_body_holds_the_members_of_rfc_9457_and_ours():
    error = http_error(LeadError("a is no time.", field="a", code="bad_time"))
    assert json.loads(error.body("r-1")) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "code": "bad_time",
        "detail": "a is no time.",
        "field": "a",
        "request_id": "r-1",
    }
