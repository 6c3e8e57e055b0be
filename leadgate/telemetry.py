"""Nothing about a lead leaves the machine: the libraries' usage reports are switched off."""

from __future__ import annotations

import os

SWITCHES = {
    "BENTOML_DO_NOT_TRACK": "True",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
}


def off() -> None:
    """Switch off usage reports and pickle loading, before BentoML or MLflow is imported."""
    os.environ.update(SWITCHES)
