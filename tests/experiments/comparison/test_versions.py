"""Versions on what came after each: as registered, without refitting, and nothing seen before."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.comparison import versions as module
from experiments.comparison.versions import AUC, FIGURES, LOG_LOSS, RATIO, over_versions
from experiments.comparison.versions_log import table
from experiments.comparison.versions_page import in_one_sentence, make_page
from features.parsing.times import iso
from features.tables import load_tables
from leadgate.errors import BundleError, LeadgateError
from tests.experiments.comparison.versions import CUT, SETTINGS, instant, version_of
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.promotion.compare import readiness
from training.statistics.metrics import losses

END = CUT.value // 1_000
DAY = 86_400_000_000
LEVEL = {"follow": True, "shift": 0.1}
SAID = {
    "log_loss": {"value": 0.5, "low": 0.4, "high": 0.6, "baseline": 0.7},
    "auc": {"value": 0.7, "low": 0.6, "high": 0.8, "baseline": 0.5},
    "calibration_in_the_large": {"value": None, "low": None, "high": None, "baseline": None},
}


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(900, seed=5))
    tables = load_tables(config)
    return config, tables, Sample.of(tables.history(), SETTINGS)


@pytest.fixture(scope="module")
def bundles(export):
    """1 is of July, 2 of September and recalibrated, 3 of the end of the data; 4 is broken."""
    sample = export[2]
    return {
        "1": version_of(sample, 1.5, instant(END - 60 * DAY), metrics=SAID, verdict="better"),
        "2": version_of(sample, 1.5, instant(END), metrics=SAID, level=LEVEL),
        "3": version_of(sample, 0.2, instant(sample.history.until), metrics=SAID),
    }


@pytest.fixture
def over(export, bundles, monkeypatch):
    config, tables, _ = export

    def load(path):
        if path not in bundles:
            raise BundleError("golden.json is missing")
        return bundles[path]

    registry = SimpleNamespace(
        model="inbound",
        versions=lambda: ["4", "3", "2", "1"],
        aliases=lambda: {"champion": "1"},
        bundle=lambda version: version,
    )
    monkeypatch.setattr(module, "Registry", lambda _tracking, _folder: registry)
    monkeypatch.setattr(module, "load_bundle", load)
    return over_versions(config, tables)


def by_version(over):
    return {score.version: score for score in over.scores}


def test_only_leads_seen_after_the_data_of_a_version_count(export, bundles, over):
    _, _, sample = export
    score = by_version(over)["1"]
    after = sample.snapshots.order > END - 60 * DAY
    rows = np.flatnonzero((sample.labels.evaluation_weight > 0) & after)
    y, weight = sample.labels.y[rows], sample.labels.evaluation_weight[rows]
    p = readiness(bundles["1"], sample, rows)
    assert score.leads == pytest.approx(weight.sum())
    assert score.wins == pytest.approx(weight @ y)
    loss = weight @ losses(y, p) / weight.sum()
    assert score.since[LOG_LOSS].value == pytest.approx(loss)
    assert score.since[RATIO].value == pytest.approx((weight @ p) / (weight @ y))
    assert by_version(over)["2"].leads < score.leads


def test_every_figure_has_an_interval_around_it(over):
    for score in over.scores[2:]:
        assert tuple(score.since) == tuple(FIGURES)
        assert all(m.low < m.value < m.high for m in score.since.values())
    assert by_version(over)["1"].since[AUC].low > 0.5


def test_what_was_said_of_a_version_stands_beside_it_unless_it_was_moved(over):
    assert by_version(over)["1"].expected[LOG_LOSS].value == 0.5
    assert by_version(over)["2"].expected == {}


def test_versions_without_figures_say_why(over):
    why_not = by_version(over)["3"].why_not
    assert "0 won and 0 not won have matured" in why_not
    waits = r"an outcome counts \d+ days after a lead is seen, so at the rate so far .* until (.*)$"
    enough = re.search(waits, why_not)
    assert enough
    assert enough[1] > iso(over.until)[:10]
    assert "golden.json is missing" in by_version(over)["4"].why_not


def test_the_page_is_whole_and_names_the_champion(over):
    page = make_page(over)
    assert in_one_sentence(over).startswith("Champion version 1: of ")
    for name in FIGURES.values():
        assert name in page
    assert "golden.json is missing" in page
    assert "<script" not in page


def test_the_table_has_a_row_for_each_figure(over):
    rows = table(over)
    assert len(rows) == 2 * len(FIGURES)
    assert set(rows["version"]) == {"1", "2"}


def test_without_dates_it_is_refused(tmp_path, over):
    leads = flat_leads(60).drop(columns=["Created", "Closed"])
    by_row = {"created_at": None, "closed_at": None, "order": "row"}
    config = config_of(tmp_path, leads, columns=by_row)
    with pytest.raises(LeadgateError, match="has no dates") as refused:
        over_versions(config, load_tables(config))
    assert refused.value.code == "no_dates"
