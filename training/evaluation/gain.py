"""Share of wins captured against handoffs, for the model and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats
from leadgate.policy.ranking import ranked
from training.evaluation.evaluated import Evaluated, Evaluation, Metric, measured
from training.statistics.metrics import lift_at, mean, precision_at, ratio

GRID = 101


@dataclass(frozen=True)
class Curve:
    """Share of the wins among the best share of the leads; both run from 0 to 1."""

    name: str
    leads: Floats
    wins: Floats


@dataclass(frozen=True)
class Line:
    """One way to choose who is handed off: how many, their win rate, share of wins captured."""

    name: str
    share: float
    won: Metric
    kept: Metric


def scores(evaluated: Evaluated) -> dict[str, Floats]:
    """Return what leads can be ranked by: the model, newest first, the current CRM score."""
    ranks = {"the gate": evaluated.readiness, "newest first": evaluated.order.astype(np.float64)}
    if evaluated.own_score is not None:
        ranks["own score"] = evaluated.own_score
    return ranks


def curves(evaluated: Evaluated) -> list[Curve]:
    """Return the gain curve of each score, on an even grid; ties by the one tie rule."""
    grid = np.linspace(0, 1, GRID)
    result = []
    for name, score in scores(evaluated).items():
        best_first = ranked(score, evaluated.lead_id)
        weight = evaluated.weight[best_first]
        leads = np.concatenate([[0.0], np.cumsum(weight)])
        wins = np.concatenate([[0.0], np.cumsum(weight * evaluated.y[best_first])])
        kept = np.interp(grid, leads / leads[-1], wins / max(wins[-1], 1e-300))
        result.append(Curve(name, grid, kept))
    return result


def lines(evaluation: Evaluation) -> list[Line]:
    """Return the gate at the team's capacity beside the others, and sending everything."""
    evaluated, share = evaluation.evaluated, evaluation.capacity_share
    ranked_by = scores(evaluated).items()
    by_score = [_line(evaluated, name, score, share) for name, score in ranked_by]
    return [*by_score, _line(evaluated, "send everything", evaluated.readiness, 1.0)]


def at_threshold(evaluated: Evaluated, threshold: float) -> Line:
    """Return what reaches a threshold: its win rate is the precision, its wins the recall.

    Its share has no interval of its own: it is that of these leads.
    """
    y, reaches = evaluated.y, (evaluated.readiness >= threshold).astype(np.float64)

    def figures(weight: Floats) -> Floats:
        taken = weight * reaches
        won = (taken * y).sum(axis=-1)
        return np.stack([ratio(won, taken.sum(axis=-1)), ratio(won, (weight * y).sum(axis=-1))])

    share = float(mean(reaches, evaluated.weight))
    baselines = [float(mean(y, evaluated.weight)), share]
    won, captured = measured(figures, evaluated.account, evaluated.weight, baselines)
    return Line("the gate at its threshold", share, won, captured)


def _line(evaluated: Evaluated, name: str, score: Floats, share: float) -> Line:
    best_first = ranked(score, evaluated.lead_id)

    def figures(weight: Floats) -> Floats:
        won = precision_at(evaluated.y, best_first, weight, share)
        return np.stack([won, share * lift_at(evaluated.y, best_first, weight, share)])

    baselines = [float(mean(evaluated.y, evaluated.weight)), share]
    won, kept = measured(figures, evaluated.account, evaluated.weight, baselines)
    return Line(name, share, won, kept)
