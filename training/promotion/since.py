"""What became known since the champion's data ended, predicted by whoever was champion before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np

from features.parsing.times import NAT
from leadgate.arrays import Floats, Positions
from training.dataset.sample import Sample
from training.evaluation.evaluated import Metric, measured
from training.promotion.champion import Champion, end_of_data
from training.promotion.compare import readiness as by_model
from training.statistics.metrics import calibration_in_the_large

# With fewer wins the ratio says nothing.
MIN_WINS = 50


@dataclass(frozen=True)
class Since:
    """The snapshots whose label had to be known since, and their readiness of the time.

    `rows` are positions in the sample, `readiness` has their shape.
    """

    rows: Positions
    readiness: Floats


@dataclass(frozen=True)
class Level:
    """Predicted over actual wins of what matured since; None where the check is not made.

    `wins` are leads; `why_not` says why the check is not made, "" where it is.
    """

    ratio: Metric | None
    wins: int
    why_not: str = ""


def matured_since(champion: Champion, sample: Sample) -> Since:
    """Return what matured since the champion's until, predicted prequentially.

    A snapshot counts where its label had to be known since the champion's data ended. It is
    predicted by the last champion, in the order in which they took over, whose data ended before
    the snapshot: none that predicts has seen anything of it, and all outcomes are taken, early and
    late ones alike. What is older than every champion is left out, and so is what was seen under
    another horizon.

    References
    ----------
    Dawid 1984, Present position and potential developments: the prequential approach.
    """
    labels, snapshots = sample.labels, sample.snapshots
    end, horizon = end_of_data(champion.bundle), champion.bundle.meta["horizon_days"]
    none = np.empty(0, dtype=np.intp)
    if not sample.history.dated or end == NAT:
        return Since(none, np.empty(0))
    rows = np.flatnonzero((labels.evaluation_weight > 0) & (labels.matures_at > end))
    readiness = np.full(rows.size, np.nan)
    missing = np.ones(rows.size, dtype=np.bool_)
    for bundle in chain([champion.bundle], champion.earlier()) if rows.size else ():
        until = end_of_data(bundle)
        if until == NAT or bundle.meta["horizon_days"] != horizon:
            break
        ours = missing & (snapshots.as_of[rows] > until)
        if ours.any():
            readiness[ours] = by_model(bundle, sample, rows[ours])
        missing &= ~ours
        if not missing.any():
            break
    return Since(rows[~missing], readiness[~missing])


def level_since(champion: Champion, sample: Sample, horizon_days: float | None) -> Level:
    """Return how many wins were predicted for each that came since, 90 %, by account.

    Parameters
    ----------
    horizon_days
        Of the labels of the sample.
    """
    if champion.bundle.meta["horizon_days"] != horizon_days:
        return Level(None, 0, "the champion's readiness is for another horizon")
    since, labels = matured_since(champion, sample), sample.labels
    won = labels.y[since.rows] == 1
    wins = int(np.unique(sample.snapshots.lead[since.rows][won]).size)
    if wins < MIN_WINS:
        return Level(None, wins, f"{wins} wins matured since, and {MIN_WINS} are needed")
    y = labels.y[since.rows]

    def ratio(weight: Floats) -> Floats:
        return calibration_in_the_large(y, since.readiness, weight)

    weight = labels.evaluation_weight[since.rows]
    return Level(measured(ratio, sample.account[since.rows], weight, [np.nan])[0], wins)
