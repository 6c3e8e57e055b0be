"""Training on many leads, as a ratio to a plain fit of LightGBM in the same run.

The export has fifty columns, half of them numbers and half texts, accounts of three leads, dates
and no activities. ``leadgate train`` does all that it does on any export (leak probe, search,
forward windows, evaluation, refit, report, MLflow run) once the file is read; LightGBM fits 300
trees with its defaults on the same matrix. Each runs in a process of its own on all cores, LightGBM
before and after; the ratio is to the quicker of the two.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machinery.catalogue import Figures

USUAL_TIME = "12 min"
SMALL = {"leads": 600, "trees": 5, "columns": 6, "separate": False}
PER_ACCOUNT = 3
DAYS = 540
CORES = os.cpu_count() or 1
ROOT = Path(__file__).resolve().parents[2]
MATRIX, LABELS = "X.npy", "y.npy"
CONFIG = """
[data]
leads = "leads.parquet"

[columns]
lead_id = "Id"
account_id = "Company"
created_at = "Created"
outcome = "Stage"
won = ["Won"]
lost = ["Lost"]
closed_at = "Closed"

[target]
horizon_days = 90
"""


def export(folder: Path, n: int, columns: int) -> None:
    """Write an export with a moderate signal, half numbers, half texts, and its configuration."""
    rng = np.random.default_rng(0)
    log_odds = np.full(n, -1.8)
    values: dict[str, object] = {}
    for j in range(columns // 2):
        x = rng.gamma(2.0, 50.0, n).round(1 if j % 2 else 0)
        log_odds += rng.normal(scale=0.15) * (np.log(x + 20) - 4.6)
        values[f"Number{j}"] = np.where(rng.random(n) < 0.1, np.nan, x)
    for j in range(columns // 2):
        words = np.array([None, *(f"value {k}" for k in range(3 + 2 * j))], dtype=object)
        place = rng.integers(0, words.size, n)
        log_odds += rng.normal(scale=0.15, size=words.size)[place]
        values[f"Field{j}"] = words[place]
    won = rng.random(n) < 1 / (1 + np.exp(-log_odds))
    created = np.sort(rng.integers(0, DAYS * 86_400, n))
    closed = created + rng.exponential(20 * 86_400, n).astype(np.int64)
    stage = np.where(closed > DAYS * 86_400, "Open", np.where(won, "Won", "Lost"))
    begin = pd.Timestamp("2024-01-01", tz="UTC")
    when = {
        "Created": begin + pd.to_timedelta(created, unit="s"),
        "Closed": pd.Series(begin + pd.to_timedelta(closed, unit="s")).mask(stage == "Open"),
    }
    ids = {
        "Id": [f"00Q{i:012d}" for i in range(n)],
        "Company": rng.integers(0, n // PER_ACCOUNT + 1, n),
    }
    table = pd.DataFrame({**ids, **when, "Stage": stage, **values})
    table.to_parquet(folder / "leads.parquet", index=False)
    (folder / "leadgate.toml").write_text(CONFIG, encoding="utf-8")


def prepare(folder: Path) -> dict[str, float]:
    """Keep the matrix of all leads and whether they were won."""
    from features import FeatureSet, load_tables
    from leadgate import Config

    history = load_tables(Config.load(folder / "leadgate.toml")).history()
    snapshots = history.snapshots([0])
    X = FeatureSet().fit(history, snapshots).transform(history, snapshots)
    np.save(folder / MATRIX, X.to_numpy())
    np.save(folder / LABELS, history.won)
    return {"columns": float(X.shape[1])}


def plain(folder: Path, trees: int) -> dict[str, float]:
    """Time one fit of LightGBM, with the making of its data set."""
    import lightgbm

    X, y = np.load(folder / MATRIX), np.load(folder / LABELS)
    params = {"objective": "binary", "verbosity": -1, "num_threads": CORES}
    begin = time.perf_counter()
    lightgbm.train(params, lightgbm.Dataset(X, y, params={"verbosity": -1}), trees)
    return {"seconds": time.perf_counter() - begin}


def whole(folder: Path) -> dict[str, float]:
    """Time a training once its file is read."""
    from features import load_tables
    from leadgate import Config
    from training import train

    config = Config.load(folder / "leadgate.toml")
    begin = time.perf_counter()
    tables = load_tables(config)
    read = time.perf_counter() - begin
    begin = time.perf_counter()
    result = train(config, read=lambda _: tables)
    return {
        "reading_s": read,
        "seconds": time.perf_counter() - begin,
        "auc": result.metrics["auc"].value,
    }


def alone(part: str, folder: Path, trees: int) -> dict[str, float]:
    """Run a part in a process of its own; return its figures and its peak memory in GiB."""
    command = [sys.executable, "-m", "benchmarks.speed.training_scale", "--part", part]
    done = subprocess.run(
        [*command, "--folder", str(folder), "--trees", str(trees)],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
    )  # fmt: skip
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def part_of(part: str, folder: Path, trees: int) -> dict[str, float]:
    """Run a part in this process; return its figures and the peak memory of the process in GiB."""
    parts: dict[str, Callable[[], dict[str, float]]] = {
        "prepare": lambda: prepare(folder),
        "plain": lambda: plain(folder, trees),
        "whole": lambda: whole(folder),
    }
    figures = parts[part]()
    return {**figures, "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}


def run(
    leads: int = 1_000_000,
    trees: int = 300,
    columns: int = 50,
    separate: bool = True,
) -> Figures:
    """Compare seconds and memory of both; without `separate` in this process, to see it run."""
    measure = alone if separate else part_of
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export(folder, leads, columns)
        parts = [measure(p, folder, trees) for p in ("prepare", "plain", "whole", "plain")]
    _, first, ours, again = parts
    base = min(first["seconds"], again["seconds"])
    return {
        "LightGBM": {**first, "ratio": first["seconds"] / base},
        "the same again": {**again, "ratio": again["seconds"] / base},
        "training": {**ours, "leads": leads, "ratio": ours["seconds"] / base},
    }


def _part() -> None:
    """Run a part for the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trees", type=int)
    parser.add_argument("--part", choices=("prepare", "plain", "whole"))
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    print(json.dumps(part_of(asked.part, asked.folder, asked.trees)))


if __name__ == "__main__":
    _part()
