"""How fast features are made: a whole CRM at four ages each, and one lead at a time.

48 counts (12 types of activity within 7, 30 and 90 days and ever, on two clocks) from unsorted
arrays, against DuckDB and Polars where their environment is there (``make bench-peers``); then the
full table of features; then one lead with 200 activities. Beside the seconds stands the processor
time, which hardly rises when others use the machine too; ratios are of seconds in the same run.

    python benchmarks/bench_features.py [--leads 250000] [--peers .venv-peers/bin/python]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from features import FeatureSet, LeadHistory
from features.aggregation.point_in_time import known_pairs
from features.history.activities import Activities
from features.history.from_records import activity
from features.history.snapshots import plan
from features.parsing.categorical import Categorical
from features.parsing.times import NAT, US_PER_DAY, iso
from leadgate.arrays import Floats, Ints

TYPES = [f"type_{number:02d}" for number in range(12)]
PER_LEAD = 80
PER_ACCOUNT = 3
AGES = (7, 30, 60, 90)
WINDOWS = [7 * US_PER_DAY, 30 * US_PER_DAY, 90 * US_PER_DAY]
START = 20_000 * US_PER_DAY
PEERS = Path(__file__).parent / "peers" / "windowed_counts.py"

Arrays = dict[str, Ints]


def seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Return the best time of one call."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def processor() -> float:
    """Return the processor time of this process so far, in seconds."""
    return time.process_time()


def peak() -> float:
    """Return the peak memory of this process in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def crm(n_leads: int, seed: int = 0) -> Arrays:
    """Return leads with 80 activities each over 120 days, in any order, a fifth recorded late."""
    rng = np.random.default_rng(seed)
    n = n_leads * PER_LEAD
    created = START + rng.integers(0, 365 * US_PER_DAY, n_leads)
    lead = rng.integers(0, n_leads, n)
    occurred = created[lead] + rng.integers(0, 120 * US_PER_DAY, n)
    delay = np.where(rng.random(n) < 0.2, rng.exponential(3 * US_PER_DAY, n), 0).astype(np.int64)
    of = np.repeat(np.arange(n_leads), len(AGES))
    return {
        "created": created,
        "lead": lead,
        "occurred": occurred,
        "recorded": occurred + delay,
        "type": rng.integers(0, len(TYPES), n),
        "row": np.arange(len(of)),
        "of": of,
        "as_of": created[of] + np.tile(np.array(AGES) * US_PER_DAY, n_leads),
    }


def build(crm: Arrays) -> Activities:
    """Sort the activities."""
    columns = (crm["lead"], crm["occurred"], crm["recorded"], _names(crm["type"], TYPES))
    value = np.full(len(crm["lead"]), np.nan)
    return Activities.build(len(crm["created"]), *columns, value)


def _names(codes: Ints, texts: Sequence[str]) -> Categorical:
    return Categorical(codes.astype(np.int32), tuple(texts))


def windowed_counts(crm: Arrays) -> Floats:
    """Return the 48 counts of every snapshot, from the arrays as they come."""
    activities = build(crm)
    X = np.empty((len(crm["of"]), (len(WINDOWS) + 1) * len(TYPES)))
    for pairs in known_pairs(activities, crm["of"], crm["as_of"]):
        counts = pairs.counts(WINDOWS, activities.type.codes[pairs.activity], len(TYPES))
        X[pairs.rows] = counts.transpose(1, 0, 2).reshape(pairs.n, -1)
    return X


def history(crm: Arrays, seed: int = 0) -> LeadHistory:
    """Return the same with values, channels, contents and accounts of three leads."""
    rng = np.random.default_rng(seed)
    n, n_leads = len(crm["lead"]), len(crm["created"])
    activities = Activities.build(
        n_leads, crm["lead"], crm["occurred"], crm["recorded"], _names(crm["type"], TYPES),
        rng.integers(0, 9, n).astype(float),
        channel=_names(rng.integers(0, 4, n), ["email", "phone", "search", "web"]),
        content=_names(rng.integers(0, 50, n), [f"page {number}" for number in range(50)]),
    )  # fmt: skip
    none, no = np.full(n_leads, NAT), np.zeros(n_leads, dtype=bool)
    source = np.array(["Web", "Fair", "Event"], dtype=object)[rng.integers(0, 3, n_leads)]
    employees = rng.integers(1, 900, n_leads).astype(str).astype(object)
    return LeadHistory(
        lead_ids=np.array([f"{number:09d}" for number in range(n_leads)], dtype=object),
        accounts=np.arange(n_leads) // PER_ACCOUNT, created=crm["created"], order=crm["created"],
        dated=True, has_clock=True, columns={"Source": source, "Employees": employees},
        activities=activities, changes={}, won=no, lost=no, closed=none, recorded=none,
        amount=np.full(n_leads, np.nan), unworked=no, handed_off=none, first_worked=none,
        has_handoffs=False, until=START + 500 * US_PER_DAY,
    )  # fmt: skip


def bulk(n_leads: int, peers: Path | None) -> float:
    """Time the counts of a CRM, and of the peers; return the seconds of the counts."""
    arrays = crm(n_leads)
    found: list[Floats] = []
    begin = processor()
    spent = seconds(lambda: found.append(windowed_counts(arrays)))
    print(
        f"{len(arrays['of']):>12,} snapshots, {len(arrays['lead']):,} activities, 48 counts: "
        f"{spent:.2f} s ({processor() - begin:.2f} s of processor time), peak {peak():.2f} GiB"
    )
    if peers is not None:
        compare(arrays, found[0], spent, peers)
    return spent


def compare(arrays: Arrays, counts: Floats, spent: float, python: Path) -> None:
    """Let the peers count the same, check that they do, and print how long they took."""
    print(f"{'':>12} {'':10}{'seconds':>9}{'ratio':>8}")
    print(f"{'':>12} {'leadgate':10}{spent:>9.2f}{1:>8.1f}")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "result").mkdir()
        for name, values in arrays.items():
            np.save(Path(folder) / f"{name}.npy", values)
        for peer in ("duckdb", "polars"):
            command = [str(python), str(PEERS), peer, folder]
            run = subprocess.run(command, check=True, capture_output=True, text=True)
            theirs = float(run.stdout)
            result = np.load(Path(folder) / "result" / f"{peer}.npy")
            same = "" if np.array_equal(result, counts) else "  NOT THE SAME VALUES"
            print(f"{'':>12} {peer:10}{theirs:>9.2f}{theirs / spent:>8.1f}{same}")


def full_table(n_leads: int) -> FeatureSet:
    """Time every feature of a CRM."""
    leads = history(crm(n_leads))
    snapshots = plan(leads, AGES)
    some = snapshots.take(np.arange(min(len(snapshots), 20_000)))
    feature_set = FeatureSet(accounts=True).fit(leads, some)
    begin = processor()
    spent = seconds(lambda: feature_set.matrix(leads, snapshots.lead, snapshots.as_of))
    print(
        f"{len(snapshots):>12,} snapshots x {len(feature_set.features_)} features, accounts of "
        f"{PER_ACCOUNT} leads: {spent:.2f} s ({processor() - begin:.2f} s of processor time), "
        f"{len(snapshots) / spent:,.0f} a second, peak {peak():.2f} GiB"
    )
    return feature_set


def one_lead(feature_set: FeatureSet) -> None:
    """Time a lead with 200 activities, from its JSON and from its history."""
    columns = {"Source": "Web", "Employees": "12"}
    days = np.random.default_rng(1).integers(0, 90 * US_PER_DAY, 200)
    activities = [
        {
            "lead_id": "A", "type": TYPES[row % 12], "occurred_at": iso(START + int(day)),
            "channel": "web", "content": f"page {row % 9}", "value": row,
        }
        for row, day in enumerate(days)
    ]  # fmt: skip
    index, as_of = np.zeros(1, dtype=np.int64), np.array([START + 90 * US_PER_DAY])

    def read_lead() -> LeadHistory:
        events = [activity(record, row) for row, record in enumerate(activities)]
        return LeadHistory.of_one("A", START, columns, events)

    read = seconds(read_lead, 200)
    # A history of its own each time, as in a service: nothing was made of it before.
    fresh = iter([read_lead() for _ in range(1000)])
    made = seconds(lambda: feature_set.matrix(next(fresh), index, as_of), 1000)
    print(
        f"{'1 lead':>12}, 200 activities: {len(feature_set.names_)} features {made * 1e3:.3f} ms,"
        f" its history from JSON {read * 1e3:.3f} ms"
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=250_000)
    parser.add_argument("--peers", type=Path, default=Path(".venv-peers/bin/python"))
    options = parser.parse_args()
    peers = options.peers if options.peers.exists() else None
    tenth = bulk(options.leads // 10, None)
    whole = bulk(options.leads, peers)
    print(f"{'':>12} ten times the activities take {whole / tenth:.1f} times as long")
    one_lead(full_table(options.leads))


if __name__ == "__main__":
    main()
