"""Two versions that nobody trained, from a registry of two: how each of them is represented."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.comparison import compare as module
from experiments.comparison.compare import REFITTED, SAME, compare
from features.parsing.times import NAT, iso
from features.tables import load_tables
from leadgate.errors import LeadgateError
from tests.experiments.comparison.versions import CUT, SETTINGS, instant, version_of
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.validation.windows import Window

END = CUT.value // 1_000
DAY = 86_400_000_000
WINDOW = Window(END - 60 * DAY, END - 31 * DAY)


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(500, seed=5))
    tables = load_tables(config)
    return config, tables, Sample.of(tables.history(), SETTINGS)


@pytest.fixture
def registered(export, monkeypatch):
    """A function that registers two versions, and what fitting their recipes again gives."""
    config, _, _ = export

    def register(before, after, *, newer=None, older=None):
        bundles = {"1": before, "2": after}
        monkeypatch.setattr(module, "load_bundle", bundles.get)
        registry = SimpleNamespace(
            model="inbound",
            version=lambda name: {"old": "1", "new": "2"}.get(name, name),
            bundle=lambda version: version,
        )
        monkeypatch.setattr(module, "Registry", lambda _tracking, _folder: registry)
        monkeypatch.setattr(module, "fit_for_window", lambda *_args: newer)
        monkeypatch.setattr(module, "fit_of_recipe", lambda *_args: older)
        return config

    return register


def versions(export, *, until=END, window=WINDOW, slopes=(0.2, 1.5)):
    """Return the older version, whose data ended before the window, and the newer one."""
    _, _, sample = export
    meta = {"test_window": window and (window.start, window.end)}
    older = version_of(sample, slopes[0], instant(WINDOW.start - 1))
    return older, version_of(sample, slopes[1], until and instant(until), **meta)


def fit_of(slope, rows):
    """Return what a refit would give: a curve of the size on some rows of the window."""

    def readiness(sample):
        return curve(sample, slope)[np.isin(sample.evaluated(WINDOW), rows)]

    return SimpleNamespace(rows=rows, readiness=readiness)


def curve(sample, slope):
    """Return the readiness that a curve gives to the leads of the window."""
    lead = sample.snapshots.lead[sample.evaluated(WINDOW)]
    return 1 / (1 + np.exp(0.5 - slope * sample.history.columns["Size"][lead].astype(float)))


def loss_of(sample, slope):
    """Return the log loss of a curve on the window."""
    rows = sample.evaluated(WINDOW)
    p, y = curve(sample, slope), sample.labels.y[rows]
    losses = -np.where(y == 1, np.log(p), np.log1p(-p))
    return np.average(losses, weights=sample.labels.evaluation_weight[rows])


def as_then(export, version):
    """Return the sample as it stood at the end of a version's data."""
    return Sample.of(module._as_known(export[2].history, version), SETTINGS)


def test_both_are_fitted_again_on_the_same_cut(export, registered):
    older, newer = versions(export)
    then, steps = as_then(export, newer), []
    rows = then.evaluated(WINDOW)
    config = registered(older, newer, newer=fit_of(0.9, rows), older=fit_of(0.2, rows))

    held = compare(config, "new", "old", steps.append)

    assert (held.model, held.older, held.newer) == ("inbound", "1", "2")
    assert held.how == {"1": REFITTED, "2": REFITTED}
    assert held.window.overall.log_loss.theirs == pytest.approx(loss_of(then, 0.2))
    assert held.window.overall.log_loss.ours == pytest.approx(loss_of(then, 0.9))
    assert (held.window.start, held.window.end) == (WINDOW.start, WINDOW.end)
    assert held.since.start == END + 1
    assert steps == [
        "reading the data",
        "evaluating versions 1 and 2",
        "looking for outcomes since version 2",
    ]


def test_only_leads_that_both_evaluate_are_compared(export, registered):
    older, newer = versions(export)
    rows = as_then(export, newer).evaluated(WINDOW)
    config = registered(older, newer, newer=fit_of(0.9, rows), older=fit_of(0.2, rows[5:]))
    held = compare(config, "1", "2")
    assert held.window.overall.leads == len(rows) - 5


def test_the_same_recipe_is_the_same_model(export, registered):
    older, newer = versions(export)
    same = fit_of(0.9, as_then(export, newer).evaluated(WINDOW))
    held = compare(registered(older, newer, newer=same, older=same), "1", "2")
    assert held.how == {"1": SAME, "2": REFITTED}
    assert held.window.overall.log_loss.gain == 0


@pytest.mark.parametrize("empty", [True, False])
def test_window_that_cannot_be_evaluated_again_is_refused(export, registered, empty):
    """Because nothing can be fitted before it, or no lead of it is in the export."""
    nowhere = Window(WINDOW.start - 3_000 * DAY, WINDOW.start - 2_999 * DAY)
    older, newer = versions(export, window=nowhere if empty else WINDOW)
    nobody = fit_of(1.0, np.empty(0, dtype=int))
    config = registered(older, newer, newer=nobody if empty else None)
    with pytest.raises(LeadgateError, match="too little of the test window of version 2") as error:
        compare(config, "1", "2")
    assert error.value.code == "no_evidence"


def test_older_version_must_have_outcomes_to_be_fitted_on(export, registered):
    older, newer = versions(export)
    config = registered(older, newer, newer=fit_of(0.9, as_then(export, newer).evaluated(WINDOW)))
    with pytest.raises(LeadgateError, match="too few outcomes were known") as error:
        compare(config, "1", "2")
    assert error.value.code == "no_evidence"


def test_one_version_twice_and_one_never_evaluated_are_refused(export, registered):
    older, newer = versions(export, window=None)
    config = registered(older, newer)
    with pytest.raises(LeadgateError, match="both name version 2") as error:
        compare(config, "new", "2")
    assert error.value.code == "same_version"
    with pytest.raises(LeadgateError, match="Version 2 of inbound has no test window"):
        compare(config, "1", "2")


def test_history_is_cut_at_the_end_of_the_data(export):
    """What was recorded at that instant is known, what came a microsecond later is not."""
    history = export[2].history
    at = int(np.sort(history.closed[history.closed != NAT])[200])
    for end, closed in ((at - 1, 200), (at, 201)):
        cut = module._as_known(history, versions(export, until=end)[1])
        assert (cut.won | cut.lost).sum() == closed
        assert cut.until == end


@pytest.mark.parametrize("days", [0, 1, None])
def test_history_that_holds_no_more_is_left_as_it_is(export, days):
    history = export[2].history
    until = None if days is None else history.until + days * DAY
    assert module._as_known(history, versions(export, until=until)[1]) is history


def test_json_holds_instants_where_the_export_has_dates(export, registered):
    older, newer = versions(export)
    fit = fit_of(0.9, as_then(export, newer).evaluated(WINDOW))
    held = compare(registered(older, newer, newer=fit, older=fit), "1", "2")
    values = json.loads(json.dumps(held.to_dict(), allow_nan=False))
    assert set(values) == {
        "model", "older", "newer", "how", "objections", "why_not_since", "window", "since",
    }  # fmt: skip
    assert values["window"]["from"] == iso(WINDOW.start)
    assert values["since"]["until"] == iso(export[2].history.until)
    assert values["window"]["overall"]["leads"] == held.window.overall.leads
    assert set(values["window"]["segments"]) == {"Source"}
    undated = module.replace(held, dated=False, since=None).to_dict()
    assert undated["window"]["until"] == WINDOW.end
    assert undated["since"] is None
