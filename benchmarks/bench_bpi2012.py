"""Loan applications, scored 1, 3, 7 and 14 days after registration, forward in time.

Ever activated against declined or cancelled; open cases are left out. One model learns from the
oldest 80 % of the cases by registration and is judged on the newest 20 %; a case that is closed at
an age is not looked at then. The interval is 90 %, bootstrap by case.

    LEADGATE_DATA=... python benchmarks/bench_bpi2012.py
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from benchmarks.bench_real_sets import auc_interval
from benchmarks.data_sets import DATASETS
from experiments.simulation.newest_part import part
from features import load_tables
from features.history.snapshots import plan
from features.io.files import read_table
from leadgate import Config
from serving import Scorer
from training import train

AIMS = {1: 0.73, 3: 0.71, 7: 0.74, 14: 0.85}


def main() -> None:
    """Run the benchmark."""
    config = Config.load(DATASETS / "bpi2012.toml")
    target = config.target.model_copy(update={"horizon_days": None})
    config = config.model_copy(update={"target": target})
    history = load_tables(config).history()
    events = read_table(config.path(config.data.activities[0].path))
    table = Table("age", "cases", "review", "AUC (90 %)", "aim")
    with tempfile.TemporaryDirectory() as folder:
        holdout = part(config, Path(folder))
        begin = time.perf_counter()
        scorer = Scorer.load(train(holdout.older).bundle)
        seconds = time.perf_counter() - begin
        ids = holdout.newer[config.columns.lead_id].astype(str)
        for age, aim in AIMS.items():
            at = plan(history, [age])
            seen = ids.isin(history.lead_ids[at.lead]).to_numpy() & holdout.closed
            scored = scorer.score(holdout.newer[seen], events, age_days=age, reasons=False)
            y, p = holdout.won[seen], scored["readiness"].to_numpy(np.float64)
            told = np.isfinite(p)
            low, high = auc_interval(y[told], p[told])
            auc = f"{roc_auc_score(y[told], p[told]):.3f} ({low:.3f} to {high:.3f})"
            table.add_row(str(age), str(told.sum()), f"{1 - told.mean():.2%}", auc, f"{aim:.2f}")
    Console().print(table, f"trained in {seconds:.0f} s")


if __name__ == "__main__":
    main()
