"""How a run reads on MLflow's own pages: its name and its description."""

from __future__ import annotations

from features.parsing.times import NAT, iso
from training.result import TrainingResult

DESCRIPTION = "mlflow.note.content"
RUN_NAME = "mlflow.runName"
WHY = "why"
# MLflow shortens what is longer on its own.
_LONGEST = 5_000

MODEL_DESCRIPTION = (
    "Purchase readiness of leads, by leadgate. `champion` decides today, `challenger` is the "
    "newest training; `leadgate promote` checks the evidence and writes down why."
)
EXPERIMENT_DESCRIPTION = (
    "One run for each `leadgate train`. The name of a run says its version, the end of its data "
    "and its verdict; its description is the model card, and report.html among its artifacts has "
    "every figure with interval and baseline."
)


def run_name(trained: TrainingResult, version: str) -> str:
    """Return the name of a run: its registered version, verdict, end of the data."""
    dated = trained.data_until != NAT
    until = f"until {iso(trained.data_until)[:10]}" if dated else "without dates"
    # MLflow's lists show some twenty characters: what differs most comes first.
    return f"v{version} {trained.verdict}, {until}"


def shortened(card: str) -> str:
    """Return a model card as a description, which MLflow keeps up to a length."""
    return card if len(card) <= _LONGEST else f"{card[: _LONGEST - 2]} …"
