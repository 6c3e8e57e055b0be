"""Time proxies planted into real sets: which are seen, and what they cost.

`counter` numbers the leads in their order, `campaign` is one of 24 that ran one after the other,
`index` rises and swings. Beside those that are taken for time proxies: log loss and AUC on the
newest fifth without the three, and how much more is lost with them, with its 90 % interval
(bootstrap by account).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.inputs.data_sets import SIMULATED, SMALL_SETS, TestWindow, over_sets, with_interval
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from features.tables import Tables, load_tables
from leadgate.arrays import Floats
from leadgate.config import Config
from training.dataset.sample import Sample
from training.fit import fit_for_window
from training.statistics import metrics

USUAL_TIME = "6 min"
SMALL = SMALL_SETS
NEEDS = (NEEDS_DATA,)
SETS = ("bpi2012", "marketstar", "olist", "x_education", SIMULATED)
PLANTED = ("counter", "campaign", "index")


def planted(tables: Tables) -> Tables:
    """Return the export with the three columns."""
    history = tables.history()
    place = np.argsort(np.argsort(history.order, kind="stable")) / len(history)
    leads = tables.leads.copy()
    at = leads["lead_id"].map(dict(zip(history.lead_ids, place, strict=True))).to_numpy(np.float64)
    noise = np.random.default_rng(0).normal(0, 0.2, at.size)
    leads["counter"] = (1000 * at).round(1)
    leads["campaign"] = [f"c{24 * a:.0f}" for a in at]
    leads["index"] = (100 + 5 * np.sin(7 * at) + 8 * at + noise).round(2)
    return replace(tables, leads=leads)


def measure(config: Config) -> dict[str, Figure]:
    """Return what the planted columns cost, and that where they are not there, log loss and AUC."""
    settings = TestWindow.of_export(config).settings
    tables, forecasts, taken_for = load_tables(config), [], "none"
    for case in (tables, planted(tables)):
        window = TestWindow.of(Sample.of(case.history(), settings), settings)
        fit = fit_for_window(window.sample, window.span, settings)
        assert fit is not None
        assert np.array_equal(fit.rows, window.rows)
        forecasts.append(fit.readiness(window.sample))
        taken_for = ", ".join(name for name in PLANTED if name in fit.proxies.aucs) or "none"
    without, with_plants = forecasts

    def lost(weight: Floats) -> Floats:
        losses = (metrics.log_loss(window.y, p, weight) for p in (with_plants, without))
        return np.subtract(*losses)

    cost = with_interval("lost", lost, window.account, window.weight)
    return {"proxies": taken_for, **window.metrics(without), **cost}


def run(sets: tuple[str, ...] = SETS, worlds: int = 1, leads: int = 5_000) -> Figures:
    """Fit twice on each set."""
    return over_sets(sets, measure, worlds=worlds, leads=leads)
