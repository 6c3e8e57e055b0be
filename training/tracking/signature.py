"""What the MLflow model takes and gives: the export's columns, those of ``leadgate score``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from training.result import TrainingResult

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

# Only where the model knows what becomes of leads that nobody works.
_NUMBERS_OF_ARMS = ("readiness_unworked", "uplift", "uplift_low", "uplift_high")
_WHY_OF_ARMS = "uplift_why"
_OUTPUTS = {
    "lead_id": "string",
    "as_of": "string",
    "readiness": "double",
    "readiness_low": "double",
    "readiness_high": "double",
    **dict.fromkeys(_NUMBERS_OF_ARMS, "double"),
    "grade": "string",
    "stage": "string",
    "decision": "string",
    "person": "string",
    "why": "string",
    "threshold": "double",
    "propensity": "double",
    "explored": "boolean",
    "arm": "string",
    "ruled_by": "string",
    **{f"reason_{place}": "string" for place in range(1, 6)},
    _WHY_OF_ARMS: "string",
    "model_version": "string",
    "warnings": "string",
}


ACTIVITIES = "activities"


def outputs(*, arms: bool) -> dict[str, str]:
    """Return the kind of each column that the model gives, with those of both arms or without."""
    of_arms = () if arms else (*_NUMBERS_OF_ARMS, _WHY_OF_ARMS)
    return {name: kind for name, kind in _OUTPUTS.items() if name not in of_arms}


def inputs(trained: TrainingResult) -> dict[str, str | float]:
    """Return an example of each column that the model reads, by its name in the export.

    The examples are made up: a real lead would stand in the registry for ever.
    """
    columns, policy = trained.config.columns, trained.config.policy
    examples: dict[str, str | float] = {columns.lead_id: "L-1"}
    if columns.created_at:
        examples |= {columns.created_at: "2026-01-02T09:30:00Z", "as_of": "2026-01-09T09:30:00Z"}
    features = trained.shipped.feature_set.features_
    for feature in features:
        if feature.of_attribute:
            examples[feature.source] = 1.0 if feature.kind == "number" else "other"
    if policy.control and columns.account_id:
        examples |= {columns.account_id: "A-1"}
    if isinstance(policy.value_per_win, str) and policy.value_per_win != columns.amount:
        examples.setdefault(policy.value_per_win, 1.0)
    for rule in policy.rules.stated.values():
        examples.setdefault(rule.column, "other")
    if not all(feature.of_attribute for feature in features):
        examples[ACTIVITIES] = '[{"type": "visit", "occurred_at": "2026-01-05T14:00:00Z"}]'
    return examples


def signature(trained: TrainingResult) -> ModelSignature:
    """Return the signature of the MLflow model.

    Every input is optional and of any type: `pandas.read_csv` gives integers, numbers or text by
    what a file happens to hold, and MLflow takes an integer neither for a text nor for a double.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema
    from mlflow.types.schema import AnyType

    given = outputs(arms=trained.shipped.model.unworked is not None)
    anything: Any = AnyType()  # type: ignore[no-untyped-call]
    return ModelSignature(
        inputs=Schema([ColSpec(anything, name, required=False) for name in inputs(trained)]),
        outputs=Schema([ColSpec(kind, name) for name, kind in given.items()]),
    )
