"""Count what the leak probe finds, and what it finds without cause, where the truth is known.

    python benchmarks/bench_leaks.py [--repeats 3] [--leads 5000]

The real sets (where LEADGATE_DATA names their folder) with nothing declared; the leads of the
package leadforge, which declares its own leaks; and simulated CRMs without any leak, once as they
are and once with columns planted. Then the time that 40,000 rows take.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from benchmarks.data_sets import DATASETS
from experiments.simulation import WorldSettings, simulate
from features.history.lead_history import LeadHistory
from features.parsing.values import text_column
from features.tables import load_tables
from leadgate.config import Config
from training.leakage.probe import find_leaks

KNOWN = {
    "bank": {"duration"},
    "olist": set(),
    "marketstar": {"ConvertedOpportunityId", "DisqualifiedReason", "OwnerEmployeeId"},
    "x_education": {
        "Asymmetrique Activity Index", "Asymmetrique Activity Score",
        "Asymmetrique Profile Index", "Asymmetrique Profile Score", "Last Activity",
        "Last Notable Activity", "Lead Profile", "Lead Quality", "Tags",
    },
    "bpi2012": {"O_ACCEPTED", "O_DECLINED"},
}  # fmt: skip

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


def judge(name: str, history: LeadHistory, config: Config, known: set[str]) -> dict[str, object]:
    """Probe one history; return a row of the table. `known` are the leaks in it."""
    begin = time.perf_counter()
    report = find_leaks(history, config)
    found = {suspect.name for suspect in report.suspects}
    return {
        "set": name,
        "leads": len(history),
        "columns": len(history.columns) + len(history.activities.type.texts),
        "known": len(known),
        "found": len(known & found),
        "missed": ", ".join(sorted(known - found)),
        "without cause": ", ".join(sorted(found - known)),
        "seconds": round(time.perf_counter() - begin, 1),
    }


def real() -> Iterator[dict[str, object]]:
    """Yield a row for each real set, whose known leaks are not named in its configuration."""
    for name, known in KNOWN.items():
        config = Config.load(DATASETS / f"{name}.toml")
        columns = config.columns.model_copy(update={"after_outcome": []})
        config = config.model_copy(update={"columns": columns})
        yield judge(name, load_tables(config).history(), config, known)


def leadforge(leads: int, repeats: int) -> Iterator[dict[str, object]]:
    """Yield a row for each world of leadforge with leaks planted."""
    for difficulty in ("intro", "intermediate", "advanced"):
        for seed in range(repeats):
            for shape, history in forged(leads, difficulty, seed).items():
                name = f"leadforge {difficulty} {seed} {shape}"
                yield judge(name, history, bare([SEEN_AFTER_DAYS]), PLANTED)


def simulated(leads: int, seed: int, *, planted: bool) -> dict[str, object]:
    """Return the row of one simulated CRM, with or without leaks planted."""
    world = simulate(WorldSettings(n_leads=leads, seed=seed))
    known: set[str] = set()
    table = world.leads.drop(columns="Rating")
    if planted:
        plant(table, world.outcomes, np.random.default_rng(seed))
        known = {"Signed By", "Call Seconds", "Deal Stage"}
    history = LeadHistory.from_tables(
        table, world.activities, outcomes=world.outcomes, handoffs=world.handoffs,
        until=world.until,
    )  # fmt: skip
    config = bare([0, 7, 14, 30, 60, 90], world.settings.horizon_days)
    return judge(f"simulated {seed}{' planted' if planted else ''}", history, config, known)


def plant(table: pd.DataFrame, outcomes: pd.DataFrame, rng: np.random.Generator) -> None:
    """Add a column filled for wins, one that is shorter for losses, and a stage of the sale."""
    outcome = table["lead_id"].map(outcomes.set_index("lead_id")["outcome"])
    won, lost, n = (outcome == "won").to_numpy(), (outcome == "lost").to_numpy(), len(table)
    table["Signed By"] = np.where(won & (rng.random(n) < 0.9), rng.choice(["A", "B"], n), "")
    seconds = rng.gamma(2, 100, n) + np.where(lost, 0, 120)
    table["Call Seconds"] = seconds.round().astype(int).astype(str)
    ended = np.where(won, "agreed", "refused")
    met = rng.random(n) < 0.5
    table["Deal Stage"] = np.where((won | lost) & met, ended, "met")


def summed(rows: list[dict[str, object]]) -> None:
    """Print the table and what it comes to."""
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    causeless = (table["without cause"] != "").sum()
    print(
        f"found {table['found'].sum()} of {table['known'].sum()} known leaks; "
        f"a suspect without cause in {causeless} of {len(table)} sets\n",
        flush=True,
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--leads", type=int, default=5_000)
    given = parser.parse_args()
    if os.environ.get("LEADGATE_DATA"):
        summed([*real()])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        summed([*leadforge(given.leads, given.repeats)])
    for planted in (False, True):
        summed([simulated(given.leads, seed, planted=planted) for seed in range(given.repeats)])
    print(pd.DataFrame([simulated(40_000, 0, planted=True)]).to_string(index=False))


if __name__ == "__main__":
    main()
