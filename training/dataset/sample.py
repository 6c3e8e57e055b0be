"""The recipe: one cut of the history -> snapshots, labels and features."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots, plan
from leadgate.config import Config
from training.dataset.even_sample import even_sample
from training.dataset.labels import Labels, label
from training.estimators.candidates import periods
from training.validation.account_folds import before, held_out, share
from training.validation.windows import Span

Float = NDArray[np.float64]
Int = NDArray[np.int64]

MIN_TO_FIT = 5
NOBODY: Int = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Settings:
    """What a fit depends on besides the data; stored with the model so that it can be repeated."""

    exclude: tuple[str, ...]
    sales_types: tuple[str, ...]
    horizon_days: float | None
    ages_days: tuple[float, ...]
    accounts: bool = False

    @classmethod
    def of(cls, config: Config) -> Settings:
        """Return the settings of a configuration."""
        return cls(
            exclude=tuple(sorted(config.columns.never_features())),
            sales_types=tuple(sorted(config.data.sales_types)),
            horizon_days=config.target.horizon_days,
            ages_days=tuple(config.target.snapshot_ages_days),
            accounts=config.data.whole_accounts,
        )

    def feature_set(self) -> FeatureSet:
        """Return the features to be chosen."""
        return FeatureSet(
            exclude=self.exclude, sales_types=self.sales_types, accounts=self.accounts
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
    """A history with its snapshots and what is known of them at its end.

    Snapshots of the accounts `without` weigh nothing: a later window judges them.
    """

    history: LeadHistory
    snapshots: Snapshots
    labels: Labels
    ages_days: tuple[float, ...]
    without: Int

    @classmethod
    def of(cls, history: LeadHistory, settings: Settings, without: Int = NOBODY) -> Sample:
        """Plan and label the snapshots of a history."""
        snapshots = plan(history, settings.ages_days)
        labels = label(history, snapshots, settings.horizon_days)
        gone = np.isin(history.accounts[snapshots.lead], without)
        labels = replace(
            labels,
            weight=np.where(gone, 0.0, labels.weight),
            judge_weight=np.where(gone, 0.0, labels.judge_weight),
        )
        return cls(history, snapshots, labels, settings.ages_days, without)

    def before(self, span: Span, settings: Settings) -> Sample:
        """Return what was known when a window began, without the accounts that it judges."""
        without = np.union1d(self.without, self.held_out(span))
        return Sample.of(self.history.cut(span.start), settings, without)

    def held_out(self, span: Span) -> Int:
        """Return the accounts from before a window that are kept for it."""
        return held_out(self.history, self.ages_days, span)

    @property
    def account(self) -> Int:
        """The account of each snapshot; shape (n,)."""
        return self.history.accounts[self.snapshots.lead]

    def judged(self, span: Span) -> NDArray[np.intp]:
        """Return the positions of the mature snapshots by which a window is judged.

        Of accounts that the fit before the window has not seen: new ones and those held out.
        """
        mature = (self.labels.judge_weight > 0) & span.holds(self.snapshots.order)
        seen = np.setdiff1d(before(self.history, span), self.held_out(span))
        return np.flatnonzero(mature & ~np.isin(self.account, seen))

    def judge_weight(self, span: Span, rows: NDArray[np.intp]) -> Float:
        """Return what judged snapshots weigh: those held out stand for all from before."""
        held = np.isin(self.account[rows], self.held_out(span))
        return self.labels.judge_weight[rows] * np.where(held, 1.0 / share(self.history), 1.0)


@dataclass(frozen=True)
class Known:
    """What one cut of the history knows, as a matrix; every array has length n.

    Attributes
    ----------
    X
        Shape (n, p), NaN where missing; categories as codes.
    weight
        The snapshots of one lead weigh 1 together, times the inverse probability of being known.
    judge_weight
        What they weigh where they judge; 0 where they are not mature.
    period
        See `training.estimators.candidates.periods`.
    """

    feature_set: FeatureSet
    X: Float
    y: Float
    weight: Float
    judge_weight: Float
    order: Int
    period: Int
    account: Int

    @property
    def is_category(self) -> list[bool]:
        """Whether each column holds codes; shape (p,)."""
        return [feature.kind == "category" for feature in self.feature_set.features_]

    @property
    def outcomes(self) -> float:
        """How many leads there are of the rarer kind."""
        return float(min(self.weight @ self.y, self.weight @ (1 - self.y)))

    def without(self, columns: Collection[str]) -> Known:
        """Return the same without some columns of the leads."""
        features = self.feature_set.without(columns)
        left = set(features.names_)
        stays = [feature.name in left for feature in self.feature_set.features_]
        return replace(self, feature_set=features, X=self.X[:, stays])

    def some(self, most: int) -> Known:
        """Return an even sample of at most so many rows."""
        if self.y.size <= most:
            return self
        return self.take(even_sample(np.arange(self.y.size), most))

    def take(self, rows: NDArray[np.intp]) -> Known:
        """Return some of the rows."""
        arrays = ("X", "y", "weight", "judge_weight", "order", "period", "account")
        return replace(self, **{name: getattr(self, name)[rows] for name in arrays})


def known(sample: Sample, settings: Settings) -> Known | None:
    """Return the matrix of what a sample knows; None with fewer than five wins or losses."""
    use = sample.labels.weight > 0
    y, judge_weight = sample.labels.y[use], sample.labels.judge_weight[use]
    if min((y == 1).sum(), (y == 0).sum()) < MIN_TO_FIT:
        return None
    snapshots = sample.snapshots.take(use)
    features = settings.feature_set().fit(sample.history, snapshots)
    return Known(
        feature_set=features,
        X=features.matrix(sample.history, snapshots.lead, snapshots.as_of),
        y=y,
        weight=sample.labels.weight[use],
        judge_weight=judge_weight,
        order=snapshots.order,
        period=periods(snapshots.order, y, judge_weight > 0),
        account=sample.account[use],
    )
