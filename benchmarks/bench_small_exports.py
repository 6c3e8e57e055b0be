"""How much of the log loss small exports gain over the base rate, on fresh leads.

Run with ``python benchmarks/bench_small_exports.py [--repeats 12]``. Two of eight columns move the
odds; the model is what `leadgate train` would ship, whatever its verdict.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from features.history.lead_history import LeadHistory
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.fit import fit_for_window, refit
from training.statistics import metrics
from training.validation.windows import test_window

SIZES = (60, 100, 200, 400, 1000)
EFFECTS = (0.3, 0.8, 1.5)
FRESH = 6_000
SETTINGS = Settings((), (), None, (0.0,))


def history(n: int, seed: int, effect: float) -> LeadHistory:
    """Return leads over a year; `x0` and one source in three move the log-odds by `effect`."""
    rng = np.random.default_rng(seed)
    columns = {f"x{j}": rng.normal(size=n).round(3) for j in range(7)}
    source = rng.choice(["web", "fair", "list"], n)
    odds = -1.0 + effect * columns["x0"] + effect * (source == "fair")
    won = rng.random(n) < 1 / (1 + np.exp(-odds))
    day = pd.Timedelta(days=1)
    created = pd.Timestamp("2025-01-01") + np.sort(rng.uniform(0, 365, n)) * day
    ids = [f"L{i:05d}" for i in range(n)]
    leads = pd.DataFrame({"lead_id": ids, "created_at": created, "source": source, **columns})
    closed = created + rng.exponential(10, n) * day
    outcome = np.where(won, "won", "lost")
    return LeadHistory.from_tables(
        leads, outcomes=pd.DataFrame({"lead_id": ids, "outcome": outcome, "closed_at": closed})
    )


def measure(n: int, seed: int, effect: float, fresh: Sample) -> tuple[float, ...] | None:
    """Return gain over the base rate, calibration slope and AUC; None with too little to judge."""
    sample = Sample.of(history(n, seed, effect), SETTINGS)
    span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    before = None if span is None else fit_for_window(sample, span, SETTINGS)
    if span is None or before is None:
        return None
    shipped = refit(sample, span, SETTINGS, before)[0]
    at, y = fresh.snapshots, fresh.labels.y
    p = shipped.model.readiness(shipped.feature_set.matrix(fresh.history, at.lead, at.as_of))
    weight, base = np.ones(y.size), np.full(y.size, y.mean())
    gain = metrics.log_loss(y, base, weight) - metrics.log_loss(y, p, weight)
    slope = metrics.calibration_slope(y, p, weight)
    return float(gain), float(slope), float(metrics.auc(y, p, weight))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=12)
    repeats = parser.parse_args().repeats
    table = Table("leads", "effect", "exports", "gain, mean", "slope, median", "AUC, mean")
    for effect in EFFECTS:
        fresh = Sample.of(history(FRESH, 12345, effect), SETTINGS)
        for n in SIZES:
            found = [measure(n, seed, effect, fresh) for seed in range(repeats)]
            rows = np.array([row for row in found if row is not None])
            table.add_row(
                str(n), f"{effect:g}", str(len(rows)), f"{rows[:, 0].mean():.4f}",
                f"{np.nanmedian(rows[:, 1]):.2f}", f"{rows[:, 2].mean():.3f}",
            )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main()
