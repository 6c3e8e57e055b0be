"""`leadgate experiments versions`: every version on what came after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from leadgate.cli.model.train import FromStoreOption, reader
from leadgate.cli.options import ConfigOption, JsonOption, flags, load_config
from leadgate.cli.output import Screen, table
from leadgate.cli.words import number, percent, shown

if TYPE_CHECKING:
    from rich.console import RenderableType

    from experiments.comparison.versions import VersionScore, VersionsOverTime


def versions(
    context: typer.Context,
    from_store: FromStoreOption = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Score each version, as registered, on the leads that came after its data."""
    from experiments.comparison.versions import over_versions
    from experiments.comparison.versions_log import log
    from experiments.comparison.versions_page import PAGE, in_one_sentence

    # Options may also stand before the word versions.
    before = context.parent.params if context.parent else {}
    screen = Screen("experiments versions", as_json=json or bool(before.get("json")))
    chosen = config or before.get("config")
    settings = load_config(chosen)
    with screen.work("Reading the data") as progress:
        tables = reader(from_store)(settings)
        over = over_versions(settings, tables, progress)
        page = settings.folder / "runs" / PAGE
        html = log(settings, over)
        page.parent.mkdir(exist_ok=True)
        page.write_text(html, encoding="utf-8")
    screen.answer(
        over.to_dict() | {"page": page},
        in_one_sentence(over),
        *_words(over),
        f"With pictures: {shown(page)}",
        then="leadgate experiments" + flags(chosen),
    )


def _words(over: VersionsOverTime) -> Iterator[RenderableType]:
    heads = ("version", "data until", "leads", "ratio", "log loss", "AUC", "wins")
    if over.scored:
        yield table(heads, [_row(score) for score in over.scored])
        yield (
            "Each on the leads seen after its data, with 90 % intervals; ratio: predicted to "
            f"actual wins; wins: share captured by the best {percent(over.share)} of the leads."
        )
    for why_not, names in over.waiting.items():
        yield f"Version{'s' * (len(names) > 1)} {', '.join(names)}: {why_not}."
    if over.older:
        yield f"{over.older} older versions are not looked at."


def _row(score: VersionScore) -> tuple[str, ...]:
    from features.parsing.times import iso

    cells = [f"{number(m.value)}\n{number(m.low)}–{number(m.high)}" for m in score.since.values()]
    leads = f"{score.leads:,.0f}\n{score.wins:,.0f} won"
    return ("\n".join([score.version, *score.aliases]), iso(score.until)[:10], leads, *cells)
