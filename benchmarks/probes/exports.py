"""What `init` makes of real exports from the raw file, and which leaks `check` then finds.

For each folder of ``columns.toml`` of the real sets: which keys of the configuration are wrong,
which leaks are neither left out by `init` nor found by the probe, which clean columns are lost to
either, and how long `init` takes. Then the time of `init` on 20,000 rows against that of `check`.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from experiments.simulation import WorldSettings, simulate
from features.history.lead_history import LeadHistory
from features.parsing.times import iso
from features.tables import load_tables
from leadgate.cli import run as leadgate
from leadgate.config import Config
from leadgate.errors import LeadgateError
from training.leakage.probe import find_leaks

USUAL_TIME = "5 min"
SMALL = {"sets": "simulated", "rows": 500, "repeats": 1}
NEEDS = (NEEDS_DATA,)
LISTS = {"leak", "clean"}
FILES = {"file": "", "outcomes": "--outcomes", "field_changes": "--field-changes"}


def initialised(folder: Path, expected: Mapping[str, Any], target: Path) -> tuple[Path, float]:
    """Run `leadgate init` on the files of a set; return the configuration and the seconds."""
    config = target / "leadgate.toml"
    arguments = ["init", "--yes", "--config", str(config)]
    for key, option in FILES.items():
        if key in expected:
            arguments += [option, str(folder / expected[key])] if option else []
    arguments.append(str(folder / expected["file"]))
    return config, _timed(arguments)


def _timed(arguments: list[str]) -> float:
    begin = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        status = leadgate(arguments)
    if status:
        raise RuntimeError(f"leadgate {arguments[0]} ends with {status}")
    return time.perf_counter() - begin


def judged(config: Config, history: LeadHistory, expected: Mapping[str, Any]) -> dict[str, Figure]:
    """Hold a guessed configuration against what its columns are."""
    wrong = [key for key, is_right in _keys(config, history, expected) if not is_right]
    report = find_leaks(history, config)
    suspected = set(report.left_out("column"))
    columns = config.columns
    left_out = {*columns.after_outcome, *columns.unknown, *columns.personal}
    leaks, clean = set(expected.get("leak", ())), set(expected.get("clean", ()))
    missed, lost = leaks - left_out - suspected, clean & (left_out | suspected)
    return {
        "leads": len(history),
        "questions": len(config.questions),
        "wrong": len(wrong),
        "wrong_keys": ", ".join(wrong),
        "leaks": len(leaks),
        "by_init": len(leaks & left_out),
        "missed": len(missed),
        "missed_columns": ", ".join(sorted(missed)),
        "lost": len(lost),
        "lost_columns": ", ".join(sorted(lost)),
    }


def _keys(
    config: Config, history: LeadHistory, expected: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    for key, value in expected.items():
        if key in LISTS or key == "file":
            continue
        if key == "until":
            yield key, iso(history.until).startswith(value)
        elif key in FILES:
            yield key, getattr(config.data, key) is not None
        else:
            yield key, getattr(config.columns, key) == value


def real() -> Iterator[tuple[str, dict[str, Figure]]]:
    """Yield a row for each real set."""
    data = Path(os.environ["LEADGATE_DATA"])
    sets = tomllib.loads((data / "columns.toml").read_text(encoding="utf-8"))
    for name, expected in sets.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                path, seconds = initialised(data / name, expected, Path(folder))
                config = Config.load(path)
                row = judged(config, load_tables(config).history(), expected)
            except (LeadgateError, RuntimeError) as error:
                yield name, {"wrong": 99, "wrong_keys": str(error), "missed": 99, "lost": 0}
                continue
            yield name, row | {"init_seconds": seconds}


def against_check(rows: int, repeats: int) -> dict[str, Figure]:
    """Time `init` and `check` on the leads of a simulated CRM; the best of all repeats counts."""
    world = simulate(WorldSettings(n_leads=rows, seed=0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        outcomes = world.outcomes.drop(columns=["recorded_at", "worked"], errors="ignore")
        table = world.leads.merge(outcomes, on="lead_id", how="left")
        table["outcome"] = table["outcome"].astype("object").where(table["outcome"].notna(), "open")
        pd.DataFrame(table).to_csv(folder / "leads.csv", index=False)
        init, check = [], []
        for repeat in range(repeats):
            config = str(folder / f"{repeat}.toml")
            init.append(_timed(["init", "--yes", "--config", config, str(folder / "leads.csv")]))
            check.append(_timed(["check", "--config", config]))
    return {
        "leads": rows,
        "init_seconds": min(init),
        "check_seconds": min(check),
        "times_check": min(init) / min(check),
    }


def run(sets: str = "all", rows: int = 20_000, repeats: int = 3) -> Figures:
    """Judge them all; `sets` may be `simulated` only."""
    table: dict[str, dict[str, Figure]] = dict(real()) if sets == "all" else {}
    table["simulated"] = against_check(rows, repeats)
    return table
