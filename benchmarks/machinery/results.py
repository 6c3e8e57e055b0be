"""What was measured: ``results.jsonl``, one line for each run of a benchmark."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machinery.catalogue import Figure, Figures

RESULTS_FILE = Path(__file__).resolve().parents[1] / "results.jsonl"


def commit() -> str:
    """Return the commit of the working tree, with a + where it was changed; "" outside git."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    done = subprocess.run(
        command, cwd=RESULTS_FILE.parent, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def machine() -> str:
    """Return processor architecture, cores and Python; no name of a machine."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def plain(figures: Figures) -> dict[str, dict[str, Any]]:
    """Return figures as JSON can hold them: what is not finite becomes None."""
    return {
        str(row): {str(name): _plain(value) for name, value in columns.items()}
        for row, columns in figures.items()
    }


def _plain(value: Figure) -> Figure:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not isfinite(value) else value


def append(
    benchmark: str,
    figures: Figures,
    *,
    small: bool,
    seconds: float,
    options: Mapping[str, object],
    path: Path = RESULTS_FILE,
) -> None:
    """Add a line to the file; `options` are those that were not left at their defaults."""
    line = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": commit(),
        "machine": machine(),
        "benchmark": benchmark,
        "small": small,
        "options": dict(options),
        "seconds": round(seconds, 1),
        "figures": plain(figures),
    }
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def newest(path: Path = RESULTS_FILE) -> dict[str, dict[str, Any]]:
    """Return the newest run of each benchmark that was no smoke run."""
    if not path.is_file():
        return {}
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {line["benchmark"]: line for line in lines if not line["small"]}
