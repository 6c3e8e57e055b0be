"""Whether the data reach far enough, and both sides of what that takes."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from features.parsing.times import NAT
from features.tables import load_tables
from leadgate.errors import DataError
from tests.training.exports import config_of, flat_leads
from training.dataset import horizons
from training.dataset.horizons import check_dates, check_reach, longest_horizon
from training.dataset.sample import Sample
from training.dataset.settings import Settings


def sample(folder, leads, horizon):
    config = config_of(folder, leads)
    settings = Settings(("Rating",), (), horizon, (0.0,))
    return Sample.of(load_tables(config).history(), settings), settings


def test_a_horizon_that_leaves_ten_wins_passes(tmp_path):
    check_reach(*sample(tmp_path, flat_leads(), 30.0))


def test_the_longest_horizon_that_works_is_named_and_works(tmp_path):
    made, settings = sample(tmp_path, flat_leads(200), 340.0)
    longest = longest_horizon(made.history, settings)
    with pytest.raises(DataError, match=f"longest horizon that works is {longest} days"):
        check_reach(made, settings)
    check_reach(*sample(tmp_path, flat_leads(200), float(longest)))
    with pytest.raises(DataError, match="10 are needed"):
        check_reach(*sample(tmp_path, flat_leads(200), float(longest + 1)))


def test_where_no_horizon_works_none_is_refused(tmp_path):
    leads = flat_leads(200)
    leads["Stage"] = np.where(np.arange(200) % 16 == 0, "Won", "Lost")
    made, settings = sample(tmp_path, leads, 90.0)
    assert longest_horizon(made.history, settings) is None
    check_reach(made, settings)


def test_one_instant_has_nothing_before_it(tmp_path):
    leads = flat_leads(100)
    leads["Created"] = pd.Timestamp("2025-01-01 08:00")
    with pytest.raises(DataError, match="no earlier one to learn from"):
        check_reach(*sample(tmp_path, leads, None))


def test_outcomes_of_which_one_kind_has_dates_need_a_horizon(tmp_path):
    leads = flat_leads(100)
    leads["Closed"] = leads["Closed"].where(leads["Stage"] == "Won")
    made, settings = sample(tmp_path, leads, None)
    with pytest.raises(DataError, match=r"Set target\.horizon_days"):
        check_dates(made.history, settings)
    check_dates(*((s := sample(tmp_path, leads, 30.0))[0].history, s[1]))


ENOUGH = (10, 5, 5)


def settings_of(horizon):
    return Settings((), (), horizon, (0.0,))


@dataclass(frozen=True)
class Labelled:
    """A hundred snapshots: so many wins in the newest fifth, so many of each class before it."""

    wins: int
    won_before: int
    lost_before: int
    instants: int = 100
    history: object = None

    @property
    def snapshots(self):
        return SimpleNamespace(order=np.arange(100) % self.instants)

    @property
    def labels(self):
        y = np.zeros(100)
        y[80 : 80 + self.wins] = 1
        return SimpleNamespace(y=y, evaluation_weight=np.ones(100))

    def evaluated(self, window):
        return np.flatnonzero(window.holds(self.snapshots.order))

    def before(self, _window, _settings):
        # Labelled snapshots weigh little; those of the window's accounts weigh nothing.
        y = np.repeat([1.0, 0.0, 1.0, 0.0], [self.won_before, self.lost_before, 9, 9])
        weight = np.repeat([0.5, 0.0], [self.won_before + self.lost_before, 18])
        return SimpleNamespace(labels=SimpleNamespace(y=y, weight=weight))


@pytest.fixture
def sample_by_days(monkeypatch):
    """A function that says what the sample of each horizon in days is like."""

    def give(by_days, rest=(0, 0, 0)):
        def of(_history, settings):
            return Labelled(*by_days.get(settings.horizon_days, rest))

        monkeypatch.setattr(horizons, "Sample", SimpleNamespace(of=of))

    return give


@pytest.mark.parametrize(
    ("horizon", "works", "longest"),
    [
        (12.5, {12, 3}, 12),
        (12.0, {13, 12, 11, 3}, 11),
        (12.0, {10, 3}, 10),
        (12.0, {1}, 1),
        (12.0, {0}, None),
        (1.0, {1}, None),
    ],
)
def test_longest_horizon_is_the_longest_below_that_works(sample_by_days, horizon, works, longest):
    sample_by_days(dict.fromkeys(works, ENOUGH))
    assert longest_horizon(None, settings_of(horizon)) == longest


@pytest.mark.parametrize(
    ("figures", "works"),
    [
        (ENOUGH, True),
        ((9, 5, 5), False),
        ((10, 4, 9), False),
        ((10, 9, 4), False),
        # Of a single instant nothing comes before a test window.
        ((10, 5, 5, 1), False),
    ],
)
def test_ten_wins_in_the_window_and_five_of_a_class_before_it_work(sample_by_days, figures, works):
    sample_by_days({3.0: figures})
    assert longest_horizon(None, settings_of(4.0)) == (3 if works else None)


def test_reach_needs_ten_wins_in_the_window(sample_by_days):
    sample_by_days({}, ENOUGH)
    check_reach(Labelled(10, 0, 0), settings_of(30.0))
    with pytest.raises(DataError, match="hold 9 wins, and 10 are needed") as refusal:
        check_reach(Labelled(9, 0, 0), settings_of(30.0))
    assert refusal.value.code == "horizon_too_long"
    assert refusal.value.hint == "The longest horizon that works is 29 days."


def test_reach_without_a_test_window_is_no_win(sample_by_days):
    sample_by_days({7.0: ENOUGH})
    with pytest.raises(DataError, match="hold 0 wins") as refusal:
        check_reach(Labelled(10, 5, 5, instants=1), settings_of(30.0))
    assert refusal.value.hint == "The longest horizon that works is 7 days."


def test_reach_without_a_horizon_needs_more_than_a_single_instant():
    check_reach(Labelled(0, 0, 0), settings_of(None))
    with pytest.raises(DataError, match="no earlier one to learn from"):
        check_reach(Labelled(10, 5, 5, instants=1), settings_of(None))


def dated(closed, recorded, *, dated=True):
    """A history of two wins and two losses with these dates; 0 for none."""
    at = [np.where(np.array(days) > 0, days, NAT) for days in (closed, recorded)]
    kind = np.array([True, True, False, False])
    return SimpleNamespace(dated=dated, won=kind, lost=~kind, closed=at[0], recorded=at[1])


@pytest.mark.parametrize(
    ("closed", "recorded"),
    [
        ([1, 1, 1, 1], [0, 0, 0, 0]),
        ([1, 0, 0, 0], [0, 0, 0, 1]),
        ([0, 0, 0, 0], [0, 1, 1, 0]),
        ([0, 0, 0, 0], [0, 0, 0, 0]),
    ],
)
def test_either_date_of_some_lead_of_each_class_is_enough(closed, recorded):
    check_dates(dated(closed, recorded), settings_of(None))


@pytest.mark.parametrize(
    ("closed", "recorded", "words"),
    [
        ([1, 0, 0, 0], [1, 1, 0, 0], "Only won leads have .* counts as lost"),
        ([0, 0, 0, 0], [0, 0, 1, 0], "Only lost leads have .* counts as won"),
        ([0, 0, 1, 1], [0, 0, 0, 0], "Only lost leads have .* counts as won"),
    ],
)
def test_dates_of_a_single_class_need_a_horizon(closed, recorded, words):
    with pytest.raises(DataError, match=words) as refusal:
        check_dates(dated(closed, recorded), settings_of(None))
    assert refusal.value.code == "one_kind_dated"
    check_dates(dated(closed, recorded), settings_of(30.0))
    check_dates(dated(closed, recorded, dated=False), settings_of(None))
