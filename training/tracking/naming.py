"""How a run reads on MLflow's own pages: its name, its description, where it came from."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

from features.parsing.times import NAT, iso
from training.result import TrainingResult

DESCRIPTION = "mlflow.note.content"
RUN_NAME = "mlflow.runName"
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


def run_name(trained: TrainingResult, version: str = "") -> str:
    """Return the name of a run: version, verdict, end of the data.

    Parameters
    ----------
    version
        The registered version, "" while there is none yet.
    """
    dated = trained.data_until != NAT
    until = f"until {iso(trained.data_until)[:10]}" if dated else "without dates"
    # MLflow's lists show some twenty characters: what differs most comes first.
    number = f"v{version}" if version else f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
    return f"{number} {trained.verdict}, {until}"


def described(card: str) -> dict[str, str]:
    """Return the tags that say what a run is and who made it how."""
    tags = {
        DESCRIPTION: shortened(card),
        "mlflow.source.name": "leadgate train",
        "mlflow.source.type": "LOCAL",
    }
    try:
        return {**tags, "mlflow.user": getpass.getuser()}
    except (KeyError, OSError):
        # A container may run as a user without a name.
        return tags


def shortened(card: str) -> str:
    """Return a model card as a description, which MLflow keeps up to a length."""
    return card if len(card) <= _LONGEST else f"{card[: _LONGEST - 2]} …"
