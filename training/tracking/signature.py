"""What the MLflow model takes and gives: the export's columns, those of ``leadgate score``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.result import Trained

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

OUTPUTS = {
    "lead_id": "string",
    "as_of": "string",
    "readiness": "double",
    "readiness_low": "double",
    "readiness_high": "double",
    "grade": "string",
    "stage": "string",
    "decision": "string",
    "threshold": "double",
    "propensity": "double",
    "explored": "boolean",
    **{f"reason_{place}": "string" for place in range(1, 6)},
    "model_version": "string",
    "warnings": "string",
}


def inputs(trained: Trained) -> dict[str, str]:
    """Return the MLflow type of each column that the model reads, by its name in the export.

    Text is string and numbers are double, never category: MLflow refuses the training frame's own
    categories.
    """
    columns, policy = trained.config.columns, trained.config.policy
    types = {columns.lead_id: "string"}
    if columns.created_at:
        types |= {columns.created_at: "string", "as_of": "string"}
    for feature in trained.shipped.feature_set.features_:
        if feature.of_attribute:
            types[feature.source] = "double" if feature.kind == "number" else "string"
    if isinstance(policy.value_per_win, str) and policy.value_per_win != columns.amount:
        types.setdefault(policy.value_per_win, "double")
    return types


def signature(trained: Trained) -> ModelSignature:
    """Return the signature of the MLflow model; every input is optional."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    takes = inputs(trained).items()
    return ModelSignature(
        inputs=Schema([ColSpec(kind, name, required=False) for name, kind in takes]),
        outputs=Schema([ColSpec(kind, name) for name, kind in OUTPUTS.items()]),
    )
