"""`leadgate recalibrate`: the champion with a base-rate offset that follows the outcomes."""

from __future__ import annotations

from typing import Annotated

import typer

from leadgate.cli.model.train import FromStoreOption, reader
from leadgate.cli.options import ConfigOption, JsonOption, flags, load_config
from leadgate.cli.output import Screen


def recalibrate(
    from_store: FromStoreOption = False,
    promote: Annotated[
        bool, typer.Option("--promote", help="Make it the champion, through the gate.")
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Move the champion's base rate by what matured since; seconds, one registered version."""
    from training.recalibration.recalibrate import recalibrate as move

    screen = Screen("recalibrate", as_json=json)
    settings = load_config(config)
    with screen.work("Recalibrating") as progress:
        done = move(settings, read=reader(from_store), promoting=promote, progress=progress)
    stands = "is champion" if done.promoted else "differs from the champion in that alone"
    before, after = done.followed.example
    screen.answer(
        done.to_dict(),
        f"{done.model} version {done.version} {stands}; verdict: refresh. {done.followed.why}",
        f"Every lead keeps its rank and its reasons: {before:.1%} is now {after:.1%}. "
        f"{done.seconds:.1f} s.",
        then=("leadgate serve" if done.promoted else f"leadgate promote {done.version}")
        + flags(config),
    )
