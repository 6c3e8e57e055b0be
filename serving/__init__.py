"""The scorer and the scoring endpoint."""

from serving.scorer import Scorer

__all__ = ["Scorer"]
