"""The scorer and the scoring endpoint."""

from serving.scoring.scorer import Scorer

__all__ = ["Scorer"]
