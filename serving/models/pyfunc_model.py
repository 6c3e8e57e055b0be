"""The scorer as an MLflow model: logged from this code, it reads the bundle beside it.

MLflow copies this file into the model and runs it there; nothing is pickled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from features.schema.columns import lead_ids
from serving import Scorer
from serving.models.frame_activities import split_activities

NO_ACTIVITIES = "no activities are given: scored as if the lead had done nothing"


class ReadinessModel(PythonModel):
    """Takes rows with the export's columns, returns the columns of ``leadgate score``.

    What the leads did comes as JSON in the column ``activities``. Nothing is remembered from one
    call to the next, so that decisions are those without history and pacing.
    """

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
        """Score each row, in their order, as `pandas.read_csv` gives them; columns may be missing.

        Raises
        ------
        DataError
            As `Scorer.score` and `split_activities`.
        """
        scorer = self.scorer
        ids = lead_ids(model_input, scorer.columns, scorer.data, where="the leads to score")
        leads, activities = split_activities(model_input, ids.tolist())
        answers = scorer.score(leads, activities)
        if activities is None and not scorer.flat:
            answers["warnings"] = [
                "; ".join(filter(None, [warning, NO_ACTIVITIES])) for warning in answers["warnings"]
            ]
        return answers


def _version(folder: Path) -> str:
    """Return the registered version, which MLflow notes beside a model that it loads by name."""
    try:
        lines = (folder / "registered_model_meta").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ""
    facts = dict(line.split(": ", 1) for line in lines if ": " in line)
    return facts.get("model_version", "").strip("'\"")


set_model(ReadinessModel())
