"""The verdict and its words."""

import dataclasses
import math

import pytest

from training.result import Metric
from training.verdict import decide, too_few


def with_signal(evaluation, low, *, auc_low=0.6, gain_low=0.01):
    metrics = dict(evaluation.metrics)
    metrics["auc"] = Metric(0.7, auc_low, 0.8, 0.5)
    return dataclasses.replace(
        evaluation,
        metrics=metrics,
        pooled_auc=Metric(0.6, low, 0.7, 0.5),
        gain=Metric(0.02, gain_low, 0.03, 0.0),
    )


@pytest.mark.parametrize(("won", "lost"), [(9, 500), (500, 9), (15, 24), (0, 0)])
def test_too_few_names_the_counts(won, lost):
    why = too_few(won, lost)
    assert f"{won} won" in why
    assert f"{lost} not won" in why


def test_forty_with_ten_of_either_kind_are_enough():
    assert too_few(10, 30) == ""


@pytest.mark.parametrize("low", [0.49, 0.5])
def test_an_interval_that_reaches_one_half_is_no_signal(evaluation, low):
    verdict, why = decide(with_signal(evaluation, low), Metric(0.1, 0.05, 0.2), "3")
    assert verdict == "no_signal"
    assert "may be chance" in why


def test_windows_of_one_kind_are_no_signal(evaluation):
    verdict, why = decide(with_signal(evaluation, math.nan), None)
    assert verdict == "no_signal"
    assert "one kind" in why


def test_without_a_champion_a_signal_is_better(evaluation):
    verdict, why = decide(with_signal(evaluation, 0.51), None)
    assert verdict == "better"
    assert "no champion" in why
    assert "not surely" not in why
    assert "alone" not in why


def test_a_gain_that_reaches_zero_is_said(evaluation):
    _, why = decide(with_signal(evaluation, 0.51, gain_low=-0.001), None)
    assert "not surely below that of the base rate" in why


def test_a_test_window_that_may_be_chance_is_said(evaluation):
    _, why = decide(with_signal(evaluation, 0.51, auc_low=0.48), None)
    assert "On the test window alone it may be chance." in why


@pytest.mark.parametrize(("low", "verdict"), [(0.001, "better"), (0.0, "not_better_than_champion")])
def test_the_champion_is_beaten_only_beyond_doubt(evaluation, low, verdict):
    found, why = decide(with_signal(evaluation, 0.51), Metric(0.004, low, 0.01, 0.0), "3")
    assert found == verdict
    assert "champion version 3" in why or "the champion" in why
