"""What every page is made of: one frame, one set of styles and macros, and a glossary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import jinja2

from leadgate import __version__
from training.report.formats import FILTERS
from training.report.glossary import Terms
from training.report.plots import Drawing


def render(template: str, *packages: str, drawings: Mapping[str, Drawing], **values: object) -> str:
    """Return a page: HTML without scripts and without a reference to anything outside it.

    Parameters
    ----------
    template
        Extends ``page.html.j2``.
    *packages
        Packages with a folder ``templates`` of their own, before that of all pages.
    drawings
        By the names under which the template asks for them.
    **values
        What the template shows.
    """
    loaders = [jinja2.PackageLoader(name) for name in (*packages, "training.report")]
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    html = environment.get_template(template).render(
        drawings=drawings,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        version=__version__,
        terms=Terms(),
        **values,
    )
    # A figure and its sign stay on one line.
    return html.replace(" %", "\N{NO-BREAK SPACE}%")
