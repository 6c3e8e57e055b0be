"""Two models on the same leads: how much one gains over the other, overall and by segment."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from leadgate.arrays import Floats, Positions
from leadgate.jsonfile import json_values
from leadgate.policy.ranking import ranked
from training.evaluation.breakdown import values_of
from training.evaluation.evaluated import Evaluated
from training.statistics import metrics
from training.statistics.bootstrap import REPLICATES, bootstrap

FAMILY_ERROR = 0.05
# So many draws of a bootstrap lie beyond either end of an interval at least.
_BEYOND = 10


@dataclass(frozen=True)
class Paired:
    """One figure of two models on the same leads.

    `gain` is how much better `ours` is than `theirs`, positive in every figure; `low` and `high`
    are its 90 % interval, bootstrap by account. NaN where the leads do not define it.
    """

    theirs: float
    ours: float
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class Contest:
    """Two models on one group of leads.

    `leads` and `wins` are sums of weights; `wins_kept` is the share of the wins among as many
    leads as the team can take.
    """

    name: str
    leads: float
    wins: float
    log_loss: Paired
    auc: Paired
    wins_kept: Paired

    def to_dict(self) -> dict[str, Any]:
        """Return the contest as JSON values; an undefined number is null."""
        return dict(json_values(self))


@dataclass(frozen=True)
class SegmentGain:
    """The gain in log loss within one segment, with an interval that holds for all of them.

    `low` and `high` are at a level of 95 % for the whole family: 1 - 0.05 / (number of segments)
    each (Bonferroni).
    """

    column: str
    name: str
    leads: float
    wins: float
    gain: float
    low: float
    high: float

    @property
    def where(self) -> str:
        """The segment as the beginning of a sentence."""
        return named_in_words(self.column, self.name)

    @property
    def ends(self) -> str:
        """The gain with its interval."""
        return f"{self.gain:+.4f} ({self.low:+.4f} to {self.high:+.4f})"


def named_in_words(column: str, name: str) -> str:
    """Return a segment as the beginning of a sentence; all leads have no column."""
    return f"where {column} is {name or 'not known'}" if column else "over all leads"


def contest(evaluated: Evaluated, theirs: Floats, share: float, name: str = "all leads") -> Contest:
    """Compare another model's readiness with that of an evaluated window.

    Parameters
    ----------
    evaluated
        Leads with our readiness.
    theirs
        Shape (n,), the other model's readiness of the same leads.
    share
        Share of the leads that the team can take.
    """
    y, weight, ids = evaluated.y, evaluated.weight, evaluated.lead_id
    models = [(p, ranked(p, ids)) for p in (theirs, evaluated.readiness)]

    def figures(weight: Floats) -> list[Floats]:
        return [
            np.stack(
                [
                    -metrics.log_loss(y, p, weight),
                    metrics.auc(y, p, weight),
                    share * metrics.lift_at(y, best_first, weight, share),
                ]
            )
            for p, best_first in models
        ]

    def gains(weight: Floats) -> Floats:
        other, own = figures(weight)
        return own - other

    low, high = bootstrap(gains, evaluated.account, weight)
    other, own = figures(weight)
    sign = np.array([-1.0, 1.0, 1.0])
    columns = zip(sign * other, sign * own, own - other, low, high, strict=True)
    paired = [Paired(*map(float, figure)) for figure in columns]
    return Contest(name, float(weight.sum()), float(weight @ y), *paired)


def by_segment(evaluated: Evaluated, theirs: Floats, share: float) -> dict[str, list[Contest]]:
    """Compare two models within each value of each segment column, most leads first."""
    contests = {}
    for column, texts in (evaluated.segments or {}).items():
        code, names = values_of(texts, evaluated.weight)
        inside = [np.flatnonzero(code == place) for place in range(len(names))]
        contests[column] = [
            contest(take(evaluated, rows), theirs[rows], share, name)
            for rows, name in zip(inside, names, strict=True)
        ]
    return contests


def segment_gains(
    evaluated: Evaluated, theirs: Floats, min_wins: float, *, whole: bool = False
) -> list[SegmentGain]:
    """Return the gain in log loss of every segment with so many wins, worst upper end first.

    Parameters
    ----------
    min_wins
        Segments with fewer wins (sum of weights) are left out.
    whole
        Whether all leads are one of the segments, under no column.
    """
    every = [("", "", np.ones(evaluated.y.size, dtype=np.bool_))] if whole else []
    named = every + [
        (column, name, code == place)
        for column, texts in (evaluated.segments or {}).items()
        for code, names in [values_of(texts, evaluated.weight)]
        for place, name in enumerate(names)
    ]
    won = evaluated.weight * evaluated.y
    named = [part for part in named if won @ part[2] >= min_wins]
    if not named:
        return []
    member = np.column_stack([part[2] for part in named]).astype(np.float64)
    level = 1 - FAMILY_ERROR / len(named)
    gain, low, high = _mean_gains(evaluated, theirs, member, level)
    leads, wins = evaluated.weight @ member, won @ member
    gains = [
        SegmentGain(column, name, *map(float, figures))
        for (column, name, _), *figures in zip(named, leads, wins, gain, low, high, strict=True)
    ]
    return sorted(gains, key=lambda segment: segment.high)


def take(evaluated: Evaluated, rows: Positions) -> Evaluated:
    """Return some leads of a window."""
    arrays = {f.name: getattr(evaluated, f.name) for f in fields(evaluated) if f.name != "segments"}
    segments = {name: texts[rows] for name, texts in (evaluated.segments or {}).items()}
    some: dict[str, Any] = {
        name: None if held is None else held[rows] for name, held in arrays.items()
    }
    return replace(evaluated, **some, segments=segments)


def _mean_gains(
    evaluated: Evaluated, theirs: Floats, member: Floats, level: float
) -> tuple[Floats, Floats, Floats]:
    """Return the mean gain of each column of `member` with its interval; shape (k,) each.

    A mean is a ratio of sums, so that whole accounts can be drawn instead of their leads.
    """
    gain = metrics.losses(evaluated.y, theirs) - metrics.losses(evaluated.y, evaluated.readiness)
    code = np.unique(evaluated.account, return_inverse=True)[1]
    weighted = member * evaluated.weight[:, None]
    leads, total = (
        np.stack([np.bincount(code, column) for column in part.T])
        for part in (weighted, weighted * gain[:, None])
    )

    def means(drawn: Floats) -> Floats:
        return metrics.ratio((drawn @ total.T).T, (drawn @ leads.T).T)

    n_accounts = leads.shape[1]
    low, high = bootstrap(
        means,
        np.arange(n_accounts),
        np.ones(n_accounts),
        level=level,
        n=max(REPLICATES, round(2 * _BEYOND / (1 - level))),
    )
    return means(np.ones(n_accounts)), low, high
