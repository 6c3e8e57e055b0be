"""Features of a whole CRM at four ages each, and of a single lead.

48 counts (12 types of activity within 7, 30 and 90 days and ever, on two clocks) from unsorted
arrays, a tenth of the leads first; then the full table of features; then a lead with 200
activities. Beside the seconds stands the processor time, which hardly rises when others use the
machine too.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.machinery.catalogue import Figures
from features import FeatureSet, LeadHistory
from features.aggregation.point_in_time import known_pairs
from features.history.activities import Activities
from features.history.from_records import activity
from features.history.history import nothing_yet
from features.history.snapshots import plan
from features.parsing.categorical import Categorical
from features.parsing.times import US_PER_DAY, iso
from leadgate.arrays import Floats, Ints

USUAL_TIME = "2 min"
SMALL = {"leads": 2_000, "repeats": 5}
TYPES = [f"type_{number:02d}" for number in range(12)]
PER_LEAD = 80
PER_ACCOUNT = 3
AGES = (7, 30, 60, 90)
WINDOWS = [7 * US_PER_DAY, 30 * US_PER_DAY, 90 * US_PER_DAY]
START = 20_000 * US_PER_DAY

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
    accounts = np.arange(n_leads) // PER_ACCOUNT
    source = np.array(["Web", "Fair", "Event"], dtype=object)[rng.integers(0, 3, n_leads)]
    employees = rng.integers(1, 900, n_leads).astype(str).astype(object)
    return LeadHistory(
        lead_ids=np.array([f"{number:09d}" for number in range(n_leads)], dtype=object),
        accounts=accounts, account_hash=accounts, created=crm["created"], order=crm["created"],
        dated=True, has_clock=True, columns={"Source": source, "Employees": employees},
        activities=activities, changes={}, has_handoffs=False, until=START + 500 * US_PER_DAY,
        **nothing_yet(n_leads),
    )  # fmt: skip


def bulk(n_leads: int) -> dict[str, float]:
    """Time the counts of a CRM."""
    arrays = crm(n_leads)
    begin = processor()
    spent = seconds(lambda: windowed_counts(arrays))
    return {
        "snapshots": len(arrays["of"]), "activities": len(arrays["lead"]), "seconds": spent,
        "processor_s": processor() - begin, "peak_gib": peak(),
    }  # fmt: skip


def full_table(n_leads: int) -> tuple[FeatureSet, dict[str, float]]:
    """Time every feature of a CRM."""
    leads = history(crm(n_leads))
    snapshots = plan(leads, AGES)
    some = snapshots.take(np.arange(min(len(snapshots), 20_000)))
    feature_set = FeatureSet(accounts=True).fit(leads, some)
    begin = processor()
    spent = seconds(lambda: feature_set.matrix(leads, snapshots.lead, snapshots.as_of))
    return feature_set, {
        "snapshots": len(snapshots), "features": len(feature_set.features_), "seconds": spent,
        "processor_s": processor() - begin, "a_second": len(snapshots) / spent, "peak_gib": peak(),
    }  # fmt: skip


def single_lead(feature_set: FeatureSet, repeats: int) -> dict[str, float]:
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

    read = seconds(read_lead, repeats)
    # A history of its own each time, as in a service: nothing was made of it before.
    fresh = iter([read_lead() for _ in range(repeats)])
    made = seconds(lambda: feature_set.matrix(next(fresh), index, as_of), repeats)
    return {
        "features": len(feature_set.names_), "features_ms": made * 1e3, "history_ms": read * 1e3,
    }  # fmt: skip


def run(leads: int = 250_000, repeats: int = 1_000) -> Figures:
    """Time a CRM, a tenth of it, and a single lead."""
    tenth, whole = bulk(leads // 10), bulk(leads)
    feature_set, table = full_table(leads)
    return {
        "counts, a tenth": tenth,
        "counts": {**whole, "times_a_tenth": whole["seconds"] / tenth["seconds"]},
        "all features": table,
        "a lead with 200 activities": single_lead(feature_set, repeats),
    }
