"""Labels, splits, candidates, blend, calibration, evaluation, the MLflow run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.result import TrainingResult
    from training.run import train

__all__ = ["TrainingResult", "train"]


_MODULES = {
    "TrainingResult": "training.result",
    "train": "training.run",
}


def __getattr__(name: str) -> object:
    # Training loads LightGBM and the report's plots; who only reads a result needs neither.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
