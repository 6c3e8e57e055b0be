"""An export and a store of a gate with a control group, with chosen outcomes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.parsing.times import timestamps
from features.stored_tables import StoredTables
from features.tables import Tables, load_tables
from tests.training.exports import config_of

DAY = 86_400_000_000
START = 1_767_225_600_000_000
HORIZON = 30
N = 400


def world(folder, **policy):
    """Return a configuration and an export of leads, one a day for each of four accounts."""
    rng = np.random.default_rng(0)
    k = np.arange(N)
    created = pd.Timestamp("2025-06-01") + pd.to_timedelta(k // 4, unit="D")
    control = k % 5 == 0
    won = rng.random(N) < np.where(control, 0.1, 0.3)
    leads = pd.DataFrame(
        {
            "Id": [f"L{i:03d}" for i in k],
            "Created": created,
            "Stage": np.where(won, "Won", "Lost"),
            "Closed": created + pd.Timedelta(days=10),
            "Source": "web",
            "Rating": 1.0,
        }
    )
    columns = {"account_id": None, "amount": None}
    target = {"horizon_days": HORIZON}
    config = config_of(folder, leads, columns=columns, target=target, policy=policy)
    return config, load_tables(config), control, won


def stored_of(tables: Tables, control, **columns) -> StoredTables:
    """Return a store that decided on every lead of an export an hour after its creation."""
    leads = tables.leads
    n = len(leads)
    as_of = leads["created_at"] + pd.Timedelta(hours=1)
    decisions = pd.DataFrame(
        {
            "lead_id": leads["lead_id"].astype("str"),
            "as_of": as_of,
            "decided_at": as_of,
            "shadow": False,
            "decision": np.where(control, "nurture", "hand_off"),
            "propensity": np.where(control, 0.2, 0.8),
            "explored": False,
            "uses_capacity": ~np.asarray(control),
            "readiness": 0.3,
            "arm": np.where(control, "control", "gate"),
            "policy_digest": "p",
        }
    ).assign(**columns)
    times = timestamps(np.empty(0, dtype=np.int64))
    text = pd.Series(dtype="str")
    made = {name: text for name in ("lead_id", "type", "channel", "content", "activity_id")}
    activities = pd.DataFrame(
        {**made, "occurred_at": times, "recorded_at": times, "value": pd.Series(dtype="float64")}
    )
    outcomes = pd.DataFrame(
        {
            "lead_id": text,
            "outcome": text,
            "closed_at": times,
            "amount": pd.Series(dtype="float64"),
            "worked": pd.Series(dtype="boolean"),
            "recorded_at": times,
        }
    )
    changes = pd.DataFrame({"lead_id": text, "field": text, "value": text, "changed_at": times})
    handoffs = pd.DataFrame({"lead_id": text, "handed_off_at": times, "person": text})
    policies = pd.DataFrame({"policy_digest": ["p"], "explore": [0.0], "control": [0.2]})
    known = pd.DataFrame(
        {"lead_id": leads["lead_id"].astype("str"), "created_at": as_of, "account_id": ""}
    )
    assert len(known) == n
    return StoredTables(known, activities, changes, outcomes, handoffs, decisions, policies)
