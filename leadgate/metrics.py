"""The figures by which a model is evaluated: in reports, model cards and the API alike."""

from __future__ import annotations

import re

# What people read for each.
METRIC_NAMES = {
    "log_loss": "log loss",
    "auc": "AUC",
    "brier": "Brier score",
    "lift_10": "lift, top decile",
    "precision_at_capacity": "precision at capacity",
    "calibration_slope": "calibration slope",
    "calibration_in_the_large": "predicted-to-actual ratio",
}
METRICS = tuple(METRIC_NAMES)
# The same words where no space may stand: names of MLflow's metrics.
TRACKED_NAMES = {
    name: "_".join(re.findall(r"\w+", term.lower())) for name, term in METRIC_NAMES.items()
}
