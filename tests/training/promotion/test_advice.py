"""What would help, and how much of it."""

import dataclasses
import math

import numpy as np
import pytest
from scipy.stats import norm

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.evaluation.evaluated import Metric
from training.promotion.advice import Supply, for_counts, for_signal, wins_needed
from training.statistics.bootstrap import bootstrap
from training.statistics.metrics import auc

ENOUGH = Supply(30.0, 0, activities=True)


@pytest.mark.parametrize(
    ("low", "needed"), [(0.48, 300 * (2.0**2 - 1)), (0.49, 300 * 1.25), (0.5, 0), (0.505, 0)]
)
def test_the_interval_shrinks_with_the_square_root_of_the_wins(low, needed):
    value = {0.48: 0.52, 0.49: 0.52, 0.5: 0.52, 0.505: 0.52}[low]
    assert wins_needed(Metric(value, low, 1.0), 300) == pytest.approx(needed)


def test_no_number_of_wins_helps_an_auc_of_one_half():
    assert wins_needed(Metric(0.5, 0.4, 0.6), 300) == math.inf
    assert wins_needed(Metric(0.45, 0.4, 0.6), 300) == math.inf


def spread(wins):
    """The 95 % interval of an AUC that is the same whatever the number of wins, one in five."""
    own, others = ((np.arange(n) + 0.5) / n for n in (wins, 4 * wins))
    score = np.concatenate([norm.ppf(own) + 0.25, norm.ppf(others)])
    y = np.repeat([1.0, 0.0], [wins, 4 * wins])
    ones = np.ones(y.size)
    low, high = bootstrap(lambda w: auc(y, score, w), np.arange(y.size), ones, level=0.95)
    return Metric(float(auc(y, score, ones)), float(low), float(high))


def test_so_many_more_wins_do_exclude_one_half():
    seen = spread(40)
    assert seen.low < 0.5
    enough = 40 + wins_needed(seen, 40)
    assert spread(round(1.4 * enough)).low > 0.5 > spread(round(0.7 * enough)).low


def test_no_signal_names_wins_work_and_activities(evaluation):
    doubtful = dataclasses.replace(evaluation, pooled_auc=Metric(0.53, 0.49, 0.57, 0.5))
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
    chance = dataclasses.replace(evaluation, pooled_auc=Metric(0.501, 0.47, 0.53, 0.5))
    assert "other columns" in for_signal(chance, ENOUGH)


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
