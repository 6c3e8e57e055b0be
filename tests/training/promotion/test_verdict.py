"""The verdict and its words."""

import dataclasses

import numpy as np
import pytest

from tests.training.promotion.contests import beside
from training.evaluation.evaluated import Metric
from training.evaluation.signal import Signal
from training.promotion.advice import Supply
from training.promotion.evidence import Evidence
from training.promotion.gather import alike
from training.promotion.past import Look, Past
from training.promotion.refresh import Refresh
from training.promotion.since import Level
from training.promotion.verdict import decide, too_few

NOTHING_MORE = Supply(30.0, 0, activities=True)


def with_signal(
    evaluation, error=0.02, *, accounts=300.0, auc_low=0.6, auc_high=0.8, gain_low=0.01, level=1.0
):
    metrics = dict(evaluation.metrics)
    metrics["auc"] = Metric((auc_low + auc_high) / 2, auc_low, auc_high, 0.5)
    metrics["calibration_in_the_large"] = Metric(level, level - 0.05, level + 0.05)
    return dataclasses.replace(
        evaluation,
        metrics=metrics,
        signal=Signal(0.6, error, accounts, 900.0),
        gain=Metric(0.02, gain_low, 0.03, 0.0),
    )


@pytest.mark.parametrize(("won", "lost"), [(9, 500), (500, 9), (15, 24), (0, 0)])
def test_too_few_names_the_counts_and_what_is_missing(won, lost):
    why = too_few(won, lost, NOTHING_MORE)
    assert f"{won} won" in why
    assert f"{lost} not won" in why
    assert "What would help: " in why


def test_forty_with_ten_of_either_kind_are_enough():
    assert too_few(10, 30, NOTHING_MORE) == ""


def test_an_auc_that_may_be_random_is_no_signal(evaluation):
    worse = beside("3", evaluation, np.full(2000, 0.5))
    verdict, why = decide(with_signal(evaluation, 0.06), worse, NOTHING_MORE)
    assert verdict == "no_signal"
    assert why.startswith("No signal: the AUC on 4 forward windows is 0.600 (0.501 to 0.699), and")
    assert "as high with a chance of 0.048 (below 0.01 is asked for)" in why


def test_no_signal_says_how_many_more_wins_would_help(evaluation):
    _, why = decide(with_signal(evaluation, 0.06), None, NOTHING_MORE)
    assert "What would help: about 640 more wins (22 months at today's rate)" in why


def test_too_few_accounts_are_an_answer_of_their_own(evaluation):
    verdict, why = decide(with_signal(evaluation, 0.001, accounts=24.0), None, NOTHING_MORE)
    assert verdict == "no_signal"
    assert why.startswith("Too few accounts to test for signal: the evaluated wins count as 24")
    assert "What would help: other accounts, 1 more with a win (a month at today's rate)." in why


def test_windows_of_one_kind_are_too_few_accounts(evaluation):
    verdict, why = decide(with_signal(evaluation, 0.0, accounts=0.0), None, NOTHING_MORE)
    assert verdict == "no_signal"
    assert "wins count as 0 equal accounts" in why


def test_without_a_champion_a_signal_is_better(evaluation):
    verdict, why = decide(with_signal(evaluation, 0.02), None, NOTHING_MORE)
    assert verdict == "better"
    assert "no champion" in why
    assert not any(words in why for words in ("not surely", "alone", "Mind"))


def test_a_first_model_at_the_wrong_level_is_warned_of(evaluation):
    verdict, why = decide(with_signal(evaluation, 0.02, level=1.4), None, NOTHING_MORE)
    assert verdict == "better"
    assert (
        "Mind its calibration: its predicted-to-actual ratio of wins is 1.40 (1.35 to 1.45)" in why
    )


def test_a_gain_that_reaches_zero_is_said(evaluation):
    _, why = decide(with_signal(evaluation, 0.02, gain_low=-0.001), None, NOTHING_MORE)
    assert "not surely below that of the base rate" in why


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.41, 0.55, "but 0.480 (0.410 to 0.550) in the newest window alone: there no signal"),
        (0.41, 0.45, "(0.410 to 0.450) in the newest window alone: there it points the wrong way"),
    ],
)
def test_a_newest_window_without_signal_is_said(evaluation, low, high, words):
    now = with_signal(evaluation, 0.02, auc_low=low, auc_high=high)
    verdict, why = decide(now, None, NOTHING_MORE)
    assert verdict == "better"
    assert words in why
    assert "may be gone" in why


def test_a_clear_gain_replaces_the_champion(evaluation):
    now = with_signal(evaluation, 0.02)
    verdict, why = decide(now, beside("3", now, np.full(2000, 0.5)), NOTHING_MORE)
    assert verdict == "better"
    assert "lower than that of champion version 3: the gain is +0." in why


def refresh(**parts):
    values = {"level": Level(None, 12, "12 wins matured since"), "segments": [], "falls": []}
    values["past"] = Past(Look(400, 0.5), Look(400, 0.5))
    return Refresh("3", **{**values, "first_reasons": 0.91, **parts})


def test_the_same_recipe_is_a_refresh_that_claims_nothing(evaluation):
    verdict, why = decide(with_signal(evaluation), refresh(), NOTHING_MORE)
    assert verdict == "refresh"
    assert "The recipe of champion version 3 on newer data: a refresh." in why
    assert "91% of the leads keep their first reason." in why
    assert "Not checked: level on what matured since (12 wins matured since); segments on" in why


def test_a_refresh_that_does_harm_says_where(evaluation):
    level = Level(Metric(1.5, 1.2, 1.9), 70)
    verdict, why = decide(with_signal(evaluation), refresh(level=level), NOTHING_MORE)
    assert verdict == "refresh"
    assert "It is refused for harm: of the 70 wins that matured since, the champions pred" in why


def test_what_no_figure_can_decide_waits_for_a_reason(evaluation):
    asked = refresh(reason_asked="It differs in columns.segments.")
    verdict, why = decide(with_signal(evaluation), asked, NOTHING_MORE)
    assert verdict == "not_better_than_champion"
    assert "It differs in columns.segments." in why
    assert "--reason" not in why, "it is still read after the promotion"


def test_another_definition_of_a_win_shows_both_fitted_to_it(evaluation):
    now = with_signal(evaluation)
    asked = beside("3", now, np.full(2000, 0.5), "Its outcomes are defined otherwise.")
    verdict, why = decide(now, asked, NOTHING_MORE)
    assert verdict == "not_better_than_champion"
    assert "With both recipes fitted to the new definition the gain in log loss is +0." in why
    assert "What is asked instead: a predicted-to-actual ratio" in why


def test_another_horizon_shows_no_gain_of_a_model_over_itself(evaluation):
    now = with_signal(evaluation)
    verdict, why = decide(now, alike("3", now, "A win counts within 60 days."), NOTHING_MORE)
    assert verdict == "not_better_than_champion"
    assert "both recipes are one model: there is no gain to show. What is asked instead:" in why
    assert "+0.0000" not in why


def test_a_definition_under_which_the_champion_cannot_be_fitted_waits_for_a_reason_too(evaluation):
    level = evaluation.metrics["calibration_in_the_large"]
    asked = Evidence("3", None, [], level, "Its outcomes are defined otherwise.")
    assert asked.refusal == ""
    assert dataclasses.replace(asked, reason_asked="").refusal == "not_better"


def test_the_same_readiness_keeps_the_champion(evaluation):
    now = with_signal(evaluation, 0.02)
    verdict, why = decide(now, beside("3", now, now.evaluated.readiness), NOTHING_MORE)
    assert verdict == "not_better_than_champion"
    assert "does not replace champion version 3: its log loss is not lower" in why
