"""How stable reasons are: does the first reason of a lead survive training on other accounts.

In a simulated CRM the whole recipe is fitted on the export, and again on bootstraps of its
accounts. For the leads that are open at the end: in how many the strongest fact, with its sign, is
the same; in how many it would be if each type of activity that a lead lacks were a fact of its own;
in how many it is still among the first three; in how many the first sentence is the same to the
letter; and how near the second fact was where the first is not the same.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import exported
from benchmarks.machinery.catalogue import Figures
from experiments.simulation import World, WorldSettings
from features import LeadHistory
from features.explanation.fact_groups import Facts
from leadgate.arrays import Texts
from serving.scoring.reasons import Reasons
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.fitted import Fitted
from training.fit import fit_for_window, refit
from training.packaging.arrivals import snapshots_at_the_gate
from training.validation.windows import test_window

USUAL_TIME = "15 min"
SMALL = {"leads": (600,), "bootstraps": 1}
REASONS = 3


def fitted(history: LeadHistory, settings: Settings) -> Fitted:
    """Return what training ships."""
    sample = Sample.of(history, settings)
    span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    assert span is not None
    before = fit_for_window(sample, span, settings)
    assert before is not None
    return refit(sample, settings, before).fitted


def history_of(world: World, leads: pd.DataFrame, copies: pd.DataFrame) -> LeadHistory:
    """Return the history of copies of leads; `copies` has lead_id and copy."""

    def copied(table: pd.DataFrame) -> pd.DataFrame:
        joined = table.merge(copies, on="lead_id")
        return joined.assign(lead_id=joined["lead_id"] + joined["copy"]).drop(columns="copy")

    copied_leads = copied(leads)
    number = copied_leads["lead_id"].str.partition("#")[2]
    copied_leads["account_id"] = copied_leads["account_id"] + number
    return LeadHistory.from_tables(
        copied_leads,
        copied(world.activities),
        outcomes=copied(world.outcomes),
        handoffs=copied(world.handoffs),
        until=world.until.to_pydatetime(),
    )


def bootstrap(leads: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw as many accounts as there are; return their leads, each copy with its number."""
    account, code = np.unique(leads["account_id"].astype(str), return_inverse=True)
    drawn = np.bincount(rng.integers(0, account.size, account.size), minlength=account.size)[code]
    row = np.repeat(np.arange(len(leads)), drawn)
    number = np.arange(row.size) - np.repeat(np.cumsum(drawn) - drawn, drawn)
    ids = leads["lead_id"].to_numpy()[row]
    return pd.DataFrame({"lead_id": ids, "copy": [f"#{n}" for n in number]})


@dataclass(frozen=True)
class Explained:
    """What a model says of the leads at the gate.

    `strengths` has one column for each fact: by how much it moved a lead; `by_group` the same by
    group of features, whatever the lead lacks; `first` is the first sentence.
    """

    strengths: pd.DataFrame
    by_group: pd.DataFrame
    first: Texts

    @classmethod
    def of(cls, fitted: Fitted, history: LeadHistory, settings: Settings) -> Explained:
        """Explain the leads at the gate."""
        at, features = snapshots_at_the_gate(history, settings.ages_days), fitted.feature_set
        X = features.matrix(history, at.lead, at.as_of)
        parts, facts = fitted.model.contributions(X), Facts(features.features_)
        sentences = Reasons(features.features_, features.vocabularies_).sentences(X, parts)
        groups = [feature.group for feature in features.features_]
        return cls(
            pd.DataFrame(facts.strengths(X, parts), columns=facts.names),
            pd.DataFrame(parts).T.groupby(groups).sum().T,
            sentences[:, 0],
        )


@dataclass(frozen=True)
class Survival:
    """In which share of leads the first reason is kept, and how near the second one was if not."""

    kept: float
    among_three: float
    second: float

    @classmethod
    def of(cls, first: pd.DataFrame, again: pd.DataFrame) -> Survival:
        """Compare what two models say of the same leads."""
        old = first.to_numpy()
        new = again.reindex(columns=first.columns, fill_value=0.0).to_numpy()
        rows = np.arange(len(old))
        order = np.argsort(-np.abs(old), axis=1)
        top, sign = order[:, 0], np.sign(old[rows, order[:, 0]])
        same = np.sign(new[rows, top]) == sign
        best = np.argsort(-np.abs(new), axis=1)[:, :REASONS]
        kept = (best[:, 0] == top) & same
        near = np.abs(old[rows, order[:, 1]] / old[rows, top])
        among = (best == top[:, None]).any(axis=1) & same
        return cls(float(kept.mean()), float(among.mean()), float(near[~kept].mean()))


def figures(first: Explained, again: Explained) -> dict[str, float]:
    """Return the figures of one bootstrap."""
    facts = Survival.of(first.strengths, again.strengths)
    return {
        "first_kept": facts.kept,
        "first_kept_by_group": Survival.of(first.by_group, again.by_group).kept,
        "among_three": facts.among_three,
        "same_words": float((first.first == again.first).mean()),
        "second_if_not": facts.second,
    }


def run(
    leads: tuple[int, ...] = (20_000, 5_000, 1_000), bootstraps: int = 2, seeds: int = 1
) -> Figures:
    """Fit worlds of each size once, and once for each bootstrap."""
    rows: dict[str, dict[str, float]] = {}
    for n in leads:
        of_size = over_worlds(n, bootstraps, seeds)
        rows |= of_size
        rows[f"{n:,} leads, mean"] = pd.DataFrame(of_size).mean(axis=1).to_dict()
    return rows


def over_worlds(leads: int, bootstraps: int, seeds: int) -> dict[str, dict[str, float]]:
    """Return a row for each bootstrap of each world of one size."""
    rows: dict[str, dict[str, float]] = {}
    for seed in range(seeds):
        with tempfile.TemporaryDirectory() as folder:
            world, config = exported(WorldSettings(n_leads=leads, seed=seed), Path(folder))
            settings = Settings.of(config)
        table, rng = world.leads, np.random.default_rng(seed)
        once = pd.DataFrame({"lead_id": table["lead_id"], "copy": "#0"})
        history = history_of(world, table, once)
        first = Explained.of(fitted(history, settings), history, settings)
        for number in range(bootstraps):
            again = fitted(history_of(world, table, bootstrap(table, rng)), settings)
            row = figures(first, Explained.of(again, history, settings))
            rows[f"{leads:,} leads, world {seed}, bootstrap {number + 1}"] = row
    return rows
