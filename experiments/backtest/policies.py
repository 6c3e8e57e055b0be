"""The policies side by side on one pool of leads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.backtest.figures import WON, Figures, Terms, captured_more, figures, tally
from experiments.backtest.pool import Pool
from experiments.backtest.refits import Refit, in_force, quarterly
from experiments.backtest.replay import Pick, Scored, best, everything, gate, replay
from experiments.backtest.result import (
    EVERYTHING,
    GATE,
    NEWEST,
    ORACLE,
    OWN,
    RANDOM,
    Backtest,
    WhatIf,
)
from experiments.figures.accounts import Accounts
from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots
from features.parsing.values import number_column
from leadgate.arrays import Floats, Ints
from leadgate.config import Config, PolicySettings
from leadgate.policy import Policy
from leadgate.policy.policy import DEFAULT_SHARE
from leadgate.registry.mlflow_store import Progress
from training.dataset.labels import label
from training.evaluation.baselines import score_values

# The true probability of a win, by lead ids and instants; only a simulation knows it.
Truth = Callable[[Any, Any], Floats]
# Capacities of the curves, as shares of the inflow.
CURVE = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_CHUNK = 200_000


@dataclass(frozen=True, eq=False)
class PolicyReplay:
    """What every policy is given.

    Attributes
    ----------
    pool
        Who waits when.
    scores
        What the rankings go by, each of shape (pairs,).
    models
        The models in force, for the gate of other rhythms.
    policy
        Of the gate: costs and values.
    terms
        How a handoff counts.
    values
        What winning each lead of the history brings; None: the policy's value.
    truth
        The true probability of each pair; None outside a simulation.
    capacity
        The configured one, else half of the inflow.
    accounts
        Of the leads in the replay, for every interval.
    """

    pool: Pool
    scores: dict[str, Floats]
    by_gate: Scored
    models: list[Refit]
    policy: Policy
    terms: Terms
    values: Floats | None
    truth: Floats | None
    capacity: int
    accounts: Accounts

    @classmethod
    def of(
        cls,
        config: Config,
        history: LeadHistory,
        settings: PolicySettings,
        weeks: Ints,
        models: Sequence[Refit],
        truth: Truth | None,
        progress: Progress | None,
    ) -> PolicyReplay:
        """Score every pair by every ranking."""
        first = models[0].week
        weeks, models = weeks[first:], [replace(m, week=m.week - first) for m in models]
        pool = Pool.of(history, weeks)
        say = progress or (lambda _label, _share: None)
        say("scoring every lead in every week", 0.9)
        by_gate = scored(pool, models)
        scores = {GATE: by_gate.readiness, **_rankings(pool, config)}
        true = None
        if truth is not None:
            true = truth(history.lead_ids[pool.lead], pool.as_of)
            scores[ORACLE] = true
        policy = _policy(config, history, settings, by_gate, int(weeks[0]))
        values = None
        if policy.value_column in history.columns:
            values = number_column(history.columns[policy.value_column])
        inflow = pool.leads.size / len(weeks)
        capacity = policy.capacity_per_week or max(1.0, DEFAULT_SHARE * inflow)
        return cls(
            pool, scores, by_gate, models, policy, _terms(config, pool, policy, values), values,
            true, int(capacity), Accounts(history.accounts[pool.leads]),
        )  # fmt: skip

    def run(self, capacities: Sequence[int], *, curves: bool) -> Backtest:
        """Replay every policy at every capacity."""
        wanted = sorted(set(capacities)) or [self.capacity]
        main = self.capacity if self.capacity in wanted else wanted[0]
        rows = {capacity: self._at(capacity) for capacity in wanted}
        pool, handed = self.pool, rows[main]
        tallies = {name: self._tally(weeks) for name, weeks in handed.items()}
        slow = self._retrained(main) if curves else handed[GATE]
        slower = self._tally(slow)
        return Backtest(
            weeks=pool.weeks,
            leads=pool.leads.size,
            not_seen=int((pool.history.created >= pool.weeks[0]).sum() - self._new()),
            capacity=main,
            policies=self._figures(handed),
            what_if=[WhatIf(c, self._figures(row)) for c, row in rows.items()],
            curve=self._curve() if curves else [],
            ahead={
                name: captured_more(tallies[GATE], other, self.accounts)
                for name, other in tallies.items()
                if name != GATE
            },
            monthly=self._sum(handed[GATE]).share_of_wins,
            quarterly=self._sum(slow).share_of_wins,
            retraining=captured_more(tallies[GATE], slower, self.accounts),
            refits=len(self.models),
            notes=self._notes(tallies[EVERYTHING]),
            handed=handed,
            pool=pool,
        )

    def _at(self, capacity: int) -> dict[str, Ints]:
        picks: dict[str, Pick] = {GATE: self._gate(self.by_gate, capacity)}
        picks[EVERYTHING] = everything
        for name, score in self.scores.items():
            if name != GATE:
                picks[name] = best(self.pool, score, capacity)
        return {name: replay(self.pool, pick) for name, pick in picks.items()}

    def _gate(self, score: Scored, capacity: int) -> Pick:
        return gate(self.pool, score, self.policy, capacity, self.values)

    def _retrained(self, capacity: int) -> Ints:
        """Return the handoffs of a gate with a new model each quarter."""
        score = scored(self.pool, quarterly(self.models))
        return replay(self.pool, self._gate(score, capacity))

    def _curve(self) -> list[WhatIf]:
        inflow = self.pool.leads.size / len(self.pool.weeks)
        steps = sorted({max(1, round(share * inflow)) for share in CURVE})
        return [WhatIf(step, self._figures(self._at(step))) for step in steps]

    def _tally(self, handed: Ints) -> Floats:
        return tally(self.pool, handed, self.terms, self.truth)

    def _sum(self, handed: Ints) -> Figures:
        tallied = self._tally(handed)
        return figures(self.pool, handed, tallied, self.accounts, truth=self.truth is not None)

    def _figures(self, handed: dict[str, Ints]) -> dict[str, Figures]:
        return {name: self._sum(weeks) for name, weeks in handed.items()}

    def _new(self) -> int:
        """Return how many leads of the replay came in since its first Monday."""
        return int((self.pool.history.created[self.pool.leads] >= self.pool.weeks[0]).sum())

    def _notes(self, everything: Floats) -> list[str]:
        notes = []
        if not everything[:, WON].any():
            notes.append("no lead of the replay has won after its first Monday")
        if self.terms.worth is None:
            notes.append(
                "what a win brings is not known: there is no profit (policy.value_per_win)"
            )
        return notes


def scored(pool: Pool, models: Sequence[Refit]) -> Scored:
    """Return what the model in force says of each pair.

    Where one of the models knows no uplift, that of no lead is known.
    """
    readiness, uplift = np.empty(len(pool)), np.empty(len(pool))
    arms = all(refit.fitted.model.unworked is not None for refit in models)
    seen_at = pool.seen_at
    for refit, weeks in in_force(models, len(pool.weeks)):
        begin, end = pool.rows(weeks[0]).start, pool.rows(weeks[-1]).stop
        for start in range(begin, end, _CHUNK):
            rows = slice(start, min(start + _CHUNK, end))
            X = refit.fitted.feature_set.matrix(pool.history, pool.lead[rows], seen_at[rows])
            readiness[rows] = refit.fitted.model.readiness(X)
            if arms:
                uplift[rows] = refit.fitted.model.uplift(X)[:, 1]
    return Scored(readiness, uplift if arms else None)


def _rankings(pool: Pool, config: Config) -> dict[str, Floats]:
    history = pool.history
    chance = np.random.default_rng(0).random(len(history))
    rankings = {
        NEWEST: history.created[pool.lead].astype(np.float64),
        RANDOM: chance[pool.lead],
    }
    texts = history.columns.get(config.columns.own_score or "")
    if texts is not None:
        closed = (history.won | history.lost) & (history.closes < pool.weeks[0])
        earlier = np.flatnonzero(closed)
        y = history.won[earlier].astype(np.float64)
        rankings[OWN] = score_values(texts, texts[earlier], y, np.ones(y.size))[pool.lead]
    return rankings


def _policy(
    config: Config, history: LeadHistory, settings: PolicySettings, score: Scored, begin: int
) -> Policy:
    before = history.cut(begin)
    won = before.amount[before.won & np.isfinite(before.amount)]
    readiness = score.readiness
    base_rate = float(np.clip(readiness.mean(), 1e-6, 1 - 1e-6))
    learned = Policy.learn(readiness, base_rate=base_rate, uplift=score.uplift)
    mean = float(won.mean()) if won.size else None
    return learned.with_settings(settings, mean, amount_column=config.columns.amount)


def _terms(config: Config, pool: Pool, policy: Policy, values: Floats | None) -> Terms:
    history, horizon = pool.history, config.target.horizon_days
    worth = None
    if policy.value_per_win is not None or values is not None:
        other = np.nan if policy.value_per_win is None else policy.value_per_win
        worth = np.full(len(history), other)
        if values is not None:
            worth = np.where(np.isnan(values), other, values)
    lead = pool.leads
    at = Snapshots(
        lead, pool.weeks[pool.first[lead]], lead, np.full(lead.size, np.nan), np.ones(lead.size)
    )
    mature_days = label(history, at, horizon).mature_days
    return Terms(horizon, mature_days, policy.cost_per_handoff, worth)
