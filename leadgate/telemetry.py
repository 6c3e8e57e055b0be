"""Nothing about a lead leaves the machine: usage reports and pydantic's plugins are switched off.

Plugins see every value that is validated; looking for them reads the metadata of every installed
package, too, before a command can start.
"""

from __future__ import annotations

import os

SWITCHES = {
    "BENTOML_DO_NOT_TRACK": "True",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
}


def off() -> None:
    """Switch them off, and pickle loading, before pydantic, BentoML or MLflow is imported."""
    os.environ.update(SWITCHES)
