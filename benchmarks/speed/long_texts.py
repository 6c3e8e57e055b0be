"""What a single text of 10,000 characters costs in memory, wherever it may stand.

Of leads with short texts otherwise: in the value of a field change, in the id of a lead, in that of
an account, and among the ids by which leads are ranked; besides the choice of features from
activities of 2,000 types. Peaks of what Python and NumPy allocate (`tracemalloc`).
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.machinery.catalogue import Figures
from features import FeatureSet, LeadHistory
from features.aggregation.selection import choose
from features.history.snapshots import plan
from leadgate.policy.ranking import ranked

USUAL_TIME = "10 s"
SMALL = {"leads": 2_000}
LONG, TYPES = "x" * 10_000, 2_000
CREATED = pd.Timestamp("2026-01-01", tz="UTC")
LATER = CREATED + pd.Timedelta("1D")


def run(leads: int = 20_000) -> Figures:
    """Measure each place."""
    ids = [f"L{lead:06d}" for lead in range(leads)]
    table = pd.DataFrame(
        {"lead_id": ids, "created_at": CREATED, "account_id": [f"a{k // 4}" for k in range(leads)]}
    )
    changes = pd.DataFrame(
        {"lead_id": ids, "field": "Rating", "value": "cold", "changed_at": LATER}
    )
    changes.loc[7, "value"] = LONG
    touches = pd.DataFrame(
        {"lead_id": np.repeat(ids, 2), "type": "", "occurred_at": LATER, "recorded_at": LATER}
    )
    touches["type"] = [f"t{k % TYPES}" for k in range(2 * leads)]
    active = LeadHistory.from_tables(table, touches)
    planned = plan(active, (0, 7))
    long_id = table.replace({"lead_id": "L000007"}, LONG)
    long_account = table.replace({"account_id": "a7"}, LONG)
    texts = np.array([LONG, *ids[1:]], dtype=object)
    return {
        "field changes": _peak(lambda: _featured(table, changes)),
        "lead ids": _peak(lambda: LeadHistory.from_tables(long_id)),
        "accounts": _peak(lambda: LeadHistory.from_tables(long_account)),
        "ranking": _peak(lambda: ranked(np.zeros(leads), texts)),
        "types of activity": _peak(lambda: choose(active, planned, ())),
    }


def _featured(leads: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    history = LeadHistory.from_tables(leads, field_changes=changes)
    return FeatureSet().fit_transform(history, plan(history, (0, 7)))


def _peak(work: Callable[[], object]) -> dict[str, float]:
    tracemalloc.start()
    try:
        work()
        return {"peak_mb": tracemalloc.get_traced_memory()[1] / 1e6}
    finally:
        tracemalloc.stop()
