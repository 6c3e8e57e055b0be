"""`leadgate promote` and `leadgate rollback`: which version decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.options import ConfigOption, JsonOption, flags, load_config
from leadgate.cli.output import Screen

if TYPE_CHECKING:
    from leadgate.config import Config
    from training.promotion.promote import Promotion


def promote(
    version: Annotated[
        str, typer.Argument(metavar="[VERSION]", help="Left out: the challenger.")
    ] = "challenger",
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Move champion to a version through the gate; refused without signal, gain or evidence."""
    from training.promotion.promote import promote as move

    _move("promote", lambda settings: move(settings, version), config, as_json=json)


def rollback(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Move champion back to the version before."""
    from training.promotion.promote import rollback as move

    _move("rollback", move, config, as_json=json)


def _move(
    command: str, move: Callable[[Config], Promotion], config: Path | None, *, as_json: bool
) -> None:
    screen = Screen(command, as_json=as_json)
    settings = load_config(config)
    with screen.work("Asking the registry"):
        done = move(settings)
    before = f" It takes over from version {done.from_version}." if done.from_version else ""
    screen.answer(
        vars(done),
        f"{done.model} version {done.version} is champion.{before}",
        done.why,
        then="leadgate serve" + flags(config),
    )
