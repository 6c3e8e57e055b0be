"""How fast leads are scored, as ratios in one run on one machine.

Run with ``python benchmarks/bench_scoring.py [--explained N] [--leads N] [--streamed N]
[--repeats N]``. The reference model has 300 trees of 31 leaves and depth 6 over forty columns,
half of them categories.

- explained: the reasons of a batch beside the ``pred_contrib`` of LightGBM on the same trees, both
  on as many threads as there are cores; aim: ten times as fast, equal within 1e-5.
- one lead: contributions and reasons of a single lead, on one thread; aim: 0.3 ms for a bundle of
  the size that training ships (``--shipped BUNDLE`` measures one of yours).
- a file: ``leadgate score`` from Parquet to Parquet without reasons beside ``Booster.predict`` on a
  ready matrix, on all cores; aim: 70 % of its rows per second.
- streamed: a file of many leads by a model of the size that training ships, with the most memory
  that the process ever held; aim: 10 million leads in less than 2 GiB.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from features import FeatureSet, LeadHistory
from leadgate.arrays import Floats
from leadgate.bundle.bundle import write_bundle
from leadgate.config import PolicySettings
from leadgate.model import Blend, BoostedMember, Calibration, Model
from leadgate.model.limits import Limits
from leadgate.policy import Policy
from serving.batch.score_file import score_file
from serving.scoring.scorer import Scorer

NUMBERS, CATEGORIES = 20, 20
REFERENCE = {"trees": 300, "num_leaves": 31, "max_depth": 6}
SHIPPED = {"trees": 60, "num_leaves": 12, "max_depth": 5}
CORES = os.cpu_count() or 1
GROUP = 250_000


def leads(n: int, seed: int, first: int = 0) -> pd.DataFrame:
    """Draw leads of forty columns, a tenth of the values missing."""
    rng = np.random.default_rng(seed)
    created = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(
        rng.integers(0, 90 * 86400, n), unit="s"
    )
    columns: dict[str, object] = {
        "lead_id": [f"00Q{i:012d}" for i in range(first, first + n)],
        "created_at": created.as_unit("us"),
    }
    for j in range(NUMBERS):
        values = rng.gamma(2.0, 50.0, n).round(1 if j % 2 else 0)
        columns[f"Number{j}"] = np.where(rng.random(n) < 0.1, np.nan, values)
    for j in range(CATEGORIES):
        words = np.array([None, *(f"value {k}" for k in range(4 + j))], dtype=object)
        columns[f"Field{j}"] = words[rng.integers(0, words.size, n)]
    return pd.DataFrame(columns)


def bundle(folder: Path, trees: int, **sizes: int) -> Path:
    """Write a model over these columns."""
    table = leads(20_000, 0)
    history = LeadHistory.from_tables(table)
    snapshots = history.snapshots([0])
    features = FeatureSet().fit(history, snapshots)
    X = features.transform(history, snapshots).to_numpy()
    rng = np.random.default_rng(1)
    effect = np.nan_to_num(X) @ rng.normal(size=X.shape[1]) / X.shape[1]
    y = (effect + rng.normal(scale=effect.std(), size=len(X)) > effect.mean()).astype(float)
    codes = [j for j, f in enumerate(features.features_) if f.kind == "category"]
    data = lightgbm.Dataset(X, y, categorical_feature=codes, params={"verbosity": -1})
    params = {"objective": "binary", "verbosity": -1, "num_threads": CORES} | sizes
    booster = lightgbm.train(params, data, trees).model_to_string()
    model = Model(Blend([BoostedMember(booster)], [1.0]), Calibration(-1.0, 0.8, np.eye(2) * 0.01))
    known = {"lead_id": "lead_id", "created_at": "created_at"}
    low, high = np.nanmin(X, axis=0), np.nanmax(X, axis=0)
    return write_bundle(
        folder,
        features=features.to_dict(),
        model=model,
        policy=Policy.learn(model.readiness(X), base_rate=0.3, leads_per_week=1_000.0),
        meta={"horizon_days": 90.0, "export": {"columns": known, "data": {"leads": "-"}}},
        card="",
        low=low,
        high=high,
        limits=Limits(
            fields=tuple(range(X.shape[1])), categories=tuple(codes), understood=5,
            low=tuple((3 * low - 2 * high).tolist()), high=tuple((3 * high - 2 * low).tolist()),
            width=9.0,
        ),
    )  # fmt: skip


def best(work: Callable[[], object], repeats: int) -> float:
    """Return the shortest time of some runs, in seconds."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def matrix(scorer: Scorer, table: pd.DataFrame) -> Floats:
    """Return the features of leads at their creation."""
    history = LeadHistory.from_tables(table)
    return scorer.feature_set.transform(history, history.snapshots([0])).to_numpy()


def explained(path: Path, n: int, repeats: int, result: Table) -> None:
    """Time the reasons of a batch beside LightGBM's contributions."""
    scorer = Scorer.load(path, threads=CORES)
    X = matrix(scorer, leads(n, 2))
    booster = scorer.model.blend.members[0]
    assert isinstance(booster, BoostedMember)
    peer = lightgbm.Booster(model_str=booster.text)
    theirs = best(lambda: peer.predict(X, pred_contrib=True, num_threads=CORES), 1)
    scorer.model.explain(X[:100])
    ours = best(lambda: scorer.assessor.reasons.sentences(X, scorer.model.explain(X)[1]), repeats)
    shares = best(lambda: booster.contributions(X), repeats)
    some = X[:2_000]
    off = np.abs(peer.predict(some, pred_contrib=True)[:, :-1] - booster.contributions(some)).max()
    result.add_row(f"pred_contrib, {n:,} leads", f"{theirs:.1f} s", "1.0")
    result.add_row("contributions by tables", f"{shares:.1f} s", f"{theirs / shares:.1f}")
    result.add_row("with the sentences", f"{ours:.1f} s", f"{theirs / ours:.1f}")
    result.add_row("largest difference", f"{off:.0e}", "")


def one_lead(path: Path, name: str, result: Table) -> None:
    """Time one lead's contributions and reasons, in runs too short to be interrupted often."""
    scorer = Scorer.load(path)
    rows = np.random.default_rng(0).normal(size=(1, len(scorer.feature_set.names_)))
    shares = scorer.model.explain(rows)[1]

    def each(work: Callable[[], object]) -> float:
        return 1e3 * best(lambda: [work() for _ in range(5)], 400) / 5

    contributions = each(lambda: scorer.model.explain(rows))
    told = contributions + each(lambda: scorer.assessor.reasons.sentences(rows, shares))
    result.add_row(f"one lead, {name}: contributions", f"{contributions:.3f} ms", "")
    result.add_row(f"one lead, {name}: and reasons", f"{told:.3f} ms", "")
    whole = each(lambda: scorer.assessor(rows))
    result.add_row(f"one lead, {name}: and readiness, limits", f"{whole:.3f} ms", "")


def files(path: Path, folder: Path, n: int, repeats: int, result: Table) -> None:
    """Time a file beside the booster alone."""
    scorer = Scorer.load(path, threads=CORES, policy=PolicySettings(explore=0.03))
    table = leads(n, 3)
    X = matrix(scorer, table)
    source, output = folder / "leads.parquet", folder / "scores.parquet"
    table.to_parquet(source, index=False)
    booster = scorer.model.blend.members[0]
    assert isinstance(booster, BoostedMember)
    peer = lightgbm.Booster(model_str=booster.text)
    alone = ours = math.inf
    # By turns, so that what else the machine does falls on both.
    for _ in range(repeats):
        alone = min(alone, best(lambda: peer.predict(X, num_threads=CORES), 1))
        ours = min(ours, best(lambda: score_file(scorer, source, output, reasons=False), 1))
    result.add_row(f"Booster.predict, {n:,} leads", f"{n / alone:,.0f} rows/s", "1.00")
    result.add_row("leadgate score", f"{n / ours:,.0f} rows/s", f"{alone / ours:.2f}")


def streamed(path: Path, folder: Path, n: int, result: Table) -> None:
    """Score a file of many leads and tell the most memory that was held."""
    scorer = Scorer.load(path, threads=CORES, policy=PolicySettings(explore=0.03))
    source = folder / "many.parquet"
    part = leads(min(n, GROUP), 4)
    writer = pq.ParquetWriter(source, pa.Table.from_pandas(part, preserve_index=False).schema)
    for first in range(0, n, GROUP):
        size = min(GROUP, n - first)
        ids = [f"00Q{i:012d}" for i in range(first, first + size)]
        writer.write_table(pa.Table.from_pandas(part[:size].assign(lead_id=ids), writer.schema))
    writer.close()
    del part
    begin = time.perf_counter()
    scored = score_file(scorer, source, folder / "many_scores.parquet", reasons=False)
    seconds = time.perf_counter() - begin
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    result.add_row(f"streamed, {scored.rows:,} leads", f"{n / seconds:,.0f} rows/s", "")
    result.add_row("most memory of the process", f"{held:.2f} GiB", "")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--explained", type=int, default=5_000)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--streamed", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--shipped", type=Path)
    asked = parser.parse_args()
    result = Table("what", "time", "ratio")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reference = bundle(folder / "reference", **REFERENCE)
        shipped = bundle(folder / "shipped", **SHIPPED)
        if asked.streamed:
            streamed(shipped, folder, asked.streamed, result)
        if asked.explained:
            explained(reference, asked.explained, asked.repeats, result)
            one_lead(reference, "reference", result)
            one_lead(shipped, "60 trees of 12 leaves", result)
        if asked.shipped is not None:
            one_lead(asked.shipped, str(asked.shipped), result)
        if asked.leads:
            files(reference, folder, asked.leads, asked.repeats, result)
    Console(width=100).print(result)


if __name__ == "__main__":
    main()
