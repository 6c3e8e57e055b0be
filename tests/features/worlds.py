"""Small CRMs for the tests of the features: as plain rows, as tables, and as records."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from features import LeadHistory
from features.parsing.times import US_PER_DAY, iso

# Neither the speed of the machine nor what else it does is a fault of the code.
EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HALF_DAY = US_PER_DAY // 2
START = 20_000 * US_PER_DAY
TYPES = ("pricing_view", "webinar", "newsletter", "rare_one", "rare_two", "call", "never_trained")


@dataclass(frozen=True)
class World:
    """Rows of a CRM; times are microseconds since the epoch, UTC."""

    leads: list[dict] = field(default_factory=list)
    activities: list[dict] = field(default_factory=list)
    changes: list[dict] = field(default_factory=list)
    outcomes: list[dict] = field(default_factory=list)

    def tables(self):
        """Return leads, activities, changes and outcomes with canonical columns and types."""
        tables = [pd.DataFrame(self.leads)]
        for rows, example in (
            (self.activities, activity("", 0, "")),
            (self.changes, change("", "", "", 0)),
            (self.outcomes, outcome("", "", 0)),
        ):
            tables.append(pd.DataFrame(rows, columns=[*example]))
        for table in tables:
            for name in [name for name in table.columns if name.endswith("_at")]:
                instants = table[name].to_numpy(dtype=np.int64).view("datetime64[us]")
                table[name] = pd.Series(instants, index=table.index).dt.tz_localize("UTC")
        return tables

    def history(self):
        return LeadHistory.from_tables(*self.tables())

    def records(self):
        """Return the same as mappings of JSON values."""
        lists = vars(self).values()
        return tuple(
            [{k: iso(v) if k.endswith("_at") else v for k, v in row.items()} for row in rows]
            for rows in lists
        )

    def known_at(self, at):
        """Return the world without what happens, or is recorded, only after an instant."""
        activities = [
            a for a in self.activities if max(a["occurred_at"] + 1, a["recorded_at"]) <= at
        ]
        changes = [c for c in self.changes if c["changed_at"] <= at]
        outcomes = [o for o in self.outcomes if max(o["closed_at"], o["recorded_at"]) <= at]
        return replace(self, activities=activities, changes=changes, outcomes=outcomes)


def lead(lead_id, created, **attributes):
    return {"lead_id": lead_id, "created_at": created, **attributes}


def activity(lead_id, occurred, kind, delay=0, value=math.nan, channel="", content=""):
    times = {"occurred_at": occurred, "recorded_at": occurred + delay}
    details = {"value": value, "channel": channel, "content": content}
    return {"lead_id": lead_id, "type": kind, **times, **details}


def change(lead_id, name, value, changed):
    return {"lead_id": lead_id, "field": name, "value": value, "changed_at": changed}


def outcome(lead_id, kind, closed, delay=0):
    return {
        "lead_id": lead_id,
        "outcome": kind,
        "closed_at": closed,
        "recorded_at": closed + delay,
    }


@st.composite
def worlds(draw, max_activities=25):
    """Draw a world on a grid of half days, so that instants coincide with each other often."""
    ids = draw(st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=4, unique=True))
    half_days = st.integers(0, 60)
    source = st.sampled_from(["Web", "Event", "Fair", "Unheard of", ""])
    leads = [
        lead(
            lead_id,
            START + draw(half_days) * HALF_DAY,
            account_id=draw(st.sampled_from(["", "Acme", "Acme", "Bolt"])),
            Source=draw(source),
            Employees=draw(st.sampled_from(["", "12", "3,5", "many"])),
            Asked=draw(st.sampled_from(["", "true", "false", "perhaps"])),
        )
        for lead_id in ids
    ]
    any_lead, delay = st.sampled_from(ids), st.sampled_from([0, 0, 1, 7, 60])
    moment = st.integers(-10, 240)
    details = st.tuples(
        st.sampled_from([math.nan, 0.5, 3.0, -1.0]),
        st.sampled_from(["", "email", "web", "fax"]),
        st.sampled_from(["", "prices", "jobs"]),
    )
    rows = draw(
        st.lists(
            st.tuples(any_lead, moment, st.sampled_from(TYPES), delay, details),
            max_size=max_activities,
        )
    )
    activities = [activity(a, START + b * HALF_DAY, c, d * HALF_DAY, *e) for a, b, c, d, e in rows]
    rows = draw(
        st.lists(
            st.tuples(any_lead, st.sampled_from(["Source", "Stage"]), source, moment), max_size=8
        )
    )
    changes = [change(a, b, c, START + d * HALF_DAY) for a, b, c, d in rows]
    closed = draw(st.lists(any_lead, unique=True))
    kinds = st.sampled_from(["won", "lost"])
    outcomes = [
        outcome(a, draw(kinds), START + draw(moment) * HALF_DAY, draw(delay) * HALF_DAY)
        for a in closed
    ]
    return World(leads, activities, changes, outcomes)


def moments():
    """Draw an instant on the grid of `worlds`."""
    return st.integers(-10, 250).map(lambda half_days: START + half_days * HALF_DAY)


def training_world(n=400, seed=0):
    """Return a larger world: three common types, two rare ones, and attributes of every kind."""
    rng = np.random.default_rng(seed)
    world = World()
    for row in range(n):
        lead_id, created = f"{row:04d}", START + int(rng.integers(0, 90 * 24)) * US_PER_DAY // 24
        attributes = {
            "account_id": f"firm {row // 3}" if row % 2 else "",
            "Source": str(rng.choice(["Web", "Event", "Fair", ""], p=[0.5, 0.3, 0.1, 0.1])),
            "Employees": str(rng.integers(1, 500)),
            "Asked": str(rng.choice(["true", "false", ""])),
        }
        world.leads.append(lead(lead_id, created, **attributes))
        if rng.random() < 0.3:
            changed = created + int(rng.integers(0, 40)) * US_PER_DAY
            world.changes.append(
                change(lead_id, "Stage", str(rng.choice(["Open", "Met"])), changed)
            )
        for kind in rng.choice(TYPES[:3], rng.integers(0, 8)):
            at = created + int(rng.integers(0, 60 * 24)) * US_PER_DAY // 24
            delay, value = int(rng.integers(0, 3)) * HALF_DAY, float(rng.integers(0, 5))
            details = str(rng.choice(["", "email", "web"])), str(rng.choice(["", "prices", "jobs"]))
            world.activities.append(activity(lead_id, at, str(kind), delay, value, *details))
        if row < 3:
            for kind in ("rare_one", "rare_two"):
                world.activities.append(activity(lead_id, created + US_PER_DAY, kind))
        world.activities.append(activity(lead_id, created + US_PER_DAY, "call"))
    return world
