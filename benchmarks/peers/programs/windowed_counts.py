"""The counts of speed/features by DuckDB or Polars, written as their users would.

Run by ``benchmarks/peers/windowed_counts.py`` in the environment of the peers:
``python windowed_counts.py duckdb|polars FOLDER``. Reads the arrays of FOLDER, counts, writes the
counts beside them and prints the seconds that it took.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

US_PER_DAY = 86_400_000_000
WINDOWS = (7, 30, 90)
N_TYPES = 12
THREADS = 2


def cells() -> list[tuple[int, int | None]]:
    """Return window and type of each count: by window, ever last, then by type."""
    return [(code, days) for days in (*WINDOWS, None) for code in range(N_TYPES)]


def duckdb_counts(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Count by a hash join and filtered aggregates."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads TO {THREADS}")
    activities = {name: arrays[name] for name in ("lead", "occurred", "recorded", "type")}
    snapshots = {"row": arrays["row"], "lead": arrays["of"], "as_of": arrays["as_of"]}
    connection.register("activities", activities)
    connection.register("snapshots", snapshots)
    counts = ", ".join(
        f"count(*) FILTER (type = {code}"
        + (f" AND occurred >= as_of - {days * US_PER_DAY}" if days else "")
        + f") AS c{place}"
        for place, (code, days) in enumerate(cells())
    )
    counted = connection.execute(
        f"SELECT row, {counts} FROM snapshots s JOIN activities a ON s.lead = a.lead "
        "AND a.occurred < s.as_of AND a.recorded <= s.as_of GROUP BY row"
    ).fetchnumpy()
    result = np.zeros((len(arrays["row"]), len(cells())))
    for place in range(len(cells())):
        result[counted["row"], place] = counted[f"c{place}"]
    return result


def polars_counts(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Count by a join, a filter and sums of conditions, some leads at a time to fit in memory."""
    import polars as pl

    activities = pl.DataFrame({n: arrays[n] for n in ("lead", "occurred", "recorded", "type")})
    snapshots = pl.DataFrame({"row": arrays["row"], "lead": arrays["of"], "as_of": arrays["as_of"]})
    age = pl.col("as_of") - pl.col("occurred")
    counts = [
        ((pl.col("type") == code) & (age <= (days or 10**6) * US_PER_DAY)).sum().alias(f"c{place}")
        for place, (code, days) in enumerate(cells())
    ]
    counted = (
        snapshots.lazy()
        .join(activities.lazy(), on="lead")
        .filter((pl.col("occurred") < pl.col("as_of")) & (pl.col("recorded") <= pl.col("as_of")))
        .group_by("row")
        .agg(counts)
        .collect(engine="streaming")
    )
    result = np.zeros((len(arrays["row"]), len(cells())))
    result[counted["row"].to_numpy()] = counted.drop("row").to_numpy()
    return result


def main() -> None:
    """Run the benchmark."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    arrays = {path.stem: np.load(path) for path in folder.glob("*.npy")}
    count = {"duckdb": duckdb_counts, "polars": polars_counts}[name]
    begin = time.perf_counter()
    result = count(arrays)
    spent = time.perf_counter() - begin
    np.save(folder / "result" / f"{name}.npy", result.astype(np.int32))
    print(spent)


if __name__ == "__main__":
    main()
