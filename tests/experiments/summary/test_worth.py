"""The differences of a backtest in the terms of a quarter."""

import math
from dataclasses import dataclass, field, replace

import pytest

from experiments.summary.worth import Range, Worth
from tests.experiments.summary.summaries import MEASURED
from training.evaluation.evaluated import Metric

UNKNOWN = Metric(math.nan, math.nan, math.nan)
WINS, PROFIT = Metric(40.0, 10.0, 70.0), Metric(4_000.0, 1_000.0, 7_000.0)


@dataclass
class Policy:
    refused: str = ""
    handed_off: int = 1170


@dataclass
class Difference:
    wins: Metric
    profit: Metric


@dataclass
class Replayed:
    wins: Metric = WINS
    profit: Metric = PROFIT
    refused: str = ""
    capacity: int = 20
    weeks: range = range(26)
    others: tuple[str, ...] = ("newest_first",)
    all_leads: bool = True
    proven: bool = True
    rival: str = "sales_as_it_was"
    assumes: list[str] = field(default_factory=list)

    @property
    def against(self):
        names = ("sales_as_it_was", *self.others)
        return {name: Difference(self.wins, self.profit) for name in names}

    @property
    def policies(self):
        return {"gate": Policy(self.refused), **{name: Policy() for name in self.against}}


def test_a_quarter_is_thirteen_weeks():
    worth = Worth.of(Replayed())
    assert worth.wins == Range(20.0, 5.0, 35.0)
    assert worth.profit == Range(2_000.0, 500.0, 3_500.0)
    assert (worth.capacity, worth.weeks, worth.proven) == (20, 26, True)
    assert (worth.rival, worth.rival_a_week) == ("sales_as_it_was", 45.0)


def test_what_is_not_estimated_is_left_out_with_its_reason():
    worth = Worth.of(Replayed(wins=UNKNOWN, profit=UNKNOWN, refused="no overlap"))
    assert (worth.wins, worth.profit, worth.proven) == (None, None, False)
    assert worth.refused == "no overlap"


def test_the_current_score_stands_beside_sales_and_not_beside_itself():
    both = Replayed(others=("current_score",))
    assert Worth.of(both).score == Worth.of(both).wins
    assert Worth.of(replace(both, rival="current_score")).score is None
    assert Worth.of(Replayed()).score is None
    assert Worth.of(replace(both, wins=UNKNOWN)).score is None


def test_a_win_without_a_value_has_wins_and_no_money():
    worth = Worth.of(Replayed(profit=UNKNOWN))
    assert worth.wins is not None
    assert worth.profit is None


def test_what_is_proven_by_the_backtest_but_not_against_today_is_not_proven():
    assert not Worth.of(Replayed(wins=Metric(4.0, 0.0, 8.0))).proven
    assert not Worth.of(Replayed(proven=False)).proven


@pytest.mark.parametrize(
    ("wins", "missing"),
    [
        (Range(4.0, 0.0, 8.0), 0.0),
        (Range(4.0, -4.0, 12.0), 120.0),
        (Range(0.0, -4.0, 4.0), math.inf),
        (Range(-1.0, -4.0, 4.0), math.inf),
        (None, math.inf),
    ],
)
def test_weeks_missing_follow_the_square_root(wins, missing):
    assert replace(MEASURED, wins=wins).weeks_missing == pytest.approx(missing)


def test_worth_is_kept_as_json():
    assert Worth.from_dict(MEASURED.to_dict()) == MEASURED
