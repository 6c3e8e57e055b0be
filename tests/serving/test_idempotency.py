import pytest

from serving.idempotency import NO_KEY, CallKey, RecentCalls
from serving.problems import HttpError

BODY = {"lead_id": "1", "n": 1.5}


def key(caller="crm", name="k", address="/v1/score", body=BODY):
    return CallKey.of(caller, name, address, body)


def test_a_key_belongs_to_its_caller_and_address():
    assert key().digest == key(body={}).digest
    others = key(caller="other"), key(name="k2"), key(address="/v1/outcomes")
    assert len({key().digest, *(other.digest for other in others)}) == 4
    assert key("a", "bc").digest != key("ab", "c").digest


def test_a_fingerprint_is_that_of_the_values():
    assert key().fingerprint == key(body=dict(reversed(BODY.items()))).fingerprint
    others = [key(body={**BODY, "n": 2}), key(body=[BODY])]
    assert len({key().fingerprint, *(other.fingerprint for other in others)}) == 3


def test_another_call_under_a_key_is_refused():
    key().check(key().fingerprint)
    for other in (key(body={}).fingerprint, None):
        with pytest.raises(HttpError, match="was used for another call") as refused:
            key().check(other)
        assert (refused.value.status, refused.value.code) == (422, "idempotency_key_reused")


def test_no_key_is_none_for_its_items_as_well():
    assert key(name="") is NO_KEY
    assert not NO_KEY.item(3, {})
    assert key().item(0, BODY).digest not in (key().digest, key().item(1, BODY).digest)


@pytest.mark.parametrize("name", ["k" * 256, "a\nb"])
def test_what_is_no_key_is_refused(name):
    with pytest.raises(HttpError, match="printable text of up to 255 characters"):
        key(name=name)
    assert key(name="k" * 255)


def test_the_newest_calls_are_remembered():
    recent = RecentCalls(2)
    for n in range(3):
        recent.put(key(name=str(n)), n)
    recent.put(NO_KEY, 9)
    assert [recent.get(key(name=str(n))) for n in range(3)] == [None, 1, 2]
    with pytest.raises(HttpError, match="was used for another call"):
        recent.get(key(name="2", body={}))
    recent.clear()
    assert recent.get(key(name="2")) is None
