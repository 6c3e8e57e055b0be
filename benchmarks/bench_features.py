"""How fast features are made: a whole CRM at four ages each, and one lead at a time.

Run with ``python benchmarks/bench_features.py [--leads N]``.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np

from features import FeatureSet, LeadHistory
from features.activities import Activities
from features.snapshots import Snapshots, plan
from features.times import NAT, US_PER_DAY, iso

TYPES = [f"type_{number:02d}" for number in range(12)]
PER_LEAD = 80
AGES = (7, 30, 60, 90)
START = 20_000 * US_PER_DAY


def seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Return the best time of one call."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def crm(n_leads: int, seed: int = 0) -> LeadHistory:
    """Return leads with 80 activities each over 120 days, a fifth of them recorded late."""
    rng = np.random.default_rng(seed)
    n = n_leads * PER_LEAD
    created = START + rng.integers(0, 365 * US_PER_DAY, n_leads)
    lead = rng.integers(0, n_leads, n)
    occurred = created[lead] + rng.integers(0, 120 * US_PER_DAY, n)
    delay = np.where(rng.random(n) < 0.2, rng.exponential(3 * US_PER_DAY, n), 0).astype(np.int64)
    codes = rng.integers(0, len(TYPES), n)
    begin = time.perf_counter()
    value = np.full(n, np.nan)
    activities = Activities.build(n_leads, lead, occurred, occurred + delay, codes, TYPES, value)
    print(f"{n:>12,} activities sorted in {time.perf_counter() - begin:.2f} s")
    none, no = np.full(n_leads, NAT), np.zeros(n_leads, dtype=bool)
    source = np.array(["Web", "Fair", "Event"], dtype=object)[rng.integers(0, 3, n_leads)]
    employees = rng.integers(1, 900, n_leads).astype(str).astype(object)
    return LeadHistory(
        lead_ids=np.array([f"{number:09d}" for number in range(n_leads)], dtype=object),
        accounts=np.arange(n_leads), created=created, order=created, dated=True, has_clock=True,
        columns={"Source": source, "Employees": employees}, activities=activities, changes={},
        won=no, lost=no, closed=none, recorded=none, amount=np.full(n_leads, np.nan), unworked=no,
        handed_off=none, first_worked=none, has_handoffs=False,
        until=START + 500 * US_PER_DAY,
    )  # fmt: skip


def one_lead(feature_set: FeatureSet) -> None:
    """Time a lead with 200 activities, from its JSON and from its history."""
    lead = [{"lead_id": "A", "created_at": iso(START), "Source": "Web", "Employees": 12}]
    days = np.random.default_rng(1).integers(0, 90 * US_PER_DAY, 200)
    activities = [
        {"lead_id": "A", "type": TYPES[row % 12], "occurred_at": iso(START + int(day))}
        for row, day in enumerate(days)
    ]
    history = LeadHistory.from_records(lead, activities)
    index, as_of = np.zeros(1, dtype=np.int64), np.array([START + 90 * US_PER_DAY])
    read = seconds(lambda: LeadHistory.from_records(lead, activities), 200)
    made = seconds(lambda: feature_set.matrix(history, index, as_of), 2000)
    print(
        f"{'1 lead':>12}, 200 activities: features {made * 1e3:.3f} ms, "
        f"its history from JSON {read * 1e3:.3f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=50_000)
    history = crm(parser.parse_args().leads)
    snapshots: Snapshots = plan(history, AGES)
    some = snapshots.take(np.arange(min(len(snapshots), 20_000)))
    feature_set = FeatureSet().fit(history, some)
    spent = seconds(lambda: feature_set.matrix(history, snapshots.lead, snapshots.as_of))
    n_counts = sum(
        feature.kind == "count" and feature.source != "" for feature in feature_set.features_
    )
    print(
        f"{len(snapshots):>12,} snapshots x {len(feature_set.features_)} features "
        f"({n_counts} windowed counts): {spent:.2f} s, {len(snapshots) / spent:,.0f} a second"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{'':>12} peak memory {peak:.2f} GiB")
    one_lead(feature_set)


if __name__ == "__main__":
    main()
