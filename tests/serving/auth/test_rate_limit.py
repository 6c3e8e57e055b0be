from hypothesis import given
from hypothesis import strategies as st

from serving.auth.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_caller_gets_a_second_at_once_and_then_the_rate():
    clock = Clock()
    limit = RateLimit(2.0, clock)
    assert [limit.wait("a") for _ in range(3)] == [0.0, 0.0, 0.5]
    clock.now += 0.5
    assert [limit.wait("a") for _ in range(2)] == [0.0, 0.5]


def test_each_caller_has_a_bucket_of_its_own():
    limit = RateLimit(1.0, Clock())
    assert [limit.wait(name) for name in "ab"] == [0.0, 0.0]
    assert limit.wait("a") == 1.0


def test_a_list_is_answered_and_the_next_request_waits_for_it():
    clock = Clock()
    limit = RateLimit(10.0, clock)
    assert limit.wait("a") == 0.0
    limit.charge("a", 199)
    assert limit.wait("a") == 19.1
    assert limit.wait("b") == 0.0
    clock.now += 19.2
    assert limit.wait("a") == 0.0


def test_less_than_one_a_second_still_lets_one_through():
    clock = Clock()
    limit = RateLimit(0.1, clock)
    assert [limit.wait("a") for _ in range(2)] == [0.0, 10.0]


@given(st.floats(0.1, 50), st.lists(st.floats(0, 3), min_size=1, max_size=200))
def test_never_more_than_the_rate_and_never_refused_after_the_wait(rate, pauses):
    clock = Clock()
    limit = RateLimit(rate, clock)
    allowed = 0
    for pause in pauses:
        clock.now += pause
        wait = limit.wait("a")
        if wait:
            clock.now += wait + 1e-9
            assert limit.wait("a") == 0.0
        allowed += 1
    assert allowed <= max(1.0, rate) + (clock.now - 100.0) * rate + 1e-6
