"""How a run reads on MLflow's own pages: its name and its description."""

from __future__ import annotations

from features.parsing.times import NAT, iso
from leadgate.registry.markdown import shortened, spaced
from training.result import TrainingResult

DESCRIPTION = "mlflow.note.content"
RUN_NAME = "mlflow.runName"
WHY = "why"

EXPERIMENT_DESCRIPTION = (
    "One run for each `leadgate train`. The name of a run says its version, its verdict and the "
    "end of its data; its description is the model card. Among its artifacts report.html can be "
    "read alone, and figures.json holds every figure with interval and baseline. Metrics under "
    "by_window and by_period have a step for each forward window and each period. Each run has a "
    "test window of its own: `leadgate experiments compare` puts two on the same leads. Which "
    "version decides, since when and why, stands on the page of the registered model."
)


def run_name(trained: TrainingResult, version: str) -> str:
    """Return the name of a run: its registered version, verdict, end of the data."""
    # MLflow's lists show some twenty characters: what differs most comes first.
    return f"v{version} {trained.verdict_in_words}, {until(trained)}"


def until(trained: TrainingResult) -> str:
    """Return where the data of a run end."""
    if trained.data_until == NAT:
        return "without dates"
    return f"until {iso(trained.data_until)[:10]}"


def description(card: str, changes: str = "") -> str:
    """Return a model card as a description: without its heading, which every page has itself.

    Parameters
    ----------
    changes
        What differs from earlier versions, Markdown; it comes after the reason of the verdict.
    """
    _heading, _, body = card.partition("\n\n")
    why, _, rest = body.partition("\n\n")
    return shortened(spaced("\n\n".join(part for part in (why, changes, rest) if part)))
