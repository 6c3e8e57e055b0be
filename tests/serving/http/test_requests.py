import json

import pytest

from leadgate.errors import LeadError
from serving.http.requests import (
    MAX_LEADS,
    check_values,
    list_request,
    parse_json,
    score_request,
)
from serving.problems import HttpError


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"", "bad_json", "not JSON: Expecting value at line 1"),
        (b'{"a": 1', "bad_json", "not JSON: .* at line 1, column 8"),
        (b"\xff\xfe{\x00}\x00", "bad_encoding", "not UTF-8 from byte 0"),
        (b'{"a": "\\ud800"}', "bad_encoding", "half a surrogate pair"),
        (b'{"\\udfff": 1}', "bad_encoding", "half a surrogate pair"),
        (b"[" * 100_000, "bad_json", "nested too deeply"),
        (b'{"a": ' * 100_000, "bad_json", "nested too deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "bad_json", "too many digits"),
    ],
)
def test_parse_json_refuses_what_is_not_json(body, code, message):
    with pytest.raises(HttpError, match=message) as caught:
        parse_json(body)
    assert (caught.value.status, caught.value.code) == (400, code)


def test_parse_json_reads_text_in_any_language_and_a_byte_order_mark():
    value = {"name": "Łódź 東京 😀"}
    assert parse_json(b"\xef\xbb\xbf" + json.dumps(value, ensure_ascii=False).encode()) == value
    assert parse_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 2}', b'{"b": [{"c": {"a": 1, "a": 2}}]}'])
def test_parse_json_refuses_an_object_with_a_name_twice(body):
    with pytest.raises(HttpError, match="the name a twice") as caught:
        parse_json(body)
    assert (caught.value.status, caught.value.code, caught.value.field) == (
        400,
        "repeated_name",
        "a",
    )


def test_a_name_that_comes_back_is_cut():
    with pytest.raises(LeadError, match="…") as caught:
        check_values({"a" * 5000: []})
    assert len(caught.value.field) == 100


def test_score_request_keeps_fields_apart_from_activities_and_as_of():
    request = score_request(
        {
            "lead_id": "1",
            "Employees": "250",
            "Region": None,
            "opted_in": True,
            "as_of": "2026-01-02T03:04:05+01:00",
            "activities": [{"type": "visit", "occurred_at": 1767323045000}],
        }
    )
    assert request.lead == {"lead_id": "1", "Employees": "250", "Region": None, "opted_in": True}
    assert request.activities == [{"type": "visit", "occurred_at": 1767323045000}]
    assert request.as_of == 1767319445_000_000


@pytest.mark.parametrize("as_of", [None, ""])
def test_score_request_takes_an_empty_as_of_for_now(as_of):
    assert score_request({"lead_id": "1", "as_of": as_of, "activities": None}).as_of is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"a": float("nan")}, "a"),
        ({"a": float("inf")}, "a"),
        ({"a": json.loads("-1e999")}, "a"),
        ({"a": 10**30}, "a"),
        ({"a": [1]}, "a"),
        ({"a": {"b": 1}}, "a"),
        ({"as_of": "2026-01-02"}, "as_of"),
        ({"as_of": True}, "as_of"),
        ({"as_of": float("nan")}, "as_of"),
        ({"as_of": [1]}, "as_of"),
        ({"activities": {"type": "visit"}}, "activities"),
        ({"activities": ["visit"]}, "activities[0]"),
        ({"activities": [{}, {"value": float("nan")}]}, "activities[1].value"),
    ],
)
def test_score_request_names_the_field_at_fault(fields, field):
    with pytest.raises(LeadError, match=r"\w+") as caught:
        score_request({"lead_id": "1", **fields})
    assert caught.value.field == field


@pytest.mark.parametrize("value", [None, 1, "lead", [{"lead_id": "1"}]])
def test_score_request_refuses_what_is_no_object(value):
    with pytest.raises(LeadError, match="flat JSON object"):
        score_request(value)


def test_list_request_takes_as_many_leads_as_it_says():
    leads = [{"lead_id": str(i)} for i in range(MAX_LEADS)]
    assert list_request({"leads": leads}) == leads
    with pytest.raises(
        HttpError, match=f"{MAX_LEADS + 1} leads; a request takes up to {MAX_LEADS}"
    ):
        list_request({"leads": [*leads, {}]})


@pytest.mark.parametrize("value", [None, [], {}, {"leads": {"lead_id": "1"}}])
def test_list_request_refuses_what_is_no_list_of_leads(value):
    with pytest.raises(HttpError, match="The body is a JSON object") as caught:
        list_request(value)
    assert caught.value.field == "leads"
