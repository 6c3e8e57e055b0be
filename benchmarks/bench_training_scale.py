"""How long training takes on many leads, as a ratio to one plain fit of LightGBM in the same run.

Run with ``python benchmarks/bench_training_scale.py [--leads N] [--budget SECONDS]``. The export
has fifty columns, half of them numbers and half texts, accounts of three leads, dates and no
activities. ``leadgate train`` does all that it does on any export (leak probe, search, forward
windows, evaluation, refit, report, MLflow run) once the file is read; LightGBM fits 300 trees with
its defaults on the same matrix. Each runs in a process of its own on all cores, LightGBM before and
after; the ratio is to the quicker of the two. Aim: a million leads within eight times.
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
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

NUMBERS, TEXTS = 25, 25
PER_ACCOUNT = 3
DAYS = 540
CORES = os.cpu_count() or 1
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


def export(folder: Path, n: int) -> None:
    """Write an export with a known, moderate signal, and its configuration."""
    rng = np.random.default_rng(0)
    log_odds = np.full(n, -1.8)
    columns: dict[str, object] = {}
    for j in range(NUMBERS):
        x = rng.gamma(2.0, 50.0, n).round(1 if j % 2 else 0)
        log_odds += rng.normal(scale=0.15) * (np.log(x + 20) - 4.6)
        columns[f"Number{j}"] = np.where(rng.random(n) < 0.1, np.nan, x)
    for j in range(TEXTS):
        words = np.array([None, *(f"value {k}" for k in range(3 + 2 * j))], dtype=object)
        place = rng.integers(0, words.size, n)
        log_odds += rng.normal(scale=0.15, size=words.size)[place]
        columns[f"Field{j}"] = words[place]
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
    table = pd.DataFrame({**ids, **when, "Stage": stage, **columns})
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


def plain(folder: Path) -> dict[str, float]:
    """Time one fit of LightGBM, with the making of its data set."""
    import lightgbm

    X, y = np.load(folder / MATRIX), np.load(folder / LABELS)
    params = {"objective": "binary", "verbosity": -1, "num_threads": CORES}
    begin = time.perf_counter()
    lightgbm.train(params, lightgbm.Dataset(X, y, params={"verbosity": -1}), 300)
    return {"seconds": time.perf_counter() - begin}


def whole(folder: Path, budget: float) -> dict[str, float]:
    """Time a training once its file is read."""
    from features import load_tables
    from leadgate import Config
    from training import train

    config = Config.load(folder / "leadgate.toml")
    begin = time.perf_counter()
    tables = load_tables(config)
    read = time.perf_counter() - begin
    begin = time.perf_counter()
    result = train(config, read=lambda _: tables, budget_seconds=budget)
    return {
        "reading": read,
        "seconds": time.perf_counter() - begin,
        "auc": result.metrics["auc"].value,
    }


PARTS = {"prepare": prepare, "plain": plain}


def alone(part: str, folder: Path, budget: float) -> dict[str, float]:
    """Run one part in a process of its own; return its figures and its peak memory in GiB."""
    command = [sys.executable, __file__, "--part", part, "--folder", str(folder)]
    done = subprocess.run(
        [*command, "--budget", str(budget)], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(n: int, budget: float) -> None:
    """Print the seconds, the ratio and the memory of both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export(folder, n)
        columns = alone("prepare", folder, budget)["columns"]
        first = alone("plain", folder, budget)
        ours = alone("whole", folder, budget)
        again = alone("plain", folder, budget)
    base = min(first["seconds"], again["seconds"])
    result = Table("what", "seconds", "ratio", "peak GiB")
    for title, part in (("LightGBM, 300 trees", first), ("the same again", again)):
        ratio = part["seconds"] / base
        result.add_row(title, f"{part['seconds']:.1f}", f"{ratio:.2f}", f"{part['peak']:.2f}")
    ratio = ours["seconds"] / base
    result.add_row("training", f"{ours['seconds']:.1f}", f"{ratio:.2f}", f"{ours['peak']:.2f}")
    result.add_row("reading the file before it", f"{ours['reading']:.1f}", "", "")
    console = Console(width=100)
    console.print(f"{n:,} leads, {columns:.0f} columns, {CORES} cores, AUC {ours['auc']:.3f}")
    console.print(result)


def main() -> None:
    """Compare, or run one part for the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--budget", type=float, default=45.0)
    parser.add_argument("--part", choices=[*PARTS, "whole"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part is None:
        compare(asked.leads, asked.budget)
        return
    if asked.part == "whole":
        found = whole(asked.folder, asked.budget)
    else:
        found = PARTS[asked.part](asked.folder)
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps(found))


if __name__ == "__main__":
    main()
