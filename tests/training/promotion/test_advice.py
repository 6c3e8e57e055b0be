"""What would help, and how much of it."""

import dataclasses
import math

import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.evaluation.signal import Signal
from training.promotion.advice import Supply, for_accounts, for_counts, for_signal

ENOUGH = Supply(30.0, 0, activities=True)


def test_no_signal_names_wins_work_and_activities(evaluation):
    doubtful = dataclasses.replace(evaluation, signal=Signal(0.53, 0.02, 300.0, 900.0))
    said = for_signal(doubtful, Supply(30.0, 1234, activities=False))
    assert said.startswith("What would help: about ")
    assert "more wins" in said
    assert "at today's rate" in said
    assert "1,234 leads that it never worked" in said
    assert "activities" in said
    sentence = for_signal(doubtful, Supply(30.0, 1, activities=True))
    assert "sales working the one lead that it never worked" in sentence
    assert "months" not in for_signal(doubtful, dataclasses.replace(ENOUGH, wins_a_month=math.nan))


def test_an_auc_at_one_half_asks_for_other_columns(evaluation):
    chance = dataclasses.replace(evaluation, signal=Signal(0.501, 0.02, 300.0, 900.0))
    assert "other columns" in for_signal(chance, ENOUGH)


@pytest.mark.parametrize(
    ("won", "lost", "words"),
    [
        (20.0, 300.0, "other accounts, 5 more with a win (a month at today's rate)."),
        (20.0, 7.0, "5 more with a win (a month at today's rate) and 18 more with a loss."),
        (300.0, 24.9, "other accounts, 1 more with a loss."),
    ],
)
def test_too_few_accounts_names_the_kind_that_is_missing(evaluation, won, lost, words):
    few = dataclasses.replace(evaluation, signal=Signal(0.6, 0.1, won, lost))
    assert words in for_accounts(few, ENOUGH)


@pytest.mark.parametrize(
    ("won", "lost", "words"),
    [
        (6, 25, "4 more won and 5 more of either kind (a month at today's rate)"),
        (3, 60, "7 more won (a month"),
        (30, 2, "8 more lost."),
        (0, 0, "10 more won, 10 more lost and 20 more of either kind"),
    ],
)
def test_too_few_leads_names_what_is_missing(won, lost, words):
    assert words in for_counts(won, lost, 40, 10, ENOUGH)


def test_the_supply_is_counted_in_the_history(tmp_path):
    leads = flat_leads(400)
    leads["Stage"] = leads["Stage"].where(leads.index % 4 > 0, "New")
    config = config_of(tmp_path, leads, columns={"unworked": ["New"]})
    history = load_tables(config).history()
    supply = Supply.of(history)
    assert supply.unworked == 100
    assert not supply.activities
    assert supply.wins_a_month == pytest.approx(history.won.sum() / 12, rel=0.05)
