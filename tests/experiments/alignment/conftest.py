"""Exports of which it is known what became of every lead."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.alignment.lead_states import lead_states
from experiments.simulation import WorldSettings, simulate
from features import LeadHistory
from features.tables import load_tables
from leadgate.config import Config
from tests.training.exports import config_of, flat_leads
from training.learn import learn

OUTCOMES = {
    "worked and won": ("won", "2025-01-02", "2025-01-03"),
    "won without sales contact": ("won", "2025-01-02", ""),
    "worked and lost": ("lost", "2025-01-02", "2025-01-04"),
    "given up": ("lost", "2025-01-02", "2025-01-04"),
    "lost without contact": ("lost", "2025-01-02", ""),
    "in work": ("", "2025-01-02", "2025-03-30"),
    "stalled": ("", "2025-01-02", "2025-01-06"),
    "waiting": ("", "2025-03-28", ""),
    "ignored": ("", "2025-01-02", ""),
    "kept": ("", "", ""),
}


def one_of_each() -> LeadHistory:
    """One lead for each thing that can become of one, in the order of `OUTCOMES`; ids 0 to 9."""
    ids = [str(k) for k in range(len(OUTCOMES))]
    outcome, handed_off, worked = zip(*OUTCOMES.values(), strict=True)
    leads = pd.DataFrame({"lead_id": ids, "created_at": "2025-01-01", "Source": "web"})
    outcomes = pd.DataFrame({"lead_id": ids, "outcome": outcome, "closed_at": "2025-02-01"})
    handoffs = pd.DataFrame(
        {"lead_id": ids, "handed_off_at": handed_off, "first_worked_at": worked}
    )
    visits = pd.DataFrame({"lead_id": ids, "occurred_at": "2025-01-05", "type": "visit"})
    return LeadHistory.from_tables(
        leads,
        visits,
        outcomes=outcomes[outcomes["outcome"] != ""],
        handoffs=handoffs[handoffs["handed_off_at"] != ""],
        until="2025-03-31",
    )


def nobody(history):
    return np.zeros(len(history), dtype=bool)


def states_of(history):
    return lead_states(history, nobody(history), nobody(history), 14)


@pytest.fixture(scope="session")
def flat(tmp_path_factory):
    """A flat export with a signal, and what was learned from it."""
    config = config_of(
        tmp_path_factory.mktemp("flat"), flat_leads(700), target={"horizon_days": 30}
    )
    return config, learn(config, load_tables(config))


@pytest.fixture(scope="session")
def simulated(tmp_path_factory):
    """A simulated CRM with handoffs and activities, and what was learned from it."""
    world = simulate(WorldSettings(n_leads=2_000, seed=3))
    config = Config.load(world.export(tmp_path_factory.mktemp("world")))
    return config, learn(config, load_tables(config))
