"""Sales: every week it picks leads that wait, as many as it has time for."""

from __future__ import annotations

import numpy as np

from experiments.simulation.clock import whole_seconds
from experiments.simulation.journey import stage_at
from experiments.simulation.settings import WorldSettings
from leadgate.arrays import Floats

PICK_DAYS = 5.0
NEWNESS_DAYS = 120.0
RATING_POINTS = 40.0


def work_times(
    settings: WorldSettings,
    rating: Floats,
    created: Floats,
    recorded: Floats,
    entered: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Return when sales first worked each lead (days), ``inf`` for never.

    At the start of a week sales ranks the leads that are open in the CRM and not yet worked by
    rating, newness and noise drawn that week, and contacts the top of the list within five days.
    A lead whose outcome is recorded before it is contacted is left alone. What is picked
    depends on the hidden stage only through ``settings.confounding``.

    Parameters
    ----------
    settings
        Length of the world, capacity, confounding and noise.
    rating
        Points of today's score, 0 to 100: (n,).
    created, recorded
        When a lead was created, and when its outcome would be recorded if nobody worked it.
    entered
        Journeys of leads that nobody works: (n, 5).
    rng
        Source of randomness.
    """
    worked = np.full(len(created), np.inf)
    capacity = max(round(settings.sales_capacity * settings.n_leads * 7 / settings.days), 1)
    for week in np.arange(7.0, settings.days, 7.0):
        waiting = np.flatnonzero((created < week) & (recorded > week) & np.isinf(worked))
        appeal = rng.gumbel(size=waiting.size)
        if not settings.noise:
            appeal += rating[waiting] / RATING_POINTS - (week - created[waiting]) / NEWNESS_DAYS
        if settings.confounding:
            stage = stage_at(entered[waiting], np.full(waiting.size, week))
            appeal += settings.confounding * stage
        picked = waiting[np.argsort(-appeal)[:capacity]]
        moment = whole_seconds(week + rng.uniform(0, PICK_DAYS, size=picked.size))
        reached = moment < np.minimum(recorded[picked], settings.days)
        worked[picked[reached]] = moment[reached]
    return worked
