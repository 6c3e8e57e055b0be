"""The alignment page: one HTML file that needs nothing else, to read on any screen."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

from experiments.alignment.alignment import Alignment, align
from experiments.alignment.drawings import draw_all
from experiments.alignment.signs import Signs
from experiments.alignment.touches import LATELY_DAYS
from leadgate import __version__
from leadgate.config import Config
from training.learn import Learned
from training.report.page import DASH, templates

PAGE = "alignment.html"


def alignment_page(config: Config) -> Callable[[Learned], dict[str, str]]:
    """Return what makes the page of a training run, to hand to `training.train`.

    Raises
    ------
    DataError
        As `Signs`; before anything is trained.
    """
    signs = Signs(config)
    return lambda learned: {PAGE: make_page(align(config, learned, signs))}


def make_page(alignment: Alignment) -> str:
    """Write down what sales and marketing look at together.

    Returns
    -------
    str
        One page without scripts and without a reference to anything outside it.
    """
    environment = templates("experiments.alignment")
    environment.filters |= {"days": days}
    html = environment.get_template("alignment.html.j2").render(
        a=alignment,
        config=alignment.trained.config,
        drawings=draw_all(alignment),
        lately=LATELY_DAYS,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        version=__version__,
    )
    # A figure and its sign stay on one line.
    return html.replace(" %", "\N{NO-BREAK SPACE}%")


def days(value: float) -> str:
    """Return a length of time given in days, in the unit that suits it."""
    if not math.isfinite(value):
        return DASH
    if value < 1 / 24:
        return f"{value * 24 * 60:.0f} min"
    if value < 2:
        return f"{value * 24:.1f} h"
    return f"{value:.0f} days" if value >= 10 else f"{value:.1f} days"
