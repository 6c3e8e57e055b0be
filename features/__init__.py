"""Raw export -> lead history -> snapshots -> a float matrix; the same in training and serving."""

from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.tables import load_tables

__all__ = ["FeatureSet", "LeadHistory", "load_tables"]
