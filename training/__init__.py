"""Labels, splits, candidates, blend, calibration, evaluation, the MLflow run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.result import TrainingResult
    from training.run import train
    from training.validation.folds import ForwardSplit

__all__ = ["ForwardSplit", "TrainingResult", "train"]


def __getattr__(name: str) -> object:
    # Training loads LightGBM and the report's plots; who only reads a result needs neither.
    if name == "train":
        from training.run import train

        return train
    if name == "ForwardSplit":
        from training.validation.folds import ForwardSplit

        return ForwardSplit
    if name == "TrainingResult":
        from training.result import TrainingResult

        return TrainingResult
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
