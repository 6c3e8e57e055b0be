"""The scorer as an MLflow model: logged from this code, it reads the bundle beside it.

MLflow copies this file into the model and runs it there; nothing is pickled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from serving import Scorer


class ReadinessModel(PythonModel):
    """Takes rows with the export's columns, returns the columns of ``leadgate score``."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the bundle, with its checksums and golden rows."""
        bundle = Path(context.artifacts["bundle"])
        self.scorer = Scorer.load(bundle, version=_version(bundle.parents[1]))

    def predict(
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Score each row, in their order; text as string, numbers as double, all optional."""
        return self.scorer.score(model_input)


def _version(folder: Path) -> str:
    """Return the registered version, which MLflow notes beside a model that it loads by name."""
    try:
        lines = (folder / "registered_model_meta").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ""
    facts = dict(line.split(": ", 1) for line in lines if ": " in line)
    return facts.get("model_version", "").strip("'\"")


set_model(ReadinessModel())
