"""The commands and their order in `leadgate --help`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadgate import __version__
from leadgate.cli.backtest import backtest
from leadgate.cli.check import check
from leadgate.cli.demo import demo
from leadgate.cli.experiments import experiments
from leadgate.cli.forget import forget
from leadgate.cli.init import init
from leadgate.cli.key import key
from leadgate.cli.monitor import monitor
from leadgate.cli.promote import promote, rollback
from leadgate.cli.replay import replay
from leadgate.cli.score import score
from leadgate.cli.serve import serve
from leadgate.cli.train import train

app = typer.Typer(
    name="leadgate",
    help="Decide, lead by lead, who is ready to buy and goes to sales now.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they print local variables, which hold values of leads
)
for command in (
    demo,
    init,
    check,
    train,
    promote,
    rollback,
    score,
    serve,
    backtest,
    monitor,
    replay,
    forget,
):
    app.command()(command)
app.add_typer(experiments)
app.add_typer(key)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"leadgate {__version__}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version."
        ),
    ] = False,
) -> None:
    """Decide, lead by lead, who is ready to buy and goes to sales now."""
