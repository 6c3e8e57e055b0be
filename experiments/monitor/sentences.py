"""What a look shows, in sentences."""

from __future__ import annotations

from experiments.monitor.drift import Drift
from experiments.monitor.evidence import NEEDED
from experiments.monitor.matured import Calibration
from experiments.monitor.wins import Wins

_NAMED = 3


def of_drift(moved: Drift | None) -> str:
    """Return how the leads that come in differ from those before the training."""
    if moved is None:
        return "Less than 30 days of new leads came since the training: nothing is compared yet."
    apart = moved.separation
    if apart is None:
        return "Too few accounts came since the training to compare the leads."
    figures = (
        f"(AUC {apart.value:.2f}, {apart.low:.2f} to {apart.high:.2f}; 0.50 where nothing changed)"
    )
    if not apart.alarming:
        return (
            f"The leads of {moved.accounts:,} accounts do not differ from those before the "
            f"training by anything that matters {figures}."
        )
    most = ", ".join(f"{c.name} ({c.effect:+.2f})" for c in moved.columns[:_NAMED] if c.effect)
    moves = f" What moves their log-odds most: {most}." if most else ""
    return f"The leads that come in differ from those before the training {figures}.{moves}"


def of_wins(wins: Wins | None) -> str:
    """Return whether wins come as predicted."""
    if wins is None or wins.matured is None:
        return "No handoff of the store has matured yet."
    text = of_matured(wins.matured)
    if wins.alarming:
        return f"Wins do not come as predicted (evidence {_times(wins.evidence)}). {text}"
    return f"{text} No evidence that this is more than chance ({_times(wins.evidence)})."


def of_matured(matured: Calibration) -> str:
    """Return predicted and actual wins."""
    ratio = matured.ratio
    return (
        f"Of {matured.leads:,} matured handoffs {matured.won:,} were won, {ratio.value:.2f} times "
        f"as many as predicted ({ratio.low:.2f} to {ratio.high:.2f})."
    )


def _times(evidence: float) -> str:
    return f"{evidence:,.1f}, {NEEDED:.0f} is an alarm"
