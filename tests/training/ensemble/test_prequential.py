"""Forward windows frozen and followed: what is known when a lead is scored, and no more."""

import numpy as np
import pandas as pd
import pytest

from features.tables import load_tables
from leadgate.policy import US_PER_WEEK
from tests.training.exports import DAY, config_of, flat_leads
from training.challenger import following
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.following import can_follow
from training.ensemble.prequential import MOST_ROWS, follow_window
from training.fit import fit_for_window
from training.statistics.metrics import losses
from training.validation.windows import test_window as newest

SETTINGS = Settings(("Rating",), (), 30.0, (0.0,))


def drifting(n=1_500):
    """Leads of two years; from the ninth month on far fewer are won."""
    leads = flat_leads(n, effect=0.5)
    leads["Created"] = pd.Timestamp("2024-01-01") + (leads["Created"] - leads["Created"].min()) * 2
    rng = np.random.default_rng(1)
    leads["Closed"] = leads["Created"] + rng.exponential(10, n) * DAY
    late = leads["Created"] > pd.Timestamp("2024-09-01")
    leads["Stage"] = leads["Stage"].where(~late | (rng.random(n) < 0.35), "Lost")
    return leads


@pytest.fixture(scope="module")
def drifted(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), drifting())
    sample = Sample.of(load_tables(config).history(), SETTINGS)
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    return sample, fit_for_window(sample, window, SETTINGS)


@pytest.fixture(scope="module")
def windows(drifted):
    sample, before = drifted
    return [follow_window(sample, fits, before.stacked) for fits in before.fits]


def test_a_level_that_fell_is_followed(windows):
    seen = [window.evaluated for window in windows if window]
    gains = [(losses(e.y, e.frozen) - losses(e.y, e.followed)).mean() for e in seen]
    assert max(gains) > 0.005


def test_a_batch_counts_only_after_the_window_began_and_after_its_horizon(drifted, windows):
    _, before = drifted
    for fits, window in zip(before.fits, windows, strict=True):
        if window is not None:
            assert window.trajectory.known_at[0] > fits.window.start
            assert 30 < window.delay_days < 30 + 7 + 1


def test_the_first_leads_of_a_window_are_scored_as_frozen(drifted, windows):
    """Until a batch is complete nothing has moved."""
    sample, before = drifted
    fits, window = before.fits[-1], windows[-1]
    rows = fits.rows(sample)
    early = sample.snapshots.as_of[rows] < window.trajectory.known_at[0]
    assert early.any()
    evaluated = window.evaluated
    order = np.argsort(sample.snapshots.as_of[rows], kind="stable")
    assert evaluated.y.size == order.size
    same = evaluated.frozen == evaluated.followed
    assert same.sum() >= early.sum()
    assert not same.all()


def test_the_window_is_evaluated_whole(drifted, windows):
    _, before = drifted
    assert before.rows.size < MOST_ROWS
    assert windows[-1].evaluated.y.size == before.rows.size


def test_following_is_reported_beside_the_log_loss_as_published(drifted, windows):
    sample, before = drifted
    report = following(sample, before, before.readiness(sample))
    y, weight = sample.labels.y[before.rows], sample.labels.evaluation_weight[before.rows]
    published = weight @ losses(y, before.readiness(sample)) / weight.sum()
    assert report.frozen.value == pytest.approx(published)
    assert report.frozen.value - report.followed.value == pytest.approx(report.gain.value)
    assert report.pays == (report.windows.value > 0)
    assert report.pays
    assert "can follow the outcomes" in report.sentence


def test_without_dates_or_a_horizon_nothing_is_followed(drifted, tmp_path):
    sample, _ = drifted
    assert can_follow(sample)
    assert not can_follow(Sample.of(sample.history, Settings((), (), None, (0.0,))))
    leads = flat_leads(300).drop(columns=["Created", "Closed"])
    by_row = {"created_at": None, "closed_at": None, "order": "row"}
    config = config_of(tmp_path, leads, columns=by_row)
    undated = load_tables(config).history()
    assert not can_follow(Sample.of(undated, Settings((), (), None, (0.0,))))


def test_a_week_is_a_batch(windows):
    known_at = windows[-1].trajectory.known_at
    assert (np.diff(known_at) % US_PER_WEEK == 0).all()
