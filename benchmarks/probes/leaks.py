"""What the leak probe finds, and what it suspects without cause, where the truth is known.

The real sets with nothing declared; the leads of the
package leadforge, which declares its own leaks; and simulated CRMs without any leak, once as they
are and once with columns planted. Then the time that 40,000 rows take.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.inputs.known_columns import NAMES, known_columns
from benchmarks.inputs.leadforge import PLANTED, SEEN_AFTER_DAYS, bare, forged
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from experiments.simulation import WorldSettings, simulate
from features.history.lead_history import LeadHistory
from leadgate.config import Config
from training.leakage.probe import find_leaks

USUAL_TIME = "3 min"
SMALL = {"repeats": 1, "leads": 800, "large": 1_000, "sets": "simulated"}
NEEDS = (NEEDS_DATA,)
OLDEST = 4_000
LEAKS_PLANTED = {"Signed By", "Call Seconds", "Deal Stage"}


def probed(
    history: LeadHistory, config: Config, leaks: set[str], clean: set[str] | None = None
) -> dict[str, Figure]:
    """Probe a history; `leaks` are those in it, `clean` what is surely none (left out: the rest).

    A leak is found where it is certain or suspected, an honest column lost where it is.
    """
    begin = time.perf_counter()
    report = find_leaks(history, config)
    seconds = time.perf_counter() - begin
    suspects = {suspect.name for suspect in report.suspects}
    lost = suspects - leaks if clean is None else suspects & clean
    return {
        "leads": len(history),
        "columns": len(history.columns) + len(history.activities.type.texts),
        "leaks": len(leaks),
        "suspected": len(leaks & suspects),
        "not_found": len(leaks - suspects),
        "missed": ", ".join(sorted(leaks - suspects)),
        "without_cause": ", ".join(sorted(lost)),
        "causeless": len(lost),
        "unsure": ", ".join(sorted(suspects - leaks - lost)),
        "seconds": seconds,
    }


def real() -> Iterator[tuple[str, dict[str, Figure]]]:
    """Yield a row for each real set, whose leaks are not named in its configuration."""
    for name in NAMES:
        real_set = known_columns(name)
        yield (
            name,
            probed(real_set.history, real_set.config, real_set.leak, real_set.clean),
        )
    real_set = known_columns("x_education")
    oldest = real_set.history.cut(int(np.sort(real_set.history.order)[OLDEST]))
    yield (
        f"x_education, oldest {OLDEST:,}",
        probed(oldest, real_set.config, real_set.leak, real_set.clean),
    )


def leadforge(leads: int, repeats: int) -> Iterator[tuple[str, dict[str, Figure]]]:
    """Yield a row for each world of leadforge with leaks planted."""
    for difficulty in ("intro", "intermediate", "advanced"):
        for seed in range(repeats):
            for shape, history in forged(leads, difficulty, seed).items():
                row = probed(history, bare([SEEN_AFTER_DAYS]), PLANTED)
                yield f"leadforge {difficulty} {seed} {shape}", row


def simulated(leads: int, seed: int, *, planted: bool) -> dict[str, Figure]:
    """Return the row of a simulated CRM, with or without leaks planted."""
    world = simulate(WorldSettings(n_leads=leads, seed=seed))
    table = world.leads.drop(columns="Rating")
    if planted:
        plant(table, world.outcomes, np.random.default_rng(seed))
    history = LeadHistory.from_tables(
        table, world.activities, outcomes=world.outcomes, handoffs=world.handoffs,
        until=world.until,
    )  # fmt: skip
    config = bare([0, 7, 14, 30, 60, 90], world.settings.horizon_days)
    return probed(history, config, LEAKS_PLANTED if planted else set())


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


def run(repeats: int = 2, leads: int = 5_000, large: int = 40_000, sets: str = "all") -> Figures:
    """Probe them all; `sets` may be `simulated` only."""
    rows: dict[str, dict[str, Figure]] = {}
    if sets == "all":
        rows |= dict(real())
        rows |= dict(leadforge(leads, repeats))
    for seed in range(repeats):
        rows[f"simulated {seed}"] = simulated(leads, seed, planted=False)
        rows[f"simulated {seed} planted"] = simulated(leads, seed, planted=True)
    rows[f"simulated {large:,} planted"] = simulated(large, 0, planted=True)
    return rows
