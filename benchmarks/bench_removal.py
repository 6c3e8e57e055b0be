"""What a window's fit expects of it, by how the accounts that it judges were chosen.

Run with ``python benchmarks/bench_removal.py [--leads N] [--seeds 11 12 ...]``. In simulated CRMs
without any drift one additive member is fitted before the test window and asked how many wins it
expects there; expected over observed is 1 where the fit has seen what the window holds. Either
every account with a snapshot in the window is taken out of the fit, or a third or half of those
that may lie on both sides, drawn by a hash (docs/decisions/0006). Intervals are 90 %: bootstrap by
account, and that of the mean by its standard error over the seeds. The second table: of the leads
that look open at the end of the data, the share that has closed already (docs/decisions/0004).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from experiments.simulation import World, WorldSettings, simulate
from features import load_tables
from leadgate import Config
from leadgate.arrays import Floats, Positions
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.forward import assemble
from training.ensemble.members import fit_members
from training.estimators.tuning import Tuning
from training.statistics.bootstrap import bootstrap
from training.validation import account_folds
from training.validation.windows import Window, test_window

NAMES = ["additive medium"]
WAYS = {"all in the window": None, "a third drawn": 1 / 3, "half drawn": 1 / 2}


def evaluated(
    sample: Sample, settings: Settings, span: Window, drawn: float | None
) -> tuple[Sample, Positions, Floats]:
    """Return what is fitted on, the rows of the window that are judged, and what they weigh."""
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
) -> tuple[float, list[str]]:
    """Return expected over observed wins, and it with its interval and the sizes in words."""
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

    low, high = bootstrap(ratio, sample.account[rows], weight)
    found = float(ratio(weight))
    told = f"{found:.2f} ({float(low):.2f} to {float(high):.2f})"
    return found, [told, f"{len(rows):,}", f"{members.rows:,}"]


def mean(ratios: Sequence[float]) -> str:
    """Return the mean over the seeds with its interval."""
    error = 1.645 * np.std(ratios, ddof=1) / np.sqrt(len(ratios)) if len(ratios) > 1 else np.nan
    middle = np.mean(ratios)
    return f"{middle:.2f} ({middle - error:.2f} to {middle + error:.2f})"


def looks_open(world: World) -> list[str]:
    """Return how many leads look open at the end, and which share of them has closed already."""
    ends = world.truth.outcomes().set_index("lead_id")["closed_at"]
    ids = world.leads["lead_id"]
    unheard = ids[~ids.isin(world.outcomes["lead_id"])]
    closed = ends.reindex(unheard) <= pd.Timestamp(world.until)
    return [f"{len(unheard):,}", f"{closed.mean():.1%}"]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=12_000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[*range(11, 19)])
    asked = parser.parse_args()
    table = Table("seed", "taken out of the fit", "expected / observed", "judged", "fitted on")
    still = Table("seed", "look open", "have closed")
    ratios: dict[str, list[float]] = {way: [] for way in WAYS}
    for seed in asked.seeds:
        world = simulate(WorldSettings(n_leads=asked.leads, seed=seed))
        still.add_row(str(seed), *looks_open(world))
        with tempfile.TemporaryDirectory() as folder:
            config = Config.load(world.export(Path(folder)))
            settings = Settings.of(config)
            sample = Sample.of(load_tables(config).history(), settings)
        span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
        assert span is not None
        for way, drawn in WAYS.items():
            ratio, told = expected(sample, settings, span, drawn)
            ratios[way].append(ratio)
            table.add_row(str(seed), way, *told)
    for way, found in ratios.items():
        table.add_row("mean", way, mean(found))
    Console(width=100).print(table, still)


if __name__ == "__main__":
    main()
