"""Raw export -> lead history -> snapshots -> a float matrix; the same in training and serving."""

from features.feature_set import FeatureSet
from features.history import LeadHistory

__all__ = ["FeatureSet", "LeadHistory"]
