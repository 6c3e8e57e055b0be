"""Moments at which the gate decides, with labels drawn from the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.simulation.clock import days_since, instants, whole_seconds
from experiments.simulation.world import World
from leadgate.arrays import Floats, Ints

MAX_AGE_DAYS = 90.0


def decision_points(world: World, n: int, seed: int) -> pd.DataFrame:
    """Draw moments at which a lead is open in the CRM and not worked yet.

    Leads are drawn evenly, with replacement, each at an age evenly drawn from 0 to 90 days; a
    draw at which the lead is worked, recorded as closed or beyond the cut is drawn again. The
    label is a draw of what follows when sales works the lead from `as_of` on, so it is exact for
    the estimand and independent of what happened in this world.

    Returns
    -------
    DataFrame
        n rows: lead_id, as_of (datetime64[us, UTC]), p_won given the true stage, and won, a draw
        with that chance, within ``world.settings.horizon_days``.
    """
    rng = np.random.default_rng(seed)
    lead, as_of = _draw_eligible(world, n, rng)
    points = pd.DataFrame(
        {
            "lead_id": world.truth.lead_ids[lead],
            "as_of": instants(as_of, world.settings.start),
        }
    )
    points["p_won"] = world.truth.p_won(
        points["lead_id"], points["as_of"], world.settings.horizon_days
    )
    points["won"] = rng.random(n) < points["p_won"]
    return points


def _draw_eligible(world: World, n: int, rng: np.random.Generator) -> tuple[Ints, Floats]:
    truth, until = world.truth, days_since(world.until, world.settings.start)
    closes = np.minimum(np.minimum(truth.worked, truth.recorded), until)
    leads, times = np.empty(0, dtype=np.int64), np.empty(0)
    while leads.size < n:
        lead = rng.integers(closes.size, size=2 * n)
        as_of = whole_seconds(truth.created[lead] + rng.uniform(0, MAX_AGE_DAYS, size=2 * n))
        open_ = as_of < closes[lead]
        leads = np.concatenate([leads, lead[open_]])
        times = np.concatenate([times, as_of[open_]])
    return leads[:n], times[:n]
