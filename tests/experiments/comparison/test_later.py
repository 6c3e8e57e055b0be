"""What came after the data of two versions ended, and where too little did."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from experiments.comparison.later import later
from features.parsing.times import NAT
from features.tables import load_tables
from tests.experiments.comparison.versions import CUT, SETTINGS, instant, version_of
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.promotion.champion import end_of_data
from training.statistics.metrics import auc, log_loss

END = CUT.value // 1_000


@dataclasses.dataclass(frozen=True)
class Case:
    """An export, its sample, and the rows that are mature and later than `END`."""

    config: object
    sample: Sample
    rows: np.ndarray

    def later(self, before, after, history=None):
        history = self.sample.history if history is None else history
        return later(self.config, history, before, after, 0.3)

    def version(self, slope, end=END, **meta):
        return version_of(self.sample, slope, instant(end), **meta)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(500, seed=5))
    sample = Sample.of(load_tables(config).history(), SETTINGS)
    order, weight = sample.snapshots.order, sample.labels.evaluation_weight
    return Case(config, sample, np.flatnonzero((weight > 0) & (order > END)))


def test_both_are_evaluated_on_the_mature_leads_seen_since(case):
    group, why_not = case.later(case.version(0.2), case.version(1.5))
    history, rows = case.sample.history, case.rows
    y, weight = case.sample.labels.y[rows], np.ones(rows.size)
    size = history.columns["Size"][case.sample.snapshots.lead[rows]].astype(float)

    assert why_not == ""
    assert (group.start, group.end) == (END + 1, history.until)
    assert (group.overall.leads, group.overall.wins) == (rows.size, y.sum())
    loss, area = group.overall.log_loss, group.overall.auc
    for figure, slope in ((loss.theirs, 0.2), (loss.ours, 1.5)):
        p = 1 / (1 + np.exp(0.5 - slope * size))
        assert figure == pytest.approx(log_loss(y, p, weight))
    assert area.theirs == pytest.approx(auc(y, size, weight))
    assert loss.low <= loss.gain <= loss.high
    assert sum(held.leads for held in group.segments["Source"]) == rows.size


@pytest.mark.parametrize("newer_ends_last", [True, False])
def test_leads_count_from_the_end_of_the_data_that_ended_last(case, newer_ends_last):
    earlier = END - 40 * 86_400_000_000
    ends = (earlier, END) if newer_ends_last else (END, earlier)
    group, _ = case.later(*(case.version(1.0, end) for end in ends))
    assert group.start == END + 1
    assert group.overall.leads == case.rows.size


@pytest.mark.parametrize("after", [-1, 0])
def test_a_lead_seen_at_the_end_of_the_data_is_not_later(case, after):
    seen = int(np.sort(case.sample.snapshots.order[case.rows])[3])
    group, _ = case.later(case.version(1.0), case.version(1.0, seen + after))
    assert group.overall.leads == case.rows.size - 3 - (after == 0)


@pytest.mark.parametrize("wins", [True, False])
@pytest.mark.parametrize("left", [9, 10])
def test_ten_wins_and_ten_losses_are_needed(case, wins, left):
    """The rarer outcome is turned into the other one until so many of it are left."""
    labels, snapshots, history = case.sample.labels, case.sample.snapshots, case.sample.history
    kind = case.rows[labels.y[case.rows] == wins]
    # What closed after the horizon is no win, whatever became of it: those leads stay last.
    wait = (history.closed - history.created)[snapshots.lead[kind]]
    turned = snapshots.lead[kind[np.argsort(wait)][: kind.size - left]]
    won, lost = history.won.copy(), history.lost.copy()
    won[turned], lost[turned] = not wins, wins
    changed = dataclasses.replace(history, won=won, lost=lost)

    group, why_not = case.later(case.version(1.0), case.version(1.2), changed)

    if left == 10:
        assert min(group.overall.wins, group.overall.leads - group.overall.wins) == 10
        return
    n = case.rows.size
    counts = (9, n - 9) if wins else (n - 9, 9)
    assert group is None
    assert f"{counts[0]} wins and {counts[1]} losses are known by now; 10 of" in why_not


def test_leads_whose_horizon_has_not_passed_are_left_out(case):
    """Of those seen in the last thirty days some have an outcome already, and others none."""
    early = dataclasses.replace(case.sample.history, until=END + 90 * 86_400_000_000)
    group, _ = case.later(case.version(0.2), case.version(1.5), early)
    order = case.sample.snapshots.order[case.rows]
    assert group.overall.leads == (order <= END + 60 * 86_400_000_000).sum() < case.rows.size
    assert np.isfinite([group.overall.log_loss.ours, group.overall.auc.gain]).all()


def test_other_horizons_and_exports_without_dates_are_not_compared(case):
    before, after = case.version(1.0), case.version(1.0, horizon_days=60.0)
    group, why_not = case.later(before, after)
    assert group is None
    assert why_not.startswith("The versions have different horizons")

    class Undated:
        dated = False

    group, why_not = case.later(before, before, Undated())
    assert group is None
    assert why_not.startswith("The export has no dates")


def test_end_of_data_is_what_the_bundle_says(case):
    assert end_of_data(case.version(1.0)) == END
    assert end_of_data(version_of(case.sample, 1.0, None)) == NAT
