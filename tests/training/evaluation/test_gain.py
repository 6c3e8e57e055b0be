"""The gain of the gate, beside newest first, the score in use and sending everything."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from training.evaluation.gain import at_threshold, curves, lines


def test_curves_run_from_nobody_to_everybody(evaluated):
    for curve in curves(evaluated):
        assert curve.leads[[0, -1]].tolist() == [0, 1]
        assert curve.wins[[0, -1]].tolist() == pytest.approx([0, 1])
        assert np.all(np.diff(curve.wins) >= 0)


def test_curves_name_the_own_score_only_where_there_is_one(evaluated, undated):
    assert [c.name for c in curves(evaluated)] == ["the gate", "newest first", "own score"]
    assert [c.name for c in curves(undated)] == ["the gate", "newest first"]


def test_a_perfect_order_keeps_every_win_first(evaluated):
    oracle = dataclasses.replace(evaluated, readiness=evaluated.y)
    gate = curves(oracle)[0]
    base = evaluated.weight @ evaluated.y / evaluated.weight.sum()
    assert gate.wins[gate.leads >= base + 0.01] == pytest.approx(1.0)


def test_lines_agree_with_the_curves(evaluation):
    at_capacity = {line.name: line.kept.value for line in lines(evaluation)}
    for curve in curves(evaluation.evaluated):
        kept = np.interp(evaluation.capacity_share, curve.leads, curve.wins)
        assert at_capacity[curve.name] == pytest.approx(kept, abs=1e-3)


def test_lines_end_with_sending_everything(evaluation):
    evaluated = evaluation.evaluated
    everything = lines(evaluation)[-1]
    assert (everything.name, everything.share) == ("send everything", 1.0)
    assert everything.kept.value == everything.kept.low == everything.kept.high == 1.0
    assert everything.won.value == pytest.approx(
        evaluated.weight @ evaluated.y / evaluated.weight.sum()
    )


def test_lines_have_intervals_around_their_value(evaluation):
    for line in lines(evaluation):
        for figure in (line.won, line.kept):
            assert figure.low <= figure.value <= figure.high


def test_the_gate_beats_the_blurred_score_in_use(evaluation):
    gate, newest, own, _ = lines(evaluation)
    assert gate.kept.low > own.kept.value > newest.kept.high


def test_what_reaches_the_threshold_has_its_precision_and_recall(evaluated):
    line = at_threshold(evaluated, 0.2)
    weight, y, taken = evaluated.weight, evaluated.y, evaluated.readiness >= 0.2
    assert 0 < line.share < 1
    assert line.share == pytest.approx(weight[taken].sum() / weight.sum())
    assert line.won.value == pytest.approx(weight[taken] @ y[taken] / weight[taken].sum())
    assert line.kept.value == pytest.approx(weight[taken] @ y[taken] / (weight @ y))
    assert line.won.low < line.won.value < line.won.high


def test_a_readiness_at_the_threshold_reaches_it(evaluated):
    highest = float(evaluated.readiness.max())
    assert at_threshold(evaluated, highest).share > 0
    nobody = at_threshold(evaluated, np.nextafter(highest, 1))
    assert (nobody.share, nobody.kept.value) == (0.0, 0.0)
    assert np.isnan(nobody.won.value)
