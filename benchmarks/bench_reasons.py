"""How stable reasons are: does the first reason of a lead survive training on other accounts.

Run with ``python benchmarks/bench_reasons.py [--leads N] [--bootstraps N] [--seeds N]``. In a
simulated CRM the whole recipe is fitted on the export, and again on bootstraps of its accounts. For
the leads that are open at the end it tells in how many the strongest fact, with its sign, is the
same; in how many it would be if each type of activity that a lead lacks were a fact of its own; in
how many it is still among the first three; in how many the first sentence is the same to the
letter; and how near the second fact was where the first is not kept. Aim: the first survives in
80 % of the leads.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from experiments.simulation import World, WorldSettings, simulate
from features import LeadHistory
from features.explanation.fact_groups import Facts
from leadgate.arrays import Texts
from leadgate.config import Config
from serving.scoring.reasons import Reasons
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.fitted import Fitted
from training.fit import fit_for_window, refit
from training.packaging.arrivals import snapshots_at_the_gate
from training.validation.windows import test_window

KEPT = 3
FIGURES = ("first kept", "if apart", "among three", "same words", "second if not")


def fitted(history: LeadHistory, settings: Settings) -> Fitted:
    """Return what training ships."""
    sample = Sample.of(history, settings)
    span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    assert span is not None
    before = fit_for_window(sample, span, settings)
    assert before is not None
    return refit(sample, span, settings, before)[0]


def history_of(world: World, leads: pd.DataFrame, copies: pd.DataFrame) -> LeadHistory:
    """Return the history of copies of leads; `copies` has lead_id and copy."""

    def copied(table: pd.DataFrame) -> pd.DataFrame:
        joined = table.merge(copies, on="lead_id")
        return joined.assign(lead_id=joined["lead_id"] + joined["copy"]).drop(columns="copy")

    known = copied(leads)
    known["account_id"] = known["account_id"] + known["lead_id"].str.partition("#")[2]
    return LeadHistory.from_tables(
        known,
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
class Told:
    """What a model says of the leads at the gate.

    `strengths` has one column for each fact: by how much it moved a lead; `apart` the same by group
    of features, whatever the lead lacks; `first` is the first sentence.
    """

    strengths: pd.DataFrame
    apart: pd.DataFrame
    first: Texts

    @classmethod
    def of(cls, fitted: Fitted, history: LeadHistory, settings: Settings) -> Told:
        """Explain the leads at the gate."""
        at, features = snapshots_at_the_gate(history, settings.ages_days), fitted.feature_set
        X = features.matrix(history, at.lead, at.as_of)
        parts, facts = fitted.model.contributions(X), Facts(features.features_)
        told = Reasons(features.features_, features.vocabularies_).tell(X, parts)
        groups = [feature.group for feature in features.features_]
        return cls(
            pd.DataFrame(facts.strengths(X, parts), columns=facts.names),
            pd.DataFrame(parts).T.groupby(groups).sum().T,
            told[:, 0],
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
        best = np.argsort(-np.abs(new), axis=1)[:, :KEPT]
        kept = (best[:, 0] == top) & same
        near = np.abs(old[rows, order[:, 1]] / old[rows, top])
        among = (best == top[:, None]).any(axis=1) & same
        return cls(float(kept.mean()), float(among.mean()), float(near[~kept].mean()))


def figures(first: Told, again: Told) -> list[float]:
    """Return the figures of one bootstrap, in the order of the table."""
    told = Survival.of(first.strengths, again.strengths)
    apart = Survival.of(first.apart, again.apart)
    letter = float((first.first == again.first).mean())
    return [told.kept, apart.kept, told.among_three, letter, told.second]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=6_000)
    parser.add_argument("--bootstraps", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=1)
    asked = parser.parse_args()
    result = Table("world", "bootstrap", *FIGURES)
    found = []
    for seed in range(asked.seeds):
        world = simulate(WorldSettings(n_leads=asked.leads, seed=seed))
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings.of(Config.load(world.export(Path(folder))))
        leads, rng = world.leads, np.random.default_rng(seed)
        once = pd.DataFrame({"lead_id": leads["lead_id"], "copy": "#0"})
        history = history_of(world, leads, once)
        first = Told.of(fitted(history, settings), history, settings)
        for number in range(asked.bootstraps):
            again = fitted(history_of(world, leads, bootstrap(leads, rng)), settings)
            found.append(figures(first, Told.of(again, history, settings)))
            result.add_row(str(seed), str(number + 1), *(f"{one:.1%}" for one in found[-1]))
    result.add_row("all", "mean", *(f"{one:.1%}" for one in np.mean(found, axis=0)))
    Console(width=100).print(result)


if __name__ == "__main__":
    main()
