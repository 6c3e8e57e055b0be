"""Several weak leaks together: how many the probe leaves out, and what is then claimed.

Worlds in which honest columns cause the outcome and six others follow from it, by size, base rate
and kind of leak; beside them worlds without a leak whose honest columns are strong, drift or go
with how fast a lead closes, where leads are never closed, or won faster from month to month.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from benchmarks.inputs.leadforge import bare
from benchmarks.inputs.weak_leak_worlds import LEAKS, Nature, WeakWorld, weak_world
from benchmarks.machinery.catalogue import Figure, Figures
from training.leakage.past import Past
from training.leakage.probe import find_leaks
from training.leakage.scores import ColumnScores

USUAL_TIME = "8 min"
SMALL = {"repeats": 1, "sizes": (2_000,), "base_rates": (0.3,)}
CONFIG = bare([0])
HONEST: dict[str, dict[str, float]] = {
    "plain": {},
    "strong": {"strength": 2.6},
    "drifting": {"drift": 1.5, "strength": 1.6},
    "never closed": {"never_closed": 0.3, "strength": 1.6},
    "faster wins": {"speeding": 0.7, "strength": 2.0},
    "all of it": {"hasty": 0.3, "drift": 1.0, "strength": 2.6, "never_closed": 0.2},
}
# So many leads and so large a share of wins are evidence enough.
ENOUGH_LEADS, ENOUGH_RATE = 8_000, 0.3


@dataclass
class Tally:
    """What was left out in some worlds; AUCs with all columns, the rest and the honest ones."""

    leaks: int = 0
    honest: int = 0
    found: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    aucs: list[tuple[float, float, float]] = field(default_factory=list)

    def add(self, world: WeakWorld) -> None:
        """Probe a world."""
        suspects = {suspect.name for suspect in find_leaks(world.history, CONFIG).suspects}
        self.leaks += len(world.leaks)
        self.honest += len(world.honest)
        self.found += len(suspects.intersection(world.leaks))
        self.lost.update(suspects.intersection(world.honest))
        past = Past.of(world.history, CONFIG)
        if past.labelled is not None:
            lead = past.place[past.labelled.lead]
            scores = ColumnScores(past.whole.columns, past.labelled, lead, past.whole.accounts)
            rest = [name for name in scores.names if name not in suspects]
            sets = (scores.names, rest, world.honest)
            self.aucs.append((scores.auc(sets[0]), scores.auc(sets[1]), scores.auc(sets[2])))

    def figures(self) -> dict[str, Figure]:
        """Return the row."""
        claimed, rest, honest = np.mean(self.aucs, axis=0)
        return {
            "leaks": self.leaks,
            "found": self.found / self.leaks if self.leaks else None,
            "honest": self.honest,
            "lost": self.lost.total(),
            "lost_rate": self.lost.total() / self.honest,
            "lost_columns": ", ".join(sorted(self.lost)),
            "auc_all": float(claimed),
            "auc_left": float(rest),
            "auc_honest": float(honest),
        }


def tally(nature: Nature, leaky: str, repeats: int) -> Tally:
    """Probe some worlds of one kind."""
    result = Tally()
    for seed in range(repeats):
        result.add(weak_world(nature, seed, leaky))
    return result


def run(
    repeats: int = 3,
    sizes: tuple[int, ...] = (2_000, 8_000),
    base_rates: tuple[float, ...] = (0.05, 0.15, 0.3, 0.5),
) -> Figures:
    """Probe them all."""
    rows: dict[str, dict[str, Figure]] = {}
    for leads, rate in product(sizes, base_rates):
        where = f"{leads:,} leads, {rate:.0%} won"
        for leaky in LEAKS:
            row = tally(Nature(leads, rate), leaky, repeats).figures()
            if leads >= ENOUGH_LEADS and rate >= ENOUGH_RATE:
                row["found_with_enough"] = row["found"]
            rows[f"{where}, {leaky}"] = row
        for name, traits in HONEST.items():
            row = tally(Nature(leads, rate, **traits), "", repeats).figures()
            rows[f"{where}, honest, {name}"] = row | {"false_alarm_rate": row["lost_rate"]}
    return rows
