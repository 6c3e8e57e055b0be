"""Draining: a service that is about to end says so first, to whoever shares out the requests."""

from __future__ import annotations

import os
from pathlib import Path

from serving.problems import RETRY, HttpError

# The scratch folder that a service and its workers share.
HOME = "BENTOML_HOME"
_FILE = "draining"


def begin(home: Path) -> None:
    """Let every worker of the service with this scratch folder say that it is draining."""
    (home / _FILE).touch()


def begun() -> bool:
    """Return whether this service is about to end."""
    home = os.environ.get(HOME)
    return home is not None and (Path(home) / _FILE).exists()


def check() -> None:
    """Raise that this service is about to end.

    Raises
    ------
    HttpError
        503 ``draining``: what still comes is answered; send the next requests to another replica.
    """
    if begun():
        raise HttpError(503, "draining", "This replica is about to end.", headers=RETRY)
