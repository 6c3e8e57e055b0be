"""Everything that sales and marketing look at together, computed before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.alignment.fates import Fates, fates
from experiments.alignment.fell_through import Chairs, chairs
from experiments.alignment.journey import Journey, journey
from experiments.alignment.overlap import Overlap, overlaps
from experiments.alignment.signs import Signs
from experiments.alignment.sources import Part, all_sent, by_source, by_week, source_column
from experiments.alignment.speed import Speed, speed
from experiments.alignment.touches import Touches, touches
from experiments.alignment.view import judged_of, view_of
from experiments.figures.shares import Share
from leadgate.config import Config
from training.evaluation.evaluated import Evaluation
from training.evaluation.gain import Line, lines
from training.learn import Learned
from training.result import Trained


@dataclass(frozen=True)
class Qualified:
    """Who would be handed over in several ways on the test window, and how many of them win.

    `leads` is how many leads the window judges (a sum of weights).
    """

    leads: float
    lines: list[Line]


@dataclass(frozen=True)
class Alignment:
    """What became of the leads that marketing sent, and what a gate would have changed.

    Attributes
    ----------
    fates
        The state of every lead.
    states
        Share of all leads in each state, in the order of ``fates.states``.
    sent
        The leads that were sent; `sources` and `weeks` are their parts.
    base
        Of the leads that sales worked to an end, the share that was won: what sending everything
        qualifies.
    qualified, journey, chairs, speed
        None where the export or the model cannot tell.
    """

    trained: Trained
    fates: Fates
    states: list[Share]
    sent: Part
    source: str
    sources: list[Part]
    weeks: list[Part]
    speed: Speed | None
    base: Share
    qualified: Qualified | None
    journey: Journey | None
    overlaps: list[Overlap]
    touches: dict[str, Touches]
    chairs: Chairs | None


def align(config: Config, learned: Learned, signs: Signs) -> Alignment:
    """Put together what marketing sent, what sales did with it and what the model says.

    Parameters
    ----------
    config
        Of the data set.
    learned
        A training run on it.
    signs
        Which leads sales gave up or accepted.
    """
    history, trained = learned.history, learned.trained
    patience = config.policy.recycle_after_days
    found = fates(history, signs.abandoned(history), signs.accepted(history), patience)
    view = view_of(learned, found)
    everyone = np.ones(len(history), dtype=bool)
    masks = [found.is_in(state.key) for state in found.states]
    evaluated = judged_of(learned)
    source = source_column(found, config.columns.segments)
    closed = found.worked & (history.won | history.lost)
    return Alignment(
        trained=trained,
        fates=found,
        states=found.bootstrap.shares(masks, [everyone] * len(masks)),
        sent=all_sent(found),
        source=source,
        sources=by_source(found, source),
        weeks=by_week(found),
        speed=speed(found),
        base=found.bootstrap.shares([history.won], [closed])[0],
        qualified=None if evaluated is None else _qualified(evaluated),
        journey=journey(view, found),
        overlaps=overlaps(found, config.columns.segments),
        touches=touches(
            found,
            view,
            horizon_days=config.target.horizon_days,
            sales_types=config.data.sales_types,
        ),
        chairs=chairs(found, view),
    )


def _qualified(evaluated: Evaluation) -> Qualified:
    return Qualified(float(evaluated.evaluated.weight.sum()), lines(evaluated))
