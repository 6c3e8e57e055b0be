"""The page of a run completed by what is measured after it: in its folder and in MLflow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from experiments.summary.health import Health
from experiments.summary.page import make_summary
from experiments.summary.summary import DATA, PAGE, Summary
from experiments.summary.worth import Worth
from leadgate.config import Config
from leadgate.errors import BundleError
from leadgate.jsonfile import json_text, read_json
from leadgate.registry.mlflow_store import connect, explained, store_uri
from leadgate.registry.registry import RUNS
from training.package import write_texts


def newest_run(folder: Path) -> Path | None:
    """Return the folder of the newest version that has a page; None where none has.

    Parameters
    ----------
    folder
        Of the configuration.
    """
    runs = [path.parent for path in (folder / RUNS).glob(f"*/{DATA}") if path.parent.name.isdigit()]
    return max(runs, key=lambda run: int(run.name), default=None)


def read_summary(run: Path) -> Summary:
    """Read what the page of a run holds.

    Raises
    ------
    BundleError
        If its file cannot be read, or is of another release.
    """
    try:
        return Summary.from_dict(read_json(run / DATA))
    except ValueError:
        raise BundleError(
            f"{run / DATA}: not what this release writes.", hint="Train again: leadgate train"
        ) from None


def complete(
    config: Config, run: Path, *, worth: Worth | None = None, health: Health | None = None
) -> Path:
    """Put what was measured on the page of a run, write it again and log it; return the page.

    Parameters
    ----------
    run
        The folder of the version.
    worth
        By the backtest; None: as it was.
    health
        By a look of the monitor; None: as it was.

    Raises
    ------
    BundleError
        As `read_summary`.
    RegistryError
        If the tracking store cannot be reached; the folder is completed all the same.
    """
    summary = read_summary(run)
    summary = replace(summary, worth=worth or summary.worth, health=health or summary.health)
    write_texts(run, {PAGE: make_summary(summary), DATA: json_text(summary.to_dict())})
    if summary.run_id:
        client = connect(config.tracking, config.folder)
        with explained(store_uri(config.tracking, config.folder)):
            for name in (PAGE, DATA):
                client.log_artifact(summary.run_id, str(run / name))
    return run / PAGE
