"""What the gate keeps: wins against handoffs, for the model and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.policy.ranking import ranked
from training.evaluation.evaluated import Evaluation, Float, Judged, Metric
from training.statistics.bootstrap import bootstrap
from training.statistics.metrics import lift_at, mean, precision_at

GRID = 101


@dataclass(frozen=True)
class Curve:
    """Share of the wins among the best share of the leads; both run from 0 to 1."""

    name: str
    leads: Float
    wins: Float


@dataclass(frozen=True)
class Line:
    """One way to choose who is handed over: how many, how many of them win, the wins kept."""

    name: str
    share: float
    won: Metric
    kept: Metric


def scores(judged: Judged) -> dict[str, Float]:
    """Return what leads can be ranked by: the model, newest first, the score in use today."""
    ranks = {"the gate": judged.readiness, "newest first": judged.order.astype(np.float64)}
    if judged.own_score is not None:
        ranks["own score"] = judged.own_score
    return ranks


def curves(judged: Judged) -> list[Curve]:
    """Return the gain curve of each score, on an even grid; ties by the one tie rule."""
    grid = np.linspace(0, 1, GRID)
    found = []
    for name, score in scores(judged).items():
        best_first = ranked(score, judged.lead_id)
        weight = judged.weight[best_first]
        leads = np.concatenate([[0.0], np.cumsum(weight)])
        wins = np.concatenate([[0.0], np.cumsum(weight * judged.y[best_first])])
        kept = np.interp(grid, leads / leads[-1], wins / max(wins[-1], 1e-300))
        found.append(Curve(name, grid, kept))
    return found


def lines(evaluation: Evaluation) -> list[Line]:
    """Return the gate at the team's capacity beside the others, and sending everything."""
    judged, share = evaluation.judged, evaluation.capacity_share
    found = [_line(judged, name, score, share) for name, score in scores(judged).items()]
    return [*found, _line(judged, "send everything", judged.readiness, 1.0)]


def _line(judged: Judged, name: str, score: Float, share: float) -> Line:
    best_first = ranked(score, judged.lead_id)

    def figures(weight: Float) -> Float:
        won = precision_at(judged.y, best_first, weight, share)
        return np.stack([won, share * lift_at(judged.y, best_first, weight, share)])

    low, high = bootstrap(figures, judged.account, judged.weight)
    base = float(mean(judged.y, judged.weight))
    won, kept = (
        Metric(float(v), float(a), float(b), baseline)
        for v, a, b, baseline in zip(figures(judged.weight), low, high, (base, share), strict=True)
    )
    return Line(name, share, won, kept)
