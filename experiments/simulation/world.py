"""One simulated CRM: its tables and its truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments.simulation.export import write_export
from experiments.simulation.settings import WorldSettings
from experiments.simulation.truth import Truth


@dataclass(frozen=True)
class World:
    """One simulated CRM, cut at `until`: four tables with canonical columns, and the truth.

    Attributes
    ----------
    settings
        What was simulated.
    until
        The end of the data (UTC); nothing recorded later is in a table.
    leads
        lead_id, created_at, account_id, the attributes under their export names, and Rating, the
        points that sales gives today.
    activities
        lead_id, type, occurred_at, recorded_at, channel, content.
    outcomes
        lead_id, outcome, closed_at, amount, recorded_at.
    handoffs
        lead_id, handed_off_at, first_worked_at, person.
    truth
        The hidden journeys.
    """

    settings: WorldSettings
    until: pd.Timestamp
    leads: pd.DataFrame
    activities: pd.DataFrame
    outcomes: pd.DataFrame
    handoffs: pd.DataFrame
    truth: Truth

    def export(self, folder: Path) -> Path:
        """Write the tables as a plain CRM export with a commented leadgate.toml; return its path.

        leads.csv, outcomes.csv, handoffs.csv and activities.parquet; `folder` is made.
        """
        tables = {"leads": self.leads, "outcomes": self.outcomes, "handoffs": self.handoffs}
        return write_export(folder, tables, self.activities, self.settings)
