"""Scoring and explaining leads, as ratios to LightGBM in the same run.

The reference model has 300 trees of 31 leaves and depth 6 over forty columns, half of them
categories.

- explained: the reasons of a batch beside the ``pred_contrib`` of LightGBM on the same trees, both
  on as many threads as there are cores, and the largest difference.
- single lead: contributions and reasons of a single lead, on a single thread.
- a file: ``leadgate score`` from Parquet to Parquet without reasons beside ``Booster.predict`` on a
  ready matrix, on all cores.
- streamed: a file of many leads by a model of the size that training ships, with the most memory
  that the process ever held (``--set streamed=10000000`` for the aim).
"""

from __future__ import annotations

import math
import os
import resource
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.machinery.catalogue import Figure, Figures
from features import FeatureSet, LeadHistory
from leadgate.arrays import Floats
from leadgate.bundle.bundle import write_bundle
from leadgate.config import PolicySettings
from leadgate.model import Blend, BoostedMember, Calibration, Model
from leadgate.model.limits import Limits
from leadgate.policy import Policy
from serving.batch.score_file import score_file
from serving.scoring.scorer import Scorer

USUAL_TIME = "3 min"
SMALL = {
    "explained": 20, "leads": 500, "streamed": 500, "repeats": 1, "single": 3, "trees": 10,
    "learned_from": 1_000,
}  # fmt: skip
NUMBERS, CATEGORIES = 20, 20
REFERENCE = {"num_leaves": 31, "max_depth": 6}
SHIPPED = {"num_leaves": 12, "max_depth": 5}
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


def bundle(folder: Path, n: int, trees: int, **sizes: int) -> Path:
    """Write a model over these columns, learned from `n` leads."""
    table = leads(n, 0)
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
    columns = {"lead_id": "lead_id", "created_at": "created_at"}
    low, high = np.nanmin(X, axis=0), np.nanmax(X, axis=0)
    return write_bundle(
        folder,
        features=features.to_dict(),
        model=model,
        policy=Policy.learn(model.readiness(X), base_rate=0.3, leads_per_week=1_000.0),
        meta={"horizon_days": 90.0, "export": {"columns": columns, "data": {"leads": "-"}}},
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


def _explained(path: Path, n: int, repeats: int) -> Figures:
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
    return {
        "pred_contrib": {"leads": n, "seconds": theirs, "ratio": 1.0},
        "contributions by tables": {
            "leads": n, "seconds": shares, "ratio": theirs / shares, "largest_difference": off,
        },
        "with the sentences": {"leads": n, "seconds": ours, "ratio": theirs / ours},
    }  # fmt: skip


def single_lead(path: Path, repeats: int) -> dict[str, float]:
    """Time a lead's contributions and reasons, in runs too short to be interrupted often."""
    scorer = Scorer.load(path)
    rows = np.random.default_rng(0).normal(size=(1, len(scorer.feature_set.names_)))
    shares = scorer.model.explain(rows)[1]

    def each(work: Callable[[], object]) -> float:
        return 1e3 * best(lambda: [work() for _ in range(5)], repeats) / 5

    contributions = each(lambda: scorer.model.explain(rows))
    return {
        "contributions_ms": contributions,
        "explained_ms": contributions
        + each(lambda: scorer.assessor.reasons.sentences(rows, shares)),
        "whole_ms": each(lambda: scorer.assessor(rows)),
    }


def files(path: Path, folder: Path, n: int, repeats: int) -> Figures:
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
    return {
        "Booster.predict": {"leads": n, "rows_per_second": n / alone},
        "leadgate score": {"leads": n, "rows_per_second": n / ours, "ratio": alone / ours},
    }


def _streamed(path: Path, folder: Path, n: int) -> dict[str, float]:
    """Score a file of many leads; return the most memory that was ever held."""
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
    return {"leads": scored.rows, "rows_per_second": n / seconds, "peak_gib": held}


def run(
    explained: int = 5_000,
    leads: int = 100_000,
    streamed: int = 500_000,
    repeats: int = 3,
    single: int = 400,
    trees: int = 300,
    learned_from: int = 20_000,
    shipped: str = "",
) -> Figures:
    """Time it all; `shipped` is a bundle of one's own to explain a single lead by."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reference = bundle(folder / "reference", learned_from, trees, **REFERENCE)
        everyday = bundle(folder / "usual", learned_from, min(60, trees), **SHIPPED)
        result: dict[str, Mapping[str, Figure]] = {}
        # First, while the process has held little: its peak never falls.
        result["streamed"] = _streamed(everyday, folder, streamed)
        result |= _explained(reference, explained, repeats)
        result["single lead, reference"] = single_lead(reference, single)
        result["single lead, 60 trees of 12 leaves"] = single_lead(everyday, single)
        if shipped:
            result[f"single lead, {shipped}"] = single_lead(Path(shipped), single)
        result |= files(reference, folder, leads, repeats)
    return result
