"""What a window's fit expects of it, by how the accounts that evaluate it were chosen.

In simulated CRMs without any drift an additive member is fitted before the test window and asked
how many wins it expects there; the predicted-to-actual ratio is 1 where the fit has seen what the
window holds. Either every account with a snapshot in the window is taken out of the fit, or a third
or half of those that may lie on both sides, drawn by a hash (docs/decisions/0006). Intervals are
90 %: bootstrap by account, and that of the mean by its standard error over the seeds. The rows of
the worlds: of the leads that look open at the end of the data, the share that has closed already
(docs/decisions/0004).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import exported, mean_with_interval, with_interval
from benchmarks.machinery.catalogue import Figures
from experiments.simulation import World, WorldSettings
from features import load_tables
from leadgate.arrays import Floats, Positions
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.forward import assemble
from training.ensemble.members import fit_members
from training.estimators.tuning import Tuning
from training.validation import account_folds
from training.validation.windows import Window, test_window

USUAL_TIME = "4 min for 3 seeds"
SMALL = {"leads": 1_500, "seeds": (11,)}
NAMES = ["additive medium"]
WAYS = {"all in the window": None, "a third drawn": 1 / 3, "half drawn": 1 / 2}


def evaluated(
    sample: Sample, settings: Settings, span: Window, drawn: float | None
) -> tuple[Sample, Positions, Floats]:
    """Return what is fitted on, the rows of the window that are evaluated, and what they weigh."""
    if drawn is not None:
        with mock.patch.object(account_folds, "DRAWN", drawn):
            rows = sample.evaluated(span)
            return sample.before(span, settings), rows, sample.evaluation_weight(span, rows)
    inside = span.holds(sample.snapshots.order)
    rows = np.flatnonzero(inside & (sample.labels.evaluation_weight > 0))
    cut = sample.history.cut(span.start)
    seen = np.unique(sample.account[inside])
    return Sample.of(cut, settings, seen), rows, sample.labels.evaluation_weight[rows]


def expected(
    sample: Sample, settings: Settings, span: Window, drawn: float | None
) -> dict[str, float]:
    """Return the predicted-to-actual ratio of the wins with its interval, and the sizes."""
    earlier, rows, weight = evaluated(sample, settings, span, drawn)
    data = labelled_matrix(earlier, settings)
    assert data is not None
    members = fit_members(data, NAMES, Tuning.default(data.outcomes))
    fitted = assemble(members, earlier, None, None)
    at = sample.snapshots.take(rows)
    readiness = fitted.model.readiness(fitted.feature_set.matrix(sample.history, at.lead, at.as_of))
    y = sample.labels.y[rows]

    def ratio(w: Floats) -> Floats:
        return np.asarray((w @ readiness) / (w @ y))

    interval = with_interval("ratio", ratio, sample.account[rows], weight)
    return {**interval, "evaluated": len(rows), "fitted_on": members.rows}


def looks_open(world: World) -> dict[str, float]:
    """Return how many leads look open at the end, and which share of them has closed already."""
    ends = world.truth.outcomes().set_index("lead_id")["closed_at"]
    ids = world.leads["lead_id"]
    open_leads = ids[~ids.isin(world.outcomes["lead_id"])]
    closed = ends.reindex(open_leads) <= pd.Timestamp(world.until)
    return {"looks_open": len(open_leads), "closed_already": float(closed.mean())}


def run(leads: int = 12_000, seeds: tuple[int, ...] = tuple(range(11, 19))) -> Figures:
    """Fit three times in each world."""
    rows: dict[str, dict[str, float]] = {}
    ratios: dict[str, list[float]] = {way: [] for way in WAYS}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            world, config = exported(WorldSettings(n_leads=leads, seed=seed), Path(folder))
            rows[f"seed {seed}"] = looks_open(world)
            settings = Settings.of(config)
            sample = Sample.of(load_tables(config).history(), settings)
        span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
        assert span is not None
        for way, drawn in WAYS.items():
            rows[f"seed {seed}, {way}"] = expected(sample, settings, span, drawn)
            ratios[way].append(rows[f"seed {seed}, {way}"]["ratio"])
    means = {f"mean, {way}": mean_with_interval("ratio", all_) for way, all_ in ratios.items()}
    return {**rows, **means}
