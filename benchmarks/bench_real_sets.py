"""Forward in time on real leads: train on the oldest 80 %, score the newest 20 %.

Run with ``LEADGATE_DATA=... python benchmarks/bench_real_sets.py [SET ...]``. All wins as
recorded; the interval is 90 %, bootstrap by lead. Beside it: the export's newest first, and
the share of the newer leads that the model does not judge.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from benchmarks.data_sets import DATASETS
from experiments.simulation.newest_part import part
from leadgate import Config
from leadgate.policy import REVIEW
from serving import Scorer
from training import train

# bpi2012 is known by its events; bench_bpi2012.py scores it at ages.
FLAT = ("olist", "bank", "x_education", "marketstar")


def auc_interval(y: np.ndarray, score: np.ndarray, draws: int = 300) -> tuple[float, float]:
    """Return the 90 % interval of the AUC, bootstrap by lead, as these sets have no accounts."""
    rng = np.random.default_rng(0)
    rows = [rng.integers(len(y), size=len(y)) for _ in range(draws)]
    low, high = np.quantile([roc_auc_score(y[r], score[r]) for r in rows], [0.05, 0.95])
    return float(low), float(high)


def measure(name: str, folder: Path) -> list[str]:
    """Return one row of the table."""
    holdout = part(Config.load(DATASETS / f"{name}.toml"), folder)
    begin = time.perf_counter()
    result = train(holdout.older)
    seconds = time.perf_counter() - begin
    scored = Scorer.load(result.bundle).score(holdout.newer, reasons=False)
    readiness = scored["readiness"].to_numpy(np.float64)
    known = holdout.closed & np.isfinite(readiness)
    y, p = holdout.won[known], readiness[known]
    low, high = auc_interval(y, p)
    newest = roc_auc_score(y, np.arange(len(y)))
    auc = f"{roc_auc_score(y, p):.3f} ({low:.3f} to {high:.3f})"
    rate = f"{y.mean():.3f} / {p.mean():.3f}"
    review = f"{(scored['decision'] == REVIEW).mean():.2%}"
    return [name, auc, f"{newest:.3f}", rate, review, result.verdict, f"{seconds:.0f}"]


def silent(folder: Path) -> list[str]:
    """Return the row of marketstar after January 2021, where there is no signal."""
    config = Config.load(DATASETS / "marketstar.toml")
    leads = pd.read_csv(config.path(config.data.leads), dtype=str, keep_default_na=False)
    leads[leads["CreatedDate"] >= "20210201"].to_csv(folder / "leads.csv", index=False)
    data = config.data.model_copy(update={"leads": str(folder / "leads.csv")})
    begin = time.perf_counter()
    result = train(config.model_copy(update={"data": data, "folder": folder}))
    seconds = f"{time.perf_counter() - begin:.0f}"
    return ["marketstar from February 2021", "", "", "", "", result.verdict, seconds]


def main() -> None:
    """Print the table."""
    table = Table(
        "set", "AUC, newest 20 %", "newest first", "won / predicted", "review", "verdict", "s"
    )
    for name in sys.argv[1:] or FLAT:
        with tempfile.TemporaryDirectory() as folder:
            table.add_row(*measure(name, Path(folder)))
    if not sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            table.add_row(*silent(Path(folder)))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
