"""What it costs to read and validate a large export, beside a pandas script that only reads it.

The export has two columns of times and seven of categories. The script reads it by
``pandas.read_csv``, parses the times and makes the categories; `load_tables` also checks every row,
finds each lead's outcome and brings it all to canonical names. All in turns; the least of the
repeats counts.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machinery.catalogue import Figures
from features.io.files import read_table
from features.tables import load_tables
from leadgate.config import Config

USUAL_TIME = "1 min"
SMALL = {"rows": 20_000, "repeats": 1}
TIMES, CATEGORIES = ["Created", "Closed"], [5, 10, 20, 50, 100, 500]
SECONDS_PER_DAY = 86_400


def made(folder: Path, rows: int) -> Config:
    """Write an export, and return the configuration that reads it."""
    rng = np.random.default_rng(7)
    created = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        rng.integers(0, 700 * SECONDS_PER_DAY, rows), unit="s"
    )
    closed = created + pd.to_timedelta(rng.integers(0, 90 * SECONDS_PER_DAY, rows), unit="s")
    stage = rng.choice(["Closed Won", "Closed Lost", "Open"], rows, p=[0.2, 0.6, 0.2])
    table = pd.DataFrame({"Id": [f"L{row:08d}" for row in range(rows)], "Created": created})
    table["Stage"], table["Closed"] = stage, closed.where(stage != "Open")
    for number, values in enumerate(CATEGORIES):
        drawn = rng.integers(0, values, rows).astype(str)
        table[f"Category {number}"] = np.char.add("value ", drawn)
    table.to_csv(folder / "leads.csv", index=False)
    columns = {"lead_id": "Id", "created_at": "Created", "outcome": "Stage", "closed_at": "Closed"}
    columns |= {"won": ["Closed Won"], "lost": ["Closed Lost"]}
    return Config.from_dict({"data": {"leads": "leads.csv"}, "columns": columns}, folder=folder)


def script(path: Path) -> pd.DataFrame:
    """Read the export as a script would."""
    table = pd.read_csv(path, parse_dates=TIMES)
    categories = [name for name in table.columns if name not in ("Id", *TIMES)]
    return table.astype(dict.fromkeys(categories, "category"))


def run(rows: int = 1_000_000, repeats: int = 3) -> Figures:
    """Time both, and the part of it that is reading."""
    with tempfile.TemporaryDirectory() as scratch:
        config = made(Path(scratch), rows)
        path = Path(scratch) / "leads.csv"
        programs: dict[str, Callable[[], object]] = {
            "pandas script": lambda: script(path),
            "read_table": lambda: read_table(path),
            "load_tables": lambda: load_tables(config),
        }
        turns = [{name: _seconds(work) for name, work in programs.items()} for _ in range(repeats)]
    least = {name: min(turn[name] for turn in turns) for name in programs}
    return {
        name: {"seconds": value, "ratio": value / least["pandas script"]}
        for name, value in least.items()
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
