"""The figures by which a model is judged: in reports, model cards and the API alike."""

from __future__ import annotations

METRICS = (
    "log_loss",
    "auc",
    "brier",
    "lift_10",
    "precision_at_capacity",
    "calibration_slope",
    "calibration_in_the_large",
)
