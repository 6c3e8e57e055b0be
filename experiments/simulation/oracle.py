"""The exact filter: the best prediction that the recorded data allow.

P(stage at `as_of` | everything recorded by `as_of`) by forward recursion over the recorded
events of a lead. Between events the chances of the stages decay by the rate of what could have
been seen and was not; an event multiplies them by its rate in each stage:

- an activity of a delayed type counts with the chance that it would be recorded by now, a step
  function of its age, so rates are constant between a few instants and the recursion is exact;
- "no outcome recorded" is part of the data: a close `u` days ago is unrecorded with chance
  ``exp(-u / mean delay)``, so won and lost leads stay in the recursion and die off at that rate;
- when and whether sales works a lead, and its calls, say nothing about the stage of a lead whose
  outcome is not recorded; they only switch the rates of the journey;
- the effect of the account is hidden: the recursion runs once for each of its levels, weighed by
  the level's chance times the likelihood of what is recorded of the lead.

Rabiner, A tutorial on hidden Markov models (1989), section III.A; for events in continuous time
Fearnhead and Sherlock, An exact Gibbs sampler for the Markov-modulated Poisson process (2006).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import softmax

from experiments.simulation.activities import CALL, TYPE_NAMES
from experiments.simulation.clock import Instants, days_since
from experiments.simulation.fields import group_of
from experiments.simulation.law import (
    ACTIVITY_TYPES,
    DELAY_CHANCES,
    DELAYS,
    MONTH_DAYS,
    STAGES,
    WON,
    Law,
)
from experiments.simulation.propagator import Propagator, chance_of_win
from experiments.simulation.truth import LeadIds
from experiments.simulation.world import World
from leadgate.arrays import Floats, Ints
from leadgate.errors import DataError

NOTHING = -1


class Steps(NamedTuple):
    """The recursion as rows, sorted by query and time: go to `time`, then see an event of `type`.

    `type` is NOTHING where only a rate changes. A query is one lead at one `as_of`.
    """

    query: Ints
    time: Floats
    type: Ints


class Oracle:
    """Readiness of leads from recorded data alone, by the exact filter of their journeys.

    It knows the law of the world and reads its tables, never its truth. It looks at the records of
    the lead alone: with ``settings.account_effect`` above zero it is exact given those, while the
    other leads of the account would say more about the effect that they share. With
    ``settings.confounding`` above zero it is not exact: who is worked then depends on the stage.

    Parameters
    ----------
    world
        The world whose tables are read.

    Raises
    ------
    DataError
        If the world is a hard one.
    """

    def __init__(self, world: World) -> None:
        if world.settings.hard:
            raise DataError("The filter of a hard world is not known: ask its truth instead.")
        self._settings = world.settings
        self._law = world.truth.law
        start = world.settings.start
        self._lead_ids = pd.Index(world.leads["lead_id"])
        self._created = days_since(world.leads["created_at"], start)
        # At the first level of the account's effect; the others follow.
        self._group = group_of(world.leads) * self._law.levels
        self._worked = self._by_lead(world.handoffs, "first_worked_at")
        self._recorded = self._by_lead(world.outcomes, "recorded_at")
        types = pd.Index(TYPE_NAMES).get_indexer(pd.Index(world.activities["type"]))
        seen = world.activities[types != CALL]
        self._type = types[types != CALL]
        self._lead = self._lead_ids.get_indexer(pd.Index(seen["lead_id"]))
        self._occurred = days_since(seen["occurred_at"], start)
        self._imported = days_since(seen["recorded_at"], start)
        self._propagate = Propagator(_killed_generators(self._law))

    def readiness(self, lead_ids: LeadIds, as_of: Instants, *, worked: bool = True) -> Floats:
        """Return P(won within the horizon | recorded by `as_of`, worked from `as_of` on): (n,).

        With `worked` false: left to marketing for the whole horizon instead.

        Parameters
        ----------
        lead_ids
            Ids of n leads; a lead may come more than once.
        as_of
            One instant or n of them, UTC unless they say otherwise. A win counts when
            ``as_of < closed_at <= as_of + horizon``; a lead recorded as closed gets 0.

        Raises
        ------
        DataError
            If the world has no such lead, or one is not created by then.
        """
        lead, now = self._locate(lead_ids, as_of)
        horizon = self._settings.horizon_days
        chance = np.zeros(lead.size)
        for level, stages in enumerate(self._filter(lead, now)):
            group = self._group[lead] + level
            way = np.full(lead.size, int(worked))
            chance += chance_of_win(self._law, stages, group, now, horizon, way)
        return chance

    def stages(self, lead_ids: LeadIds, as_of: Instants) -> Floats:
        """Return P(stage at `as_of` | everything recorded by `as_of`): (n, 5).

        The last two columns are the chances that the lead is won or lost and not recorded yet;
        rows of leads recorded as closed are zero. Parameters and errors as in `readiness`.

        Raises
        ------
        DataError
            If the world has no such lead, or one is not created by then.
        """
        return np.asarray(self._filter(*self._locate(lead_ids, as_of)).sum(axis=0))

    def _filter(self, lead: Ints, now: Floats) -> Floats:
        """Return the chances of each level of the account's effect and stage: (levels, n, 5)."""
        paths = [self._recursion(lead, now, level) for level in range(self._law.levels)]
        stages, log_likelihood = (np.stack(arrays) for arrays in zip(*paths, strict=True))
        level = softmax(np.log(self._law.account_chances)[:, None] + log_likelihood, axis=0)
        return np.asarray(level[:, :, None] * stages)

    def _recursion(self, lead: Ints, now: Floats, level: int) -> tuple[Floats, Floats]:
        """Go through the steps, one event of every query at a time, at one level of the effect.

        Returns the chances of the stages, (n, 5), and the log-likelihood of what is recorded, (n,).
        """
        group = self._group[lead] + level
        steps = self._steps(lead, now)
        first = np.searchsorted(steps.query, np.arange(lead.size))
        count = np.diff(first, append=steps.query.size)
        since = np.append(0.0, steps.time[:-1])
        since[first] = self._created[lead]
        number = self._generator_number(steps, since, lead, now, group)
        seen = self._law.month(steps.time)
        chances, log_likelihood = self._law.entry[group], np.zeros(lead.size)
        for position in range(int(count.max(initial=0))):
            query = np.flatnonzero(count > position)
            row = first[query] + position
            stages = self._propagate(chances[query], number[row], steps.time[row] - since[row])
            event = steps.type[row]
            rates = self._law.activity_rates[seen[row], :, event]
            stages *= np.where((event == NOTHING)[:, None], 1.0, rates)
            likelihood = stages.sum(axis=1, keepdims=True)
            chances[query] = stages / likelihood
            log_likelihood[query] += np.log(likelihood[:, 0])
        chances[self._recorded[lead] <= now] = 0.0
        return chances, log_likelihood

    def _steps(self, lead: Ints, now: Floats) -> Steps:
        """Return what each query has seen, and the instants at which its rates change."""
        bounds = np.searchsorted(self._lead, np.stack([lead, lead + 1]))
        counts = bounds[1] - bounds[0]
        query = np.repeat(np.arange(lead.size), counts)
        event = np.arange(query.size) + np.repeat(bounds[0] - counts.cumsum() + counts, counts)
        is_recorded = (self._occurred[event] < now[query]) & (self._imported[event] <= now[query])
        query, event = query[is_recorded], event[is_recorded]

        months = np.arange(1, len(self._law.generators)) * MONTH_DAYS
        changes = np.column_stack(
            [self._worked[lead], now[:, None] - DELAYS, np.tile(months, (lead.size, 1)), now]
        )
        changes = np.clip(changes, self._created[lead][:, None], now[:, None])
        query = np.concatenate([query, np.repeat(np.arange(lead.size), changes.shape[1])])
        time = np.concatenate([self._occurred[event], changes.ravel()])
        kind = np.concatenate([self._type[event], np.full(changes.size, NOTHING)])
        order = np.lexsort((time, query))
        return Steps(query[order], time[order], kind[order])

    def _generator_number(
        self, steps: Steps, since: Floats, lead: Ints, now: Floats, group: Ints
    ) -> Ints:
        """Return which generator holds on the way to each step: no rate changes on the way."""
        middle = (since + steps.time) / 2
        age = now[steps.query] - middle
        passed = np.searchsorted(DELAYS, age)
        worked = middle > self._worked[lead[steps.query]]
        number = self._law.generator_number(middle, worked, group[steps.query])
        return np.add(number * (DELAYS.size + 1), passed)

    def _by_lead(self, table: pd.DataFrame, column: str) -> Floats:
        """Return the times of a column in the order of the leads, ``inf`` where there is none."""
        times = np.full(self._lead_ids.size, np.inf)
        lead = self._lead_ids.get_indexer(pd.Index(table["lead_id"]))
        times[lead] = days_since(table[column], self._settings.start)
        return times

    def _locate(self, lead_ids: LeadIds, as_of: Instants) -> tuple[Ints, Floats]:
        lead = self._lead_ids.get_indexer(pd.Index(lead_ids)).astype(np.int64)
        now = np.broadcast_to(days_since(as_of, self._settings.start), lead.shape)
        unknown = (lead < 0) | (self._created[lead] > now)
        if unknown.any():
            raise DataError(
                f"{unknown.sum()} of the given leads are not in this world by their as_of."
            )
        return lead, now.astype(np.float64)


def _killed_generators(law: Law) -> Floats:
    """Return the generators less the rates of what would be recorded: (months, 2, groups, 4, 5, 5).

    The fourth axis counts the delays that an activity of that age has outlasted.
    """
    delayed = np.array([t.delayed for t in ACTIVITY_TYPES])
    chance = np.append(0.0, DELAY_CHANCES.cumsum())
    recorded = np.where(delayed, chance[:, None], 1.0)
    rates = np.einsum("mst,dt->mds", law.activity_rates, recorded)
    journey = law.generators[:, :, :, None].copy()
    if law.outcome_delay_days:
        rates[..., WON:] += 1.0 / law.outcome_delay_days
    else:
        journey[..., :WON, WON:] = 0.0  # a close is recorded at once, so none went unseen
    return np.asarray(journey - rates[:, None, None, :, :, None] * np.eye(len(STAGES)))
