"""A small model of a table of leads, written without a training."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from features import FeatureSet, LeadHistory
from leadgate.bundle.bundle import write_bundle
from leadgate.model import AdditiveMember, Blend, Calibration, Model, Shape
from leadgate.policy import Policy


def small_bundle(
    path: Path, leads: pd.DataFrame, activities: pd.DataFrame | None, columns: Mapping[str, object]
) -> Path:
    """Write a model of some leads, each of whose features speaks for a lead as it grows."""
    history = LeadHistory.from_tables(leads, activities)
    snapshots = history.snapshots([0, 7])
    feature_set = FeatureSet().fit(history, snapshots)
    X = feature_set.transform(history, snapshots).to_numpy()
    low, high = (np.nan_to_num(bound(X, axis=0)) for bound in (np.fmin.reduce, np.fmax.reduce))
    shapes = [Shape([a, b + 1], [-0.5, 0.5], 0.0) for a, b in zip(low, high, strict=True)]
    model = Model(Blend([AdditiveMember(shapes, -1.0)], [1.0], 0.0), Calibration(0, 1, np.eye(2)))
    export = {"columns": columns, "data": {"leads": "leads.csv"}}
    return write_bundle(
        path,
        features=feature_set.to_dict(),
        model=model,
        policy=Policy.learn(model.readiness(X), base_rate=0.2, leads_per_week=7.0, key="k"),
        meta={"horizon_days": 90.0, "created": "2026-01-02T03:04:05Z", "export": export},
        card="",
        low=low,
        high=high,
    )
