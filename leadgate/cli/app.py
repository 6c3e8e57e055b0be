"""The commands and their order in `leadgate --help`."""

from __future__ import annotations

from typing import Annotated

import typer

from leadgate import __version__
from leadgate.cli.crm.connect import connect
from leadgate.cli.crm.pull import pull
from leadgate.cli.crm.push import push
from leadgate.cli.data.check import check
from leadgate.cli.data.forget import forget
from leadgate.cli.data.init import init
from leadgate.cli.experiments.backtest import backtest
from leadgate.cli.experiments.demo import demo
from leadgate.cli.experiments.experiments import experiments
from leadgate.cli.experiments.monitor import monitor
from leadgate.cli.experiments.value import value
from leadgate.cli.model.promote import promote, rollback
from leadgate.cli.model.recalibrate import recalibrate
from leadgate.cli.model.score import score
from leadgate.cli.model.train import train
from leadgate.cli.schedule.weekly import weekly
from leadgate.cli.serving.key import key
from leadgate.cli.serving.replay import replay
from leadgate.cli.serving.serve import serve
from leadgate.cli.serving.store import store

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
    recalibrate,
    promote,
    rollback,
    score,
    serve,
    backtest,
    monitor,
    value,
    replay,
    forget,
    pull,
    push,
    weekly,
):
    app.command()(command)
app.add_typer(experiments)
app.add_typer(connect)
app.add_typer(key)
app.add_typer(store)


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
