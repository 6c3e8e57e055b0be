"""What a run says about its data and its model besides the metrics."""

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.calibration import Slope
from training.ensemble.stacking import Stacked
from training.evaluation.importance import explain
from training.fit import fit_for_window, refit
from training.report.notes import fallbacks, importance, lead_counts, left_out, notes, tried
from training.tracking.digest import digest
from training.validation.windows import test_window as newest


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    leads = flat_leads(700)
    leads["Noise"] = np.random.default_rng(99).normal(size=700).round(2)
    leads["Email"] = "a@example.com"
    leads.loc[:9, "Stage"] = "Open"
    columns = {"personal": ["Email"]}
    return config_of(tmp_path_factory.mktemp("export"), leads, columns=columns)


@pytest.fixture(scope="module")
def tables(config):
    return load_tables(config)


@pytest.fixture(scope="module")
def fitted(config, tables):
    settings = Settings.of(config)
    sample = Sample.of(tables.history(), settings)
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    before = fit_for_window(sample, window, settings)
    return sample, before, refit(sample, settings, before)


def test_counts_add_up(tables):
    counts = lead_counts(tables.history())
    assert counts["open"] == 10
    assert sum(counts[k] for k in ("won", "lost", "open")) == counts["all"] == 700


def test_importance_finds_what_moves_the_odds(fitted):
    sample, _, shipped = fitted
    effects = importance(explain(shipped.fitted, sample))
    assert list(effects)[:2] in (["Size", "Source"], ["Source", "Size"])
    assert effects["Noise"] < 0.5 * effects["Size"]


def test_left_out_gives_a_reason_for_each_column(config, tables, fitted):
    reasons = left_out(fitted[2].fitted.feature_set, config.columns, tables)
    assert "personal" in reasons["Email"]
    assert "baseline" in reasons["Rating"]


def test_each_candidate_is_listed_with_its_share(fitted):
    _, before, shipped = fitted
    candidates = tried(shipped, before)
    assert [candidate.name for candidate in candidates] == shipped.members.names
    assert sum(candidate.weight for candidate in candidates) == pytest.approx(1.0)
    assert all(0.5 < candidate.auc < 1.0 and candidate.log_loss < 0.69 for candidate in candidates)


def test_the_digest_changes_with_any_value(config, tables, tmp_path):
    same = load_tables(config)
    assert digest(tables) == digest(same)
    leads = flat_leads(50)
    first = digest(load_tables(config_of(tmp_path, leads)))
    leads.loc[7, "Size"] += 1.0
    assert digest(load_tables(config_of(tmp_path, leads))) != first


def test_exports_without_closing_times_say_how_they_were_cut(tmp_path):
    leads = flat_leads(50).drop(columns=["Closed"])
    history = load_tables(config_of(tmp_path, leads, columns={"closed_at": None})).history()
    assert "cut by creation alone" in notes(history, None, None)[0]


def test_a_horizon_that_nobody_stated_is_said(tables):
    [said] = notes(tables.history(), 40.0, None)
    assert "the chance to win within 40 days" in said
    assert notes(tables.history(), 40.0, 40.0) == []


@pytest.mark.parametrize(
    ("enough", "slope", "skipped", "words"),
    [
        (True, 0.9, 0, []),
        (True, 0.9, 1, ["a part of the accounts in a forward window was not evaluated"]),
        (True, 0.9, 3, ["3 parts of the accounts in forward windows were not evaluated"]),
        (False, 1.0, 0, ["they share alike, and the base-rate offset is that of all"]),
        (True, 0.0, 0, ["its slope is 0, so every lead gets the base rate"]),
        (False, 1.0, 5, ["5 parts", "share alike"]),
    ],
)
def test_what_the_windows_do_not_hold_enough_for_is_said(enough, slope, skipped, words):
    stacked = Stacked(np.full(2, 0.5), Slope(slope, 0.1), enough=enough)
    said = fallbacks(stacked, skipped)
    assert len(said) == len(words)
    assert all(word in sentence for word, sentence in zip(words, said, strict=True))
