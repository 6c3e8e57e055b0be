"""One content is one history, whether files or frames hold it; for requests: test_lead_history."""

import dataclasses
import math
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given

from features.history.first_values import with_first_values
from features.history.lead_history import LeadHistory
from features.parsing.times import iso
from features.tables import load_tables
from leadgate.config import Config
from tests.features.history.test_lead_history import arrays
from tests.features.worlds import EXAMPLES, World, activity, change, outcome, worlds

EVENT = ("lead_id", "type", "occurred_at", "channel", "content")
CHANGE = ("lead_id", "field", "value", "changed_at")
OPTIONAL = {name: name for name in ("recorded_at", "value", "channel", "content")}


def distinct(rows, names):
    """Return the first row of each combination: files let no activity or change in twice."""
    first = {tuple(row[name] for name in names): row for row in reversed(rows)}
    return [*reversed(first.values())]


def acceptable(world):
    """Return what a file may hold: no repeats, no change to nothing, no close before creation."""
    created = {row["lead_id"]: row["created_at"] for row in world.leads}
    return World(
        world.leads,
        distinct(world.activities, EVENT),
        distinct([row for row in world.changes if row["value"]], CHANGE),
        [
            # A closing has a time of day, or it would count from the end of its day.
            {**row, **{name: row[name] + 1 for name in ("closed_at", "recorded_at")}}
            for row in world.outcomes
            if row["closed_at"] >= created[row["lead_id"]]
        ],
    )


def as_text(name, value):
    if name.endswith("_at"):
        return iso(value)
    return "" if isinstance(value, float) and math.isnan(value) else value


def configured(world, folder):
    """Write the tables of a world as people export them, and return their configuration."""

    def written(name, rows, example):
        texts = [{k: as_text(k, v) for k, v in row.items()} for row in rows]
        pd.DataFrame(texts, columns=[*example]).to_csv(Path(folder) / name, index=False)
        return name

    data = {
        "leads": written("leads.csv", world.leads, world.leads[0]),
        "activities": [
            {"path": written("visits.csv", world.activities, activity("", 0, "")), **OPTIONAL}
        ],
        "field_changes": written("changes.csv", world.changes, change("", "", "", 0)),
        "outcomes": written("deals.csv", world.outcomes, outcome("", "", 0)),
    }
    columns = {"lead_id": "lead_id", "created_at": "created_at", "account_id": "account_id"}
    return Config.from_dict({"data": data, "columns": columns}, folder=Path(folder))


@given(worlds())
@EXAMPLES
def test_files_and_frames_give_one_history(world):
    world = acceptable(world)
    with tempfile.TemporaryDirectory() as folder:
        tables = load_tables(configured(world, folder))
    leads, visits, changes, closed = world.tables()
    history = LeadHistory.from_tables(
        leads, visits, with_first_values(changes, leads), closed, has_clock=tables.has_clock
    )
    assert tables.quarantine.count == 0
    assert str(arrays(tables.history())) == str(arrays(history))
    assert dataclasses.replace(tables, until=history.until).history().until == tables.until
