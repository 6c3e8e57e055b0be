"""Whether the model is healthy, in one line."""

from __future__ import annotations

import math
from dataclasses import dataclass

from leadgate.jsonfile import JsonValues
from training.promotion.verdict import NO_SIGNAL
from training.result import TrainingResult

# Predicted over actual wins: what a refresh is held to as well.
_RIGHT = (0.9, 1.1)
# An interval that is wider to both sides says nothing.
_FACTOR = 2.0


@dataclass(frozen=True)
class Health(JsonValues):
    """One line, and whether it is good news; `ok` is None where nobody can say yet."""

    ok: bool | None
    line: str


def health_of(trained: TrainingResult) -> Health:
    """Return what the evaluation of a training run says of predicted and actual wins."""
    ratio = trained.metrics["calibration_in_the_large"]
    if trained.verdict == NO_SIGNAL:
        return Health(None, "it decides nothing: nothing in this data predicts who will buy.")
    if not math.isfinite(ratio.low):
        return Health(None, "not known yet: too few outcomes to compare with.")
    ends = f"(90 %: {ratio.low:.2f} to {ratio.high:.2f})"
    says = f"{ratio.value:.2f} predicted for each actual win {ends}"
    more = "many" if ratio.low > 1 else "few"
    if ratio.low > _RIGHT[1] or ratio.high < _RIGHT[0]:
        return Health(ok=False, line=f"look closer: it predicts too {more} wins, {says}.")
    if ratio.low > 1 or ratio.high < 1:
        return Health(None, f"watch it: it may predict too {more} wins, {says}.")
    if ratio.low < 1 / _FACTOR and ratio.high > _FACTOR:
        return Health(None, f"not known yet, too few outcomes: {says}.")
    return Health(ok=True, line=f"healthy when trained: {says}.")
