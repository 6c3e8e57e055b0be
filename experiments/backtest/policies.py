"""The policies side by side on one pool of leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.backtest.chance import bands, chance_of_work
from experiments.backtest.correction import Correction
from experiments.backtest.estimate import Drawn, Estimator, difference
from experiments.backtest.outcomes import Outcomes
from experiments.backtest.pool import Pool
from experiments.backtest.refits import Refit, quarterly
from experiments.backtest.replay import Pick, best, gate, replay, what_sales_did
from experiments.backtest.result import (
    CURRENT,
    EVERYTHING,
    GATE,
    NEWEST,
    RANDOM,
    SALES,
    Backtest,
    WhatIf,
)
from experiments.backtest.scores import Scored, arms, scored
from experiments.backtest.work import Work
from experiments.figures.accounts import Accounts
from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots
from features.parsing.values import number_column
from features.ruled import rules_as_of
from leadgate.arrays import Floats, Ints, Texts
from leadgate.config import Config, PolicySettings
from leadgate.errors import DataError
from leadgate.policy import Policy
from leadgate.policy.policy import DEFAULT_SHARE
from leadgate.registry.mlflow_store import Progress
from training.dataset.labels import label
from training.dataset.settings import seen_by_sales
from training.evaluation.baselines import score_values

# Capacities of the curves, as shares of the inflow.
CURVE = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, eq=False)
class PolicyReplay:
    """What every policy is given.

    Attributes
    ----------
    scores
        What the gate goes by.
    rankings
        What the policies that are no gate go by, each of shape (pairs,), higher first.
    models
        The models in force, for the gate of other rhythms.
    policy
        Of the gate: costs and values.
    values
        What winning each lead of the history brings; None: the policy's value.
    capacity
        The configured one, else half of the inflow.
    judge
        What estimates the outcome of a policy; it holds the pool.
    rule
        The rule that applies to each pair before the gate; "" for none.
    """

    scores: Scored
    rankings: dict[str, Floats]
    models: list[Refit]
    policy: Policy
    values: Floats | None
    capacity: int
    judge: Estimator
    rule: Texts

    @classmethod
    def of(
        cls,
        config: Config,
        history: LeadHistory,
        settings: PolicySettings,
        weeks: Ints,
        models: Sequence[Refit],
        progress: Progress | None,
    ) -> PolicyReplay:
        """Score every pair by every ranking.

        Raises
        ------
        DataError
            ``nobody_waits``: there is no pair.
        """
        first = models[0].week
        weeks, models = weeks[first:], [replace(m, week=m.week - first) for m in models]
        pool = Pool.of(history, Work.of(history, config.data.sales_types), weeks)
        if not len(pool):
            raise DataError(
                "Sales came to every lead before its first Monday: none waited to be decided on.",
                code="nobody_waits",
                hint="Nothing of the past can be replayed; a control group (policy.control) and "
                "leadgate value show what the gate brings.",
            )
        if progress is not None:
            progress("scoring every lead in every week", 0.9)
        scores = scored(pool, models)
        policy = _policy(config, history, settings, scores, int(weeks[0]))
        values = None
        if policy.value_column in history.columns:
            values = number_column(history.columns[policy.value_column])
        inflow = pool.leads.size / len(weeks)
        capacity = policy.capacity_per_week or max(1.0, DEFAULT_SHARE * inflow)
        return cls(
            scores, _rankings(pool, config), models, policy, values, int(capacity),
            _judge(config, pool, models[-1], policy, values),
            rules_as_of(history, policy.rules, pool.lead, pool.seen_at),
        )  # fmt: skip

    @property
    def pool(self) -> Pool:
        """Who waits when."""
        return self.judge.pool

    def run(self, capacities: Sequence[int], *, curves: bool) -> Backtest:
        """Replay every policy at every capacity."""
        wanted = sorted(set(capacities)) or [self.capacity]
        main = self.capacity if self.capacity in wanted else wanted[0]
        rows = {capacity: self._at(capacity) for capacity in wanted}
        pool, judge, handed = self.pool, self.judge, rows[main]
        drawn = {name: self._drawn(name, weeks) for name, weeks in handed.items()}
        slower = self._drawn(GATE, self._retrained(main)) if curves else drawn[GATE]
        return Backtest(
            weeks=pool.weeks,
            leads=pool.leads.size,
            not_seen=int((pool.history.created >= pool.weeks[0]).sum() - self._new()),
            capacity=main,
            all_leads=judge.all_leads,
            work=pool.work,
            policies={name: d.figures for name, d in drawn.items()},
            against={
                name: difference(drawn[GATE], drawn[name])
                for name in (SALES, CURRENT, NEWEST, RANDOM)
                if name in drawn
            },
            what_if=[self._what_if(capacity, row) for capacity, row in rows.items()],
            curve=self._curve() if curves else [],
            slower=difference(drawn[GATE], slower),
            refits=len(self.models),
            bands=bands(judge.chance, judge.outcomes.worked) if pool.work.dated else [],
            notes=self._notes(),
            handed=handed,
            pool=pool,
        )

    def _at(self, capacity: int) -> dict[str, Ints]:
        picks: dict[str, Pick] = {GATE: self._gate(self.scores, capacity)}
        for name, ranking in self.rankings.items():
            picks[name] = best(self.pool, ranking, capacity)
        handed = {name: replay(self.pool, pick) for name, pick in picks.items()}
        return {GATE: handed.pop(GATE), SALES: what_sales_did(self.pool), **handed}

    def _drawn(self, name: str, handed: Ints) -> Drawn:
        return self.judge.of(handed, as_it_was=name == SALES)

    def _gate(self, scores: Scored, capacity: int) -> Pick:
        return gate(self.pool, scores, self.policy, capacity, self.values, self.rule)

    def _retrained(self, capacity: int) -> Ints:
        """Return the handoffs of a gate with a new model each quarter."""
        scores = scored(self.pool, quarterly(self.models))
        return replay(self.pool, self._gate(scores, capacity))

    def _curve(self) -> list[WhatIf]:
        inflow = self.pool.leads.size / len(self.pool.weeks)
        steps = sorted({max(1, round(share * inflow)) for share in CURVE})
        return [self._what_if(step, self._at(step)) for step in steps]

    def _what_if(self, capacity: int, handed: dict[str, Ints]) -> WhatIf:
        figures = {name: self._drawn(name, weeks).figures for name, weeks in handed.items()}
        return WhatIf(capacity, figures)

    def _new(self) -> int:
        """Return how many leads of the replay came in since its first Monday."""
        return int((self.pool.history.created[self.pool.leads] >= self.pool.weeks[0]).sum())

    def _notes(self) -> list[str]:
        notes = []
        if not self.judge.all_leads:
            notes.append(
                "what becomes of leads that are left to marketing is not known: wins are those "
                "among the leads handed off"
            )
        if self.judge.worth is None:
            notes.append(
                "what a win brings is not known: there is no profit (policy.value_per_win)"
            )
        return notes


def _rankings(pool: Pool, config: Config) -> dict[str, Floats]:
    history = pool.history
    chance = np.random.default_rng(0).random(len(history))
    created = history.created[pool.lead].astype(np.float64)
    rankings = {EVERYTHING: -created, NEWEST: created, RANDOM: chance[pool.lead]}
    texts = history.columns.get(config.columns.own_score or "")
    if texts is not None:
        closed = (history.won | history.lost) & (history.closes < pool.weeks[0])
        earlier = np.flatnonzero(closed)
        y = history.won[earlier].astype(np.float64)
        rankings[CURRENT] = score_values(texts, texts[earlier], y, np.ones(y.size))[pool.lead]
    return rankings


def _policy(
    config: Config, history: LeadHistory, settings: PolicySettings, scores: Scored, begin: int
) -> Policy:
    before = history.cut(begin)
    won = before.amount[before.won & np.isfinite(before.amount)]
    readiness = scores.readiness
    base_rate = float(np.clip(readiness.mean(), 1e-6, 1 - 1e-6))
    # Leads are ranked by readiness where one of the models in force knows no uplift.
    uplift = scores.uplift if np.isfinite(scores.uplift).all() else None
    learned = Policy.learn(readiness, base_rate=base_rate, uplift=uplift)
    mean = float(won.mean()) if won.size else None
    return learned.with_settings(settings, mean, amount_column=config.columns.amount)


def _judge(
    config: Config, pool: Pool, refit: Refit, policy: Policy, values: Floats | None
) -> Estimator:
    """Return what judges the policies, by the models of one month.

    Those of the last month: the one that picked a lead must not be the one that judges it, as it
    picks the leads that it takes for better than they are.
    """
    history, lead, horizon = pool.history, pool.leads, config.target.horizon_days
    at = Snapshots(
        lead, pool.weeks[pool.first[lead]], lead, np.full(lead.size, np.nan), np.ones(lead.size)
    )
    outcomes = Outcomes.of(pool, horizon, label(history, at, horizon).mature_days)
    readiness, unworked = arms(pool, refit, 0, len(pool))
    chance = chance_of_work(pool, seen_by_sales(config), readiness, outcomes.worked)
    accounts = Accounts(history.accounts[lead])
    return Estimator(
        pool, outcomes, Correction.of(pool, readiness, chance, outcomes, accounts),
        unworked if refit.has_arms else None, chance, _worth(history, policy, values),
        policy.cost_per_handoff, accounts,
    )  # fmt: skip


def _worth(history: LeadHistory, policy: Policy, values: Floats | None) -> Floats | None:
    """Return what winning each lead brings; None where that is not known."""
    if policy.value_per_win is None and values is None:
        return None
    other = np.nan if policy.value_per_win is None else policy.value_per_win
    worth = np.full(len(history), other)
    return worth if values is None else np.where(np.isnan(values), other, values)
