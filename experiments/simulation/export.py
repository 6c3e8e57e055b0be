"""A world written as the plain export of a CRM, with the configuration that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from experiments.simulation.settings import WorldSettings
from leadgate.config import FILE_NAME

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
EXPORT_NAMES = {"lead_id": "LeadId", "account_id": "AccountId", "created_at": "CreatedDate"}

CONFIGURATION = """\
# A simulated CRM: {n_leads} leads created within {days} days from {start}, seed {seed}.

[data]
leads = "leads.csv"                 # one row for each lead, with what was known when it came
outcomes = "outcomes.csv"           # won and lost deals; a lead without one is open
handoffs = "handoffs.csv"           # when marketing handed off a lead, when sales first worked it
sales_types = ["call"]              # happens only because sales works the lead: never a feature

[[data.activities]]
path = "activities.parquet"         # what leads did; some of it is imported days later
lead_id = "lead_id"
type = "type"
occurred_at = "occurred_at"
recorded_at = "recorded_at"
channel = "channel"
content = "content"

[columns]
lead_id = "LeadId"
account_id = "AccountId"
created_at = "CreatedDate"
own_score = "Rating"                # the points that sales gives today: a baseline, no feature
personal = ["Email"]                # never a feature, never logged
segments = ["LeadSource", "Industry"]

[target]
horizon_days = {horizon_days:g}                   # a win within this many days counts
# Looked at until they are as old as the open leads that are scored.
snapshot_ages_days = [0, 7, 14, 30, 60, 90, 120, 150, 180, 240, 300]

[policy]
capacity_per_week = {capacity}             # half of the leads that come in
cost_per_handoff = 40.0             # what one handoff costs sales
value_per_win = 5000.0              # what one won deal brings
explore = 0.03                      # share of the leads below the threshold handed off at random
"""


def write_export(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    activities: pd.DataFrame,
    settings: WorldSettings,
) -> Path:
    """Write each table as CSV, the activities as Parquet, and leadgate.toml; return its path.

    Times in CSV files are ISO 8601 in UTC with whole seconds. `folder` is made if need be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        columns = EXPORT_NAMES if name == "leads" else {}
        _with_text_times(table).rename(columns=columns).to_csv(folder / f"{name}.csv", index=False)
    activities.to_parquet(folder / "activities.parquet", index=False)
    path = folder / FILE_NAME
    path.write_text(_configuration(settings), encoding="utf-8")
    return path


def _with_text_times(table: pd.DataFrame) -> pd.DataFrame:
    times = table.select_dtypes("datetimetz").columns
    return table.assign(**{name: table[name].dt.strftime(TIME_FORMAT) for name in times})


def _configuration(settings: WorldSettings) -> str:
    arrivals = settings.n_leads * 7 / settings.days
    return CONFIGURATION.format(
        n_leads=settings.n_leads,
        days=settings.days,
        start=settings.start,
        seed=settings.seed,
        horizon_days=settings.horizon_days,
        capacity=max(round(arrivals / 2), 1),
    )
