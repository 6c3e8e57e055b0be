"""The recipe: one cut of the history -> snapshots, labels, features and fitted members."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.feature_set import FeatureSet
from features.history import LeadHistory
from features.snapshots import Snapshots, plan
from leadgate.config import Config
from leadgate.model import Calibration
from training.calibration import anchor
from training.candidates import Candidate, alone, fit_candidates, periods
from training.labels import Labels, label
from training.splits import Span

Float = NDArray[np.float64]
Int = NDArray[np.int64]

MIN_TO_FIT = 5


@dataclass(frozen=True)
class Settings:
    """What a fit depends on besides the data; stored with the model so that it can be repeated."""

    exclude: tuple[str, ...]
    sales_types: tuple[str, ...]
    horizon_days: float | None
    ages_days: tuple[float, ...]

    @classmethod
    def of(cls, config: Config) -> Settings:
        """Return the settings of a configuration."""
        return cls(
            exclude=tuple(sorted(config.columns.never_features())),
            sales_types=tuple(sorted(config.data.sales_types)),
            horizon_days=config.target.horizon_days,
            ages_days=tuple(config.target.snapshot_ages_days),
        )

    def without(self, columns: Collection[str], activities: Collection[str]) -> Settings:
        """Return the settings with further columns and types of activity that are no features."""
        return replace(
            self,
            exclude=tuple(sorted({*self.exclude, *columns})),
            sales_types=tuple(sorted({*self.sales_types, *activities})),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """Read what `to_dict` gave, also after a way through JSON."""
        named: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in values.items()
        }
        return cls(**named)


@dataclass(frozen=True)
class Sample:
    """A history with its snapshots and what is known of them at its end."""

    history: LeadHistory
    snapshots: Snapshots
    labels: Labels

    @classmethod
    def of(cls, history: LeadHistory, settings: Settings) -> Sample:
        """Plan and label the snapshots of a history."""
        snapshots = plan(history, settings.ages_days)
        return cls(history, snapshots, label(history, snapshots, settings.horizon_days))

    @property
    def account(self) -> Int:
        """The account of each snapshot; shape (n,)."""
        return self.history.accounts[self.snapshots.lead]

    def judged(self, span: Span) -> NDArray[np.intp]:
        """Return the positions of the mature snapshots of a window."""
        mature = self.labels.judge_weight > 0
        return np.flatnonzero(mature & span.holds(self.snapshots.order))


@dataclass(frozen=True)
class Members:
    """Every candidate fitted on one cut of the history.

    `alone` calibrates the member that stands alone where there is no window to compare on; `rate`
    is the base rate of the fit, `low` and `high` the 1st and 99th percentile of each column of its
    matrix.
    """

    feature_set: FeatureSet
    candidates: list[Candidate]
    alone: Calibration
    rate: float
    low: Float
    high: Float
    rows: int

    @property
    def names(self) -> list[str]:
        """The names of the candidates."""
        return [candidate.name for candidate in self.candidates]

    def margins(self, sample: Sample, rows: NDArray[np.intp]) -> Float:
        """Return the log-odds by each member, shape (n, m)."""
        at = sample.snapshots.take(rows)
        X = self.feature_set.matrix(sample.history, at.lead, at.as_of)
        return np.column_stack([c.member.margin(X) for c in self.candidates])


def fit_members(
    sample: Sample, settings: Settings, names: Sequence[str], *, without: Int | None = None
) -> Members | None:
    """Fit the candidates on what a sample knows.

    Parameters
    ----------
    names
        The candidates (see `training.candidates.affordable`).
    without
        Codes of the accounts that will be judged; none of their leads is used.

    Returns
    -------
    Members or None
        None with fewer than five wins or five losses.
    """
    use = sample.labels.weight > 0
    if without is not None:
        use &= ~np.isin(sample.account, without)
    y, weight = sample.labels.y[use], sample.labels.weight[use]
    if min((y == 1).sum(), (y == 0).sum()) < MIN_TO_FIT:
        return None
    snapshots = sample.snapshots.take(use)
    features = FeatureSet(exclude=settings.exclude, sales_types=settings.sales_types)
    features.fit(sample.history, snapshots)
    X = features.matrix(sample.history, snapshots.lead, snapshots.as_of)
    period = periods(snapshots.order, y, sample.labels.judge_weight[use] > 0)
    is_category = [feature.kind == "category" for feature in features.features_]
    candidates = fit_candidates(X, y, weight, period, is_category, names)
    low, high = column_ranges(X)
    margin = candidates[alone(names)].member.margin(X)
    calibration = anchor(margin, y, weight, sample.account[use])
    rate = float(weight @ y / weight.sum())
    return Members(features, candidates, calibration, rate, low, high, len(y))


def column_ranges(X: Float) -> tuple[Float, Float]:
    """Return the 1st and 99th percentile of each column, 0 where it is empty; shape (p,) each."""
    low, high = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    some = ~np.isnan(X).all(axis=0)
    if some.any():
        low[some], high[some] = np.nanquantile(X[:, some], [0.01, 0.99], axis=0)
    return low, high
