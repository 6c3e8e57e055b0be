"""The alignment page: one HTML file that needs nothing else, to read on any screen."""

from __future__ import annotations

from collections.abc import Callable

from experiments.alignment.alignment import Alignment, align
from experiments.alignment.drawings import draw_all
from experiments.alignment.signs import Signs
from experiments.alignment.touches import LATELY_DAYS
from leadgate.config import Config
from training.report.page import render
from training.result import TrainingResult

PAGE = "alignment.html"


def alignment_page(config: Config) -> Callable[[TrainingResult], dict[str, str]]:
    """Return what makes the page of a training run, to hand to `training.train`.

    Raises
    ------
    DataError
        As `Signs`; before anything is trained.
    """
    signs = Signs(config)
    return lambda trained: {PAGE: make_page(align(config, trained, signs))}


def make_page(alignment: Alignment) -> str:
    """Return what sales and marketing look at together, as HTML; see `render`."""
    return render(
        "alignment.html.j2",
        "experiments.alignment",
        drawings=draw_all(alignment),
        a=alignment,
        config=alignment.trained.config,
        lately=LATELY_DAYS,
    )
