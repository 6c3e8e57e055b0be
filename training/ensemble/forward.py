"""Forward fits: what the recipe would have predicted for each window, used before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats, Ints, Positions
from training.dataset.even_sample import even_sample
from training.dataset.matrix import Matrix
from training.dataset.sample import Sample
from training.ensemble.members import Members, fit_members
from training.ensemble.out_of_fold import OutOfFold
from training.estimators.candidates import MEMBERS
from training.validation.account_folds import PARTS
from training.validation.windows import Window, earliest_cut, forward_windows

# So many rows of one time show the slope to two hundredths.
SAME_TIME_ROWS = 40_000


@dataclass(frozen=True)
class WindowFits:
    """The fits that evaluate a window, by account fold.

    Each was made of the other four folds, as the data stood when the window began; a fold whose
    others hold too few outcomes has none.
    """

    window: Window
    parts: dict[int, Members]

    def rows(self, sample: Sample) -> Positions:
        """Return the positions of the mature snapshots that the fits evaluate."""
        rows = sample.evaluated(self.window)
        return rows[np.isin(sample.part[rows], list(self.parts))]

    def log_odds(self, sample: Sample, rows: Positions) -> Floats:
        """Return the log-odds of rows by each member of the fit of their part; shape (n, m)."""
        members, part = next(iter(self.parts.values())), sample.part[rows]
        # The parts share the features: what is counted of a lead is no matter of its outcome.
        X = members.matrix(sample, rows)
        log_odds = np.empty((rows.size, len(members.names)))
        for code, fit in self.parts.items():
            log_odds[part == code] = fit.log_odds_of(X[part == code])
        return log_odds


def windows_before(sample: Sample, end: int) -> list[Window]:
    """Return up to four forward windows of a sample, oldest first; the last one ends at `end`.

    Under a horizon they are laid by the snapshots that are mature today: by those that were mature
    at `end` the last window would be as long as the horizon, and its fits too old. Of the outcomes
    only what was known at `end` has a say.
    """
    labels, order = sample.labels, sample.snapshots.order
    recorded = labels.known_at < end
    earlier = (order < end) & (recorded | (labels.mature_days > 0))
    weight = np.where(earlier, labels.evaluation_weight, 0.0)
    y = np.where(earlier & recorded, labels.y, np.nan)
    earliest = earliest_cut(labels.known_at, y, order, weight)
    if earliest is None:
        return []
    return forward_windows(order, y, weight, earliest, end)


def fit_window(data: Matrix | None, window: Window, names: Sequence[str] = MEMBERS) -> WindowFits:
    """Fit the members for each part of the accounts on what was known when a window began.

    Parameters
    ----------
    data
        What was known then; None where that was too little to fit on.
    names
        Of the members; left out: those that every set has.
    """
    others = {part: data.others(part) for part in range(PARTS)} if data is not None else {}
    parts = {part: fit_members(rest, names) for part, rest in others.items() if rest.enough}
    return WindowFits(window, parts)


def out_of_fold(sample: Sample, fits: Sequence[WindowFits]) -> OutOfFold | None:
    """Return the log-odds on each window by the fits before it; None without a window.

    A window without a row to evaluate is left out.
    """
    held = [(fit, fit.rows(sample)) for fit in fits if fit.parts]
    held = [(fit, rows) for fit, rows in held if rows.size]
    return _evaluated(sample, held, sample.labels.evaluation_weight) if held else None


def same_time(earlier: Sample, fits: WindowFits, *, mature_only: bool = False) -> OutOfFold | None:
    """Return the log-odds of what the fits of a window were made of, each by those of other parts.

    No time lies between fit and evaluation, and all that was known takes part, so these rows show
    little of a drift and much of how sure the fits are. An even sample where there are many.

    Parameters
    ----------
    earlier
        The sample as it stood when the window began.
    mature_only
        Without the young snapshots, as in the fits.
    """
    labels = earlier.labels
    weight = labels.evaluation_weight if mature_only else labels.weight
    rows = np.flatnonzero((weight > 0) & np.isin(earlier.part, list(fits.parts)))
    if not rows.size:
        return None
    return _evaluated(earlier, [(fits, even_sample(rows, SAME_TIME_ROWS))], weight)


def _evaluated(
    sample: Sample, held: Sequence[tuple[WindowFits, Positions]], weight: Floats
) -> OutOfFold:
    rows = np.concatenate([rows for _, rows in held])
    window: Ints = np.repeat(np.arange(len(held)), [rows.size for _, rows in held])
    return OutOfFold(
        log_odds=np.concatenate([fit.log_odds(sample, rows) for fit, rows in held]),
        names=next(iter(held[0][0].parts.values())).names,
        y=sample.labels.y[rows],
        weight=weight[rows],
        cell=np.unique(PARTS * window + sample.part[rows], return_inverse=True)[1],
        window=window,
        account=sample.account[rows],
        rows=rows,
        windows=tuple(fit.window for fit, _ in held),
    )
