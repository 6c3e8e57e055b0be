"""What a fit gives: a feature set and the model over its columns."""

from __future__ import annotations

from dataclasses import dataclass

from features.feature_set import FeatureSet
from leadgate.arrays import Floats
from leadgate.model import Model
from leadgate.model.limits import Limits
from training.ensemble.following import Walk

NO_LIMITS = Limits()


@dataclass(frozen=True)
class Fitted:
    """A feature set and the model over its columns, with the ranges that its rows had.

    `low` and `high` are the 1st and 99th percentile of each column, shape (n_features,); beyond
    `limits` the model is not asked. One that knows no more than the base rate of each value of
    some segment columns names these in `base_rates_of`. `walk` is how its base-rate offset moves,
    None without dates.
    """

    feature_set: FeatureSet
    model: Model
    low: Floats
    high: Floats
    limits: Limits = NO_LIMITS
    base_rates_of: tuple[str, ...] = ()
    walk: Walk | None = None

    @property
    def has_signal(self) -> bool:
        """Whether leads may be ranked by it."""
        return not self.base_rates_of and self.model.has_signal
