import pytest
from prometheus_client import REGISTRY

from leadgate.errors import StoreBusyError, StoreError, StoreLostError
from serving.store import patience
from serving.store.patience import patiently


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on only while somebody sleeps."""
    at = [100.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: at[0])
    monkeypatch.setattr(patience.time, "sleep", lambda seconds: at.append(at.pop() + seconds))
    return at


def busy(times, error=StoreBusyError):
    left = [error("held")] * times

    def work():
        if left:
            raise left.pop()
        return "done"

    return work


def test_a_store_that_is_busy_is_asked_again_until_it_is_not(clock):
    assert patiently(busy(9), clock[0] + 10) == "done"
    assert 100 < clock[0] < 101


def test_patience_ends_with_the_time_of_the_request(clock):
    with pytest.raises(StoreBusyError, match="held"):
        patiently(busy(10**6), clock[0] + 10)
    assert 109 < clock[0] < 110


def test_without_time_there_is_one_attempt(clock):
    with pytest.raises(StoreBusyError, match="held"):
        patiently(busy(1), 0.0)
    assert clock[0] == 100


def test_what_is_away_is_not_waited_for(clock):
    with pytest.raises(StoreError, match="held"):
        patiently(busy(1, StoreError), clock[0] + 10)
    assert clock[0] == 100


def test_the_time_waited_for_others_is_counted(clock):
    def waited():
        return REGISTRY.get_sample_value("leadgate_store_waited_seconds_total")

    before = waited()
    patiently(busy(9), clock[0] + 10)
    assert waited() - before == pytest.approx(clock[0] - 100)


def test_a_cut_connection_is_made_anew_at_once_but_not_for_ever(clock):
    assert patiently(busy(3, StoreLostError), 0.0) == "done"
    with pytest.raises(StoreLostError, match="held"):
        patiently(busy(4, StoreLostError), clock[0] + 10)
    assert clock[0] == 100
