"""Time proxies planted into real sets: what the date probe makes of them.

`counter` numbers the leads in their order, `campaign` is one of 24 that ran one after the other,
`index` rises and swings. Beside what the probe left out: log loss and AUC on the newest fifth with
all three kept, and what the probe gains in log loss, with its 90 % interval (bootstrap by account).
Without a search.
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
from training.ensemble.search import Effort
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
    """Return what was left out, log loss and AUC with all kept, and what the probe gains."""
    settings = TestWindow.of_export(config).settings
    window = TestWindow.of(Sample.of(planted(load_tables(config)).history(), settings), settings)
    forecasts, out = [], "nothing"
    for keep in (PLANTED, ()):
        effort = Effort(trials=0)
        fit = fit_for_window(window.sample, window.span, settings, effort=effort, keep=keep)
        assert fit is not None
        forecasts.append(window.readiness(fit.fitted))
        if not keep and fit.dates:
            out = ", ".join(fit.dates.left_out) or "nothing"
    kept, probed = forecasts

    def gain(weight: Floats) -> Floats:
        with_all, without = (metrics.log_loss(window.y, p, weight) for p in (kept, probed))
        return np.asarray(with_all - without)

    gained = with_interval("gained", gain, window.account, window.weight)
    return {"left_out": out, **window.metrics(kept), **gained}


def run(sets: tuple[str, ...] = SETS, worlds: int = 1, leads: int = 5_000) -> Figures:
    """Fit twice on each set."""
    return over_sets(sets, measure, worlds=worlds, leads=leads)
