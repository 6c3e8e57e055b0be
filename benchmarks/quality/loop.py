"""A gate in charge of its own data: predicted over actual below its line, retraining by retraining.

First every lead goes to sales. Then the gate decides on each round of leads, those it hands off are
worked, and the CRM closes the others as lost after 20 days by itself; a few of them win before.
After each round a logistic regression, which is the true law, is fitted to the labels and weights
that a training makes of the export and the store. Shown for fresh leads below the line: the sum of
the readiness over that of the true chances of leads that sales works, which no log shows.

Beside it, the same as it was before: held-back leads that the CRM closed are negatives, and an
explored lead stands for ten at most. `explored` is what the explored leads stand for beyond
themselves, over the leads that were held back.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from benchmarks.machinery.catalogue import Figures
from features.history.snapshots import plan
from features.stored_tables import StoredTables, first_handoffs
from features.tables import Tables, load_tables
from leadgate.arrays import Bools, Floats, Texts
from leadgate.config import Config, PolicySettings
from leadgate.policy import HAND_OFF, NURTURE, Decisions, Policy, decide_many
from serving.store import Store, read_tables
from training.dataset.feedback import with_store
from training.dataset.labels import label

USUAL_TIME = "1 min"
SMALL = {"worlds": 1, "leads": 1_000, "rounds": 1}
HORIZON, CLOSED_AFTER = 30, 20
DAYS = 120
EXPLORE, CAPACITY = 0.05, 0.4
FEWEST, FRESH = 10.0, 20_000
MODES = ("now", "before")


def people(n: int, start: pd.Timestamp, rng: np.random.Generator) -> tuple[pd.DataFrame, Floats]:
    """Return leads of a round, and the true chance of each if sales works it."""
    size, fair = rng.normal(size=n), rng.random(n) < 0.3
    odds = -1.8 + 1.0 * size + 0.8 * fair
    created = start + pd.to_timedelta(np.sort(rng.uniform(0, DAYS, n)), unit="D").round("s")
    leads = pd.DataFrame({"Created": created, "Size": size.round(3)})
    return leads.assign(Source=np.where(fair, "fair", "web")), 1 / (1 + np.exp(-odds))


def closed(
    leads: pd.DataFrame, chance: Floats, worked: Bools, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the leads as the CRM closes them; by itself a lead wins a quarter as often."""
    won = rng.random(len(leads)) < np.where(worked, chance, chance / 4)
    days = np.where(won | worked, rng.uniform(1, 28, len(leads)), CLOSED_AFTER)
    at = leads["Created"] + pd.to_timedelta(days, unit="D").round("s")
    return leads.assign(Stage=np.where(won, "Won", "Lost"), Closed=at)


def as_before(tables: Tables, decisions: pd.DataFrame) -> Tables:
    """Return the tables as they were joined before: closed leads were worked, weights up to ten."""
    handed_off = first_handoffs(decisions).set_index("lead_id")["propensity"].astype("float64")
    outcomes = tables.outcomes.assign(worked=tables.outcomes["outcome"] != "")
    weights = 1.0 / handed_off.clip(lower=1.0 / FEWEST)
    return replace(tables, outcomes=outcomes, stands_for=weights, held_back=None)


def joined(config: Config, stored: StoredTables, mode: str) -> Tables:
    """Return the export and the store joined as now, or as before."""
    tables = with_store(config, load_tables(config), stored)
    return tables if mode == "now" else as_before(tables, stored.decisions)


def config_in(folder: Path, leads: pd.DataFrame) -> Config:
    """Write the export of a firm."""
    leads.to_csv(folder / "leads.csv", index=False)
    toml = f"""
[data]
leads = "leads.csv"
[columns]
lead_id = "Id"
created_at = "Created"
outcome = "Stage"
won = ["Won"]
lost = ["Lost"]
closed_at = "Closed"
[target]
horizon_days = {HORIZON}
[policy]
explore = {EXPLORE}
"""
    (folder / "leadgate.toml").write_text(toml, encoding="utf-8")
    return Config.load(folder / "leadgate.toml")


def logged(leads: pd.DataFrame, decided: Decisions, readiness: Floats, digest: str) -> pd.DataFrame:
    """Return the decisions of a round as the store keeps them."""
    return pd.DataFrame(
        {
            "lead_id": leads["Id"],
            "as_of": leads["Created"],
            "decided_at": leads["Created"],
            "shadow": False,
            "decision": decided.decision,
            "propensity": decided.propensity,
            "explored": decided.explored,
            "uses_capacity": decided.decision == HAND_OFF,
            "readiness": readiness,
            "arm": decided.arm,
            "policy_digest": digest,
        }
    )


def fitted(tables: Tables) -> LogisticRegression:
    """Return the law learned from the labels and weights of a training."""
    history = tables.history()
    snapshots = plan(history, [0])
    labels = label(history, snapshots, HORIZON)
    columns = {name: history.columns[name][snapshots.lead] for name in ("Size", "Source")}
    rows = labels.weight > 0
    X = matrix(columns["Size"].astype(np.float64), columns["Source"])
    return LogisticRegression(C=1e4).fit(X[rows], labels.y[rows], labels.weight[rows])


def matrix(size: Floats, source: Texts) -> Floats:
    """Return the columns of the law."""
    return np.column_stack([size, source == "fair"]).astype(np.float64)


def readiness_of(model: LogisticRegression, leads: pd.DataFrame) -> Floats:
    """Return P(won | worked) of leads by a model."""
    X = matrix(leads["Size"].to_numpy(), leads["Source"].to_numpy())
    return np.asarray(model.predict_proba(X)[:, 1])


def measure(mode: str, leads: int, rounds: int, seed: int) -> list[dict[str, float]]:
    """Return the figures after each retraining of one firm."""
    rng, rows = np.random.default_rng(seed), []
    start = pd.Timestamp("2023-01-02", tz="UTC")
    everyone, chance = people(leads, start, rng)
    everyone = everyone.assign(Id=[f"0-{k}" for k in range(leads)])
    export = closed(everyone, chance, np.ones(leads, dtype=bool), rng)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        config = config_in(folder, export)
        with Store(config.store_url) as store:
            stored = read_tables(store)
        model = fitted(load_tables(config))
        for number in range(1, rounds + 1):
            new, chance = people(leads, start + pd.Timedelta(days=DAYS * number), rng)
            new = new.assign(Id=[f"{number}-{k}" for k in range(leads)])
            readiness = readiness_of(model, new)
            policy = gate(readiness, f"{seed}")
            decided = decide_many(readiness, new["Id"].to_numpy(object), policy)
            log = logged(new, decided, readiness, policy.digest())
            stored = with_round(stored, log, policy)
            worked = decided.decision == HAND_OFF
            export = pd.concat([export, closed(new, chance, worked, rng)])
            config = config_in(folder, export)
            tables = joined(config, stored, mode)
            model = fitted(tables)
            below = below_the_line(model, policy.threshold, seed)
            rows.append({"ratio": below, "explored": explored_ratio(tables, stored)})
    return rows


def gate(readiness: Floats, key: str) -> Policy:
    """Return the policy of a round: two fifths of the leads, and exploration below them."""
    settings = PolicySettings(capacity_per_week=CAPACITY * 100, explore=EXPLORE)
    learned = Policy.learn(readiness, base_rate=0.2, leads_per_week=100.0, key=key)
    return learned.with_settings(settings)


def with_round(stored: StoredTables, log: pd.DataFrame, policy: Policy) -> StoredTables:
    """Return the store after one more round."""
    kept = {"policy_digest": policy.digest(), "explore": policy.explore, "control": policy.control}
    return replace(
        stored,
        decisions=pd.concat([stored.decisions.reindex(columns=log.columns), log])
        if len(stored.decisions)
        else log,
        policies=pd.concat([stored.policies, pd.DataFrame([kept])], ignore_index=True),
    )


def below_the_line(model: LogisticRegression, line: float, seed: int) -> float:
    """Return predicted over actual of fresh leads that a gate would hold back."""
    rng = np.random.default_rng(seed + 10_000)
    fresh, chance = people(FRESH, pd.Timestamp("2025-01-06", tz="UTC"), rng)
    readiness = readiness_of(model, fresh)
    rows = readiness < line
    return float(readiness[rows].sum() / chance[rows].sum())


def explored_ratio(tables: Tables, stored: StoredTables) -> float:
    """Return what explored leads stand for beyond themselves, over the leads held back."""
    assert tables.stands_for is not None
    explored = stored.decisions.loc[stored.decisions["explored"].astype(bool), "lead_id"]
    held = int((stored.decisions["decision"] == NURTURE).sum())
    return float((tables.stands_for[explored] - 1.0).sum() / held)


def run(worlds: int = 10, leads: int = 5_000, rounds: int = 3, first_seed: int = 1) -> Figures:
    """Retrain in as many firms, as now and as before."""
    rows: dict[str, dict[str, float]] = {}
    for mode in MODES:
        made = [measure(mode, leads, rounds, first_seed + k) for k in range(worlds)]
        for number in range(rounds):
            ratios = [firm[number]["ratio"] for firm in made]
            rows[f"{mode}, retraining {number + 1}"] = {
                "firms": worlds,
                "ratio": float(np.mean(ratios)),
                "lowest": min(ratios),
                "highest": max(ratios),
                "explored": float(np.mean([firm[number]["explored"] for firm in made])),
            }
    return rows
