"""`leadgate promote` and `leadgate rollback`: which version decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.options import ConfigOption, JsonOption, flags, load_config
from leadgate.cli.output import Screen

if TYPE_CHECKING:
    from leadgate.config import Config
    from training.promotion.promote import Promotion

ReasonOption = Annotated[
    str,
    typer.Option(
        "--reason",
        metavar="TEXT",
        help="Why, in your words: kept with the version. Needed where no figure can decide, such "
        "as another definition of a win.",
    ),
]


def promote(
    version: Annotated[
        str, typer.Argument(metavar="[VERSION]", help="Left out: the challenger.")
    ] = "challenger",
    reason: ReasonOption = "",
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Move champion to a version through the gate; refused without signal, gain or evidence."""
    from training.promotion.promote import promote as move

    _move("promote", lambda settings: move(settings, version, reason), config, as_json=json)


def rollback(
    reason: ReasonOption = "", config: ConfigOption = None, json: JsonOption = False
) -> None:
    """Move champion back to the version before."""
    from training.promotion.promote import rollback as move

    _move("rollback", lambda settings: move(settings, reason), config, as_json=json)


def _move(
    command: str, move: Callable[[Config], Promotion], config: Path | None, *, as_json: bool
) -> None:
    screen = Screen(command, as_json=as_json)
    settings = load_config(config)
    with screen.work("Asking the registry"):
        done = move(settings)
    screen.answer(vars(done), *_words(done), then="leadgate serve" + flags(config))


def _words(done: Promotion) -> Iterator[str]:
    before = f" It takes over from version {done.from_version}." if done.from_version else ""
    yield f"{done.model} version {done.version} is champion.{before}"
    if done.by:
        yield f"Moved by {done.by} at {done.at}{f': {done.reason}' if done.reason else '.'}"
    yield done.why
