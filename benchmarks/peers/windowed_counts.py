"""The counts of speed/features by DuckDB and Polars, written as their users would.

The same arrays, the same 48 counts; a peer whose values differ is `same = 0`. A peer that is not
installed (`make bench-peers`) is left out.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.inputs.tools import PROGRAMS, ROOT
from benchmarks.machinery.catalogue import Figure, Figures
from benchmarks.speed.features import crm, seconds, windowed_counts
from leadgate.arrays import Floats

USUAL_TIME = "3 min"
SMALL = {"leads": 1_000}
PYTHON = ROOT / ".venv-peers" / "bin" / "python"


def run(leads: int = 250_000) -> Figures:
    """Count with all of them."""
    arrays = crm(leads)
    counts: list[Floats] = []
    spent = seconds(lambda: counts.append(windowed_counts(arrays)))
    rows: dict[str, dict[str, Figure]] = {"leadgate": {"seconds": spent, "ratio": 1.0}}
    if not PYTHON.is_file():
        return rows
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "result").mkdir()
        for name, values in arrays.items():
            np.save(Path(folder) / f"{name}.npy", values)
        for peer in ("duckdb", "polars"):
            command = [str(PYTHON), str(PROGRAMS / "windowed_counts.py"), peer, folder]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            theirs = float(done.stdout)
            result = np.load(Path(folder) / "result" / f"{peer}.npy")
            same = int(np.array_equal(result, counts[0]))
            rows[peer] = {"seconds": theirs, "ratio": theirs / spent, "same": same}
    return rows
