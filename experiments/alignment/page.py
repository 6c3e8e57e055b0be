"""The alignment page: one HTML file that needs nothing else, to read on any screen."""

from __future__ import annotations

from experiments.alignment.alignment import Alignment
from experiments.alignment.drawings import draw_all
from experiments.alignment.touches import LATELY_DAYS
from training.report.page import render

PAGE = "alignment.html"
# Pieces of content that are named, of those never used.
MAX_UNUSED = 15


def make_page(alignment: Alignment) -> str:
    """Return what sales and marketing look at together, as HTML; see `render`."""
    return render(
        "alignment.html.j2",
        "experiments.alignment",
        drawings=draw_all(alignment),
        a=alignment,
        config=alignment.trained.config,
        lately=LATELY_DAYS,
        shown=MAX_UNUSED,
    )
