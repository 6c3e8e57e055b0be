"""Leads of the package leadforge, which declares its own leaks."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from features.history.lead_history import LeadHistory
from features.parsing.values import text_column
from leadgate.config import Config

# What leadforge itself marks as looking beyond the day of the snapshot (``leakage_risk``).
PLANTED = {"current_stage", "is_sql", "total_touches_all"}
SEEN_AFTER_DAYS = 30
_LABEL, _RECIPE = "converted_within_90_days", "b2b_saas_procurement_v1"


def forged(n_leads: int, difficulty: str, seed: int) -> dict[str, LeadHistory]:
    """Simulate leads with leadforge: as one flat table, and with their touches beside it."""
    from leadforge.api.generator import Generator
    from leadforge.render.snapshots import build_snapshot

    made = Generator.from_recipe(_RECIPE, seed=seed, exposure_mode="research_instructor")
    world = made.generate(n_leads=n_leads, difficulty=difficulty)
    result = world.simulation_result
    flat = build_snapshot(
        result,
        world.population,
        snapshot_day=SEEN_AFTER_DAYS,
        difficulty_params=world.spec.config.difficulty_params,
        seed=seed,
    )
    ids = flat["lead_id"].astype(str)
    kept = [c for c in flat if c not in ("lead_id", "contact_id", "lead_created_at", _LABEL)]
    leads = pd.DataFrame({name: text_column(flat[name].astype(object)) for name in kept})
    leads["lead_id"] = ids
    leads["created_at"] = pd.to_datetime(flat["lead_created_at"], utc=True)
    won = flat[_LABEL].astype(bool).map({True: "won", False: "lost"})
    outcomes = pd.DataFrame({"lead_id": ids, "outcome": won})
    acts = pd.DataFrame(
        {
            "lead_id": [touch.lead_id for touch in result.touches],
            "occurred_at": pd.to_datetime([t.touch_timestamp for t in result.touches], utc=True),
            "type": [touch.touch_type for touch in result.touches],
        }
    )
    return {
        "flat": LeadHistory.from_tables(leads, outcomes=outcomes),
        "with touches": LeadHistory.from_tables(leads, acts, outcomes=outcomes),
    }


def bare(ages_days: Collection[float], horizon_days: float | None = None) -> Config:
    """Return a configuration that declares nothing."""
    return Config.from_dict(
        {
            "data": {"leads": "leads.csv"},
            "columns": {"lead_id": "a", "created_at": "b", "outcome": "c", "won": ["won"]},
            "target": {"snapshot_ages_days": list(ages_days), "horizon_days": horizon_days},
        }
    )
