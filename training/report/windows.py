"""The forward windows of a run in order, with the stretches between them that hold none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from training.evaluation.evaluated import WindowResult
from training.validation.windows import Window


def without_holes(windows: Sequence[WindowResult]) -> list[WindowResult | Window]:
    """Return the windows, oldest first, and a plain `Window` for each stretch between two of them.

    Such a stretch was laid as a window, and could not be evaluated: too few outcomes were known
    when it began, or nobody was seen in it whom the fits had not.
    """
    rows: list[WindowResult | Window] = []
    for window, following in pairwise(windows):
        rows.append(window)
        if window.end < following.start:
            rows.append(Window(window.end, following.start))
    return [*rows, *windows[-1:]]
