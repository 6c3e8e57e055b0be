"""A model of the usual size, and a lead of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd

from features import FeatureSet, LeadHistory
from leadgate.bundle.bundle import write_bundle
from leadgate.model import AdditiveMember, Blend, BoostedMember, Calibration, Model, Shape
from leadgate.policy import Policy

# The model is given; the configuration names the store, a SQLite file beside it.
CONFIG = '[data]\nleads = "-"\noutcomes = "-"\n[columns]\nlead_id = "lead_id"\n'
TYPES = ("pricing_view", "webinar", "newsletter", "demo_request", "comparison", "call")


def example_bundle(folder: Path, *, eager: bool = False) -> Path:
    """Write a model of the usual size: two blended members, a dozen columns, six activities.

    An eager one hands off every lead for which there is room.
    """
    rng = np.random.default_rng(7)
    n = 1_000
    created = pd.date_range("2025-01-01", periods=n, freq="6h", tz="UTC", unit="us")
    leads = pd.DataFrame({"lead_id": [f"L{i:04}" for i in range(n)], "created_at": created})
    for name in ("Employees", "Revenue", "Visits", "Age"):
        leads[name] = rng.integers(1, 999, n).astype(str)
    for name in ("Source", "Industry", "Region", "Title"):
        leads[name] = rng.choice(list("ABCDEFGH"), n)
    of = rng.integers(0, n, 20 * n)
    occurred = created[of] + pd.to_timedelta(rng.uniform(0, 90, of.size), unit="D").as_unit("us")
    ids = leads["lead_id"].to_numpy()[of]
    types = rng.choice(TYPES, of.size)
    activities = pd.DataFrame({"lead_id": ids, "type": types, "occurred_at": occurred})
    history = LeadHistory.from_tables(leads, activities)
    snapshots = history.snapshots([0, 30])
    feature_set = FeatureSet().fit(history, snapshots)
    X = feature_set.transform(history, snapshots).to_numpy()
    signal = np.nan_to_num(X[:, 0]) / 500 + rng.normal(size=len(X)) > 1.5
    data = lightgbm.Dataset(X, signal.astype(float), params={"verbosity": -1})
    sizes = {"num_leaves": 8, "num_threads": 1, "verbosity": -1, "objective": "binary"}
    booster = lightgbm.train(sizes, data, 60).model_to_string()
    shapes = [_shape(rng, column) for column in X.T]
    members = [BoostedMember(booster), AdditiveMember(shapes, -1.0)]
    model = Model(Blend(members, [0.5, 0.5], 0.0), Calibration(0.0, 1.0, np.eye(2) * 0.01))
    policy = Policy.learn(model.readiness(X), base_rate=0.2, leads_per_week=28.0)
    if eager:
        policy = replace(policy, scores=(0.0,) * len(policy.scores), leads_per_week=None)
    columns = {"lead_id": "lead_id", "created_at": "created_at"}
    return write_bundle(
        folder / "bundle",
        features=feature_set.to_dict(),
        model=model,
        policy=policy,
        meta={"horizon_days": 90.0, "export": {"columns": columns, "data": {"leads": "-"}}},
        card="",
        low=np.nanmin(X, axis=0),
        high=np.nanmax(X, axis=0),
    )


def example_lead() -> dict[str, object]:
    """Return a lead of that model with twenty activities."""
    texts = {"Source": "A", "Industry": "B", "Region": "C", "Title": "D"}
    numbers = {"Employees": 250, "Revenue": 17, "Visits": "3", "Age": 44}
    days = range(1, 21)
    activities = [
        {"type": TYPES[day % len(TYPES)], "occurred_at": f"2026-03-{day:02}T09:30:00Z"}
        for day in days
    ]
    when = {"created_at": "2026-03-01T08:00:00Z", "as_of": "2026-03-25T08:00:00Z"}
    return {"lead_id": "4711", **when, **texts, **numbers, "activities": activities}


def _shape(rng: np.random.Generator, column: np.ndarray) -> Shape:
    knots = np.unique(np.nanquantile(column, np.linspace(0, 1, 6)))
    return Shape(knots.tolist(), rng.normal(scale=0.3, size=knots.size).tolist(), 0.0)
