"""A firm whose model was written without a training, and what it decided."""

from dataclasses import replace

import numpy as np
import pandas as pd

from features import FeatureSet, LeadHistory
from features.parsing.times import timestamps
from leadgate.bundle.bundle import load_bundle
from tests.experiments.monitor.test_matured import DAY, START
from tests.serving.bundles import small_bundle

# 180 days of leads before the training, 180 days after it.
TRAINED = START + 180 * DAY
COLUMNS = {"lead_id": "lead_id", "created_at": "created_at", "outcome": "outcome", "won": ["won"]}


def firm(folder, *, moved=0.0, factor=1.0, n=800, horizon=30.0, level=None):
    """A model, the history of its leads and its decisions: the better half is handed off.

    Wins come as predicted, but that the decisions know `factor` times the readiness; `moved` is
    added to the size of the leads since the training.
    """
    rng = np.random.default_rng(7)
    created = START + np.sort(rng.integers(0, 360, n)) * DAY
    size = rng.normal(size=n).round(3) + moved * (created > TRAINED)
    leads = pd.DataFrame(
        {
            "lead_id": [f"{k:04d}" for k in range(n)],
            "account_id": [f"a{k // 2}" for k in range(n)],
            "created_at": timestamps(created),
            "Size": size.astype(str),
            "Source": rng.choice(["web", "fair"], n),
        }
    )
    bundle = load_bundle(small_bundle(folder / "bundle", leads, None, COLUMNS))
    meta = {**bundle.meta, "horizon_days": horizon, "data_until": iso_of(TRAINED)}
    bundle = replace(bundle, meta=meta if level is None else {**meta, "level": level})
    flat = LeadHistory.from_tables(leads)
    X = FeatureSet.from_dict(bundle.features).matrix(flat, np.arange(n), flat.created)
    p = bundle.model.readiness(X)
    outcomes = leads[["lead_id"]].assign(outcome=np.where(rng.random(n) < p, "won", "lost"))
    outcomes["closed_at"] = timestamps(created + 5 * DAY)
    history = LeadHistory.from_tables(leads, outcomes=outcomes, until=iso_of(START + 360 * DAY))
    readiness, rows = np.minimum(p * factor, 0.99), np.flatnonzero(created > TRAINED)
    line = float(np.median(readiness))
    handed_off = readiness >= line
    decisions = pd.DataFrame(
        {
            "lead_id": leads["lead_id"],
            "as_of": timestamps(created + DAY),
            "shadow": False,
            "decision": np.where(handed_off, "hand_off", "nurture"),
            "uses_capacity": handed_off,
            "readiness": readiness,
            "threshold": line,
            "propensity": 1.0,
            "explored": False,
            "grade": np.where(handed_off, "A", "C"),
        }
    )
    return bundle, history, decisions.iloc[rows].reset_index(drop=True)


def iso_of(us):
    return timestamps(np.array([us]))[0].isoformat().replace("+00:00", "Z")
