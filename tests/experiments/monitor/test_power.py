import numpy as np
import pytest

from experiments.monitor.evidence import NEEDED, Decided, evidence
from experiments.monitor.power import LOOKS, TOO_HIGH, power


def test_aim_with_200_matured_handoffs_a_month():
    seen = power(np.full(50, 0.25), 200)
    assert (seen.a_month, seen.readiness, seen.too_high, seen.looks) == (200, 0.25, TOO_HIGH, LOOKS)
    assert seen.chance >= 0.6
    assert seen.in_words() == (
        "With 200 matured handoffs a month, a readiness 1.3 times too high is alarmed within 3 "
        f"looks with a chance of {seen.chance:.0%}."
    )


def test_power_is_what_the_evidence_sees_of_single_decisions():
    period = np.repeat(np.arange(3), 100)
    alarmed = []
    for seed in range(400):
        won = (np.random.default_rng(seed).random(300) < 0.4 / 1.5).astype(float)
        decided = Decided(period, won, np.full(300, 0.4), np.arange(300))
        alarmed.append((evidence(decided) >= NEEDED).any())
    seen = power(np.full(9, 0.4), 100, too_high=1.5)
    assert seen.chance == pytest.approx(np.mean(alarmed), abs=0.06)


def test_more_handoffs_and_a_surer_offset_show_more():
    chances = [power(np.full(9, 0.25), n).chance for n in (20, 200, 2_000)]
    assert chances == sorted(chances)
    assert chances[-1] > 0.99
    assert power(np.full(9, 0.25), 200, spread=0.2).chance < chances[1]
    assert power(np.full(9, 0.25), 200, looks=1).chance < chances[1]


def test_every_handoff_of_a_month_is_drawn():
    readiness = np.linspace(0.05, 0.5, 37)
    seen = power(readiness, 3, draws=10)
    assert seen.readiness == pytest.approx(readiness.mean())
    assert seen.a_month == 3
    assert power(np.array([0.3]), 1, draws=10).chance == 0
    same = [power(readiness, 500, draws=200).chance for _ in range(2)]
    assert same[0] == same[1]
