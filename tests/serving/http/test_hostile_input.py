"""Whatever a client sends, it is answered with 200 or with a fault of its own."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving.scoring.scorer import Scorer

TIMES = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "2026-01-01", 1767323045000, 1e12]
NUMBERS = ["1e999", "-1e-999", "1_000", "٣", "0x10", "Infinity", "nan", "1,5", "9" * 400, 1e300]
TEXTS = ["", " ", "\x00", "\ufeff", "😀" * 50, "a" * 5_000, "'; DROP TABLE leads; --", "{{7*7}}"]
LEAD = {
    "lead_id": "1",
    "CreatedDate": "2026-01-01T00:00:00Z",
    "Source": "Web",
    "Employees": 25,
    "as_of": "2026-03-01T00:00:00Z",
}
ACTIVITY = {"type": "pricing_view", "occurred_at": "2026-01-02T00:00:00Z", "value": 1}

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([*TIMES, *NUMBERS, *TEXTS])
)
nested = st.lists(scalars, max_size=2) | st.dictionaries(st.text(), scalars, max_size=2)
values = scalars | scalars | scalars | nested


def changed(sound, *more_names):
    """A sound object with a few values replaced by anything."""
    names = st.sampled_from([*sound, *more_names])
    return st.dictionaries(names, values, max_size=2).map(lambda changes: sound | changes)


activities = st.lists(changed(ACTIVITY, "lead_id", "recorded_at", "channel"), max_size=3)
leads = st.builds(
    lambda lead, extra, activities: {**extra, **lead, "activities": activities},
    changed(LEAD, "created_at", "LeadId", "Email"),
    st.dictionaries(st.text(max_size=5), values, max_size=1),
    activities | activities | activities | values,
)


@pytest.fixture(scope="module")
def scorer(bundle):
    return Scorer.load(bundle)


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(leads)
def test_score_never_fails_for_what_was_sent(client_of, scorer, lead):
    client = client_of(lambda: scorer)
    answer = client.call("POST", "/v1/score", json.dumps(lead).encode())
    assert answer.status in {200, 400}, answer.content
    strict = json.loads(answer.content, parse_constant=pytest.fail)
    if answer.status == 200:
        assert 0 <= strict["readiness"] <= 1
        assert strict["readiness_low"] <= strict["readiness"] <= strict["readiness_high"]
    else:
        assert strict["code"]
        assert strict["detail"]


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=200) | st.text().map(str.encode))
def test_bytes_that_are_no_lead_are_a_fault_of_the_client(client_of, scorer, content):
    for path in ("/v1/score", "/v1/score/batch"):
        assert client_of(lambda: scorer).call("POST", path, content).status == 400


def test_a_batch_answers_each_lead_as_if_it_were_alone(client_of, scorer):
    client = client_of(lambda: scorer)
    sent = [
        {"lead_id": str(i), "created_at": "2026-01-01T00:00:00Z", "Employees": i, "as_of": as_of}
        for i, as_of in enumerate(["2026-02-01T00:00:00Z", "nonsense", 1767323045000] * 10)
    ]
    results = client.post("/v1/score/batch", {"leads": sent}).json()["results"]
    for lead, result in zip(sent, results, strict=True):
        alone = client.post("/v1/score", lead).json()
        assert alone.pop("request_id")
        if result["status"] == 400:
            alone = {name: alone[name] for name in ("status", "code", "detail", "field")}
            assert result.pop("lead_id") == lead["lead_id"]
        else:
            assert result.pop("status") == 200
        assert result == alone
