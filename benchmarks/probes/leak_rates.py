"""How often the leak probe leaves out an honest column, and finds a leak, in worlds of known truth.

By the number of leads and the base rate: worlds without a leak, with one of each kind, with several
weak ones that sales fills as it comes on with a lead, and with several that only the win has in
common. Of the last honest flags are part, which nothing in the data separates from them.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.inputs.leadforge import bare
from benchmarks.inputs.leak_worlds import leak_world
from benchmarks.machinery.catalogue import Figure, Figures
from training.leakage.past import Past
from training.leakage.probe import find_leaks

USUAL_TIME = "4 min"
SMALL = {"repeats": 1, "sizes": (1_000,), "base_rates": (0.2,)}
CONFIG = bare([0])
# So many leads and wins before the test window are evidence enough for all but the weakest kinds.
ENOUGH_LEADS, ENOUGH_WINS = 4_000, 100
WEAKEST = {"filled for some won", "name of today"}
NEAR, APART = "several weak ones, near", "several weak ones, apart"


@dataclass
class Count:
    """What was found of the leaks of one kind, and of the honest columns, over some worlds."""

    columns: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, names: Sequence[str], suspects: set[str]) -> None:
        """Count the columns of one world."""
        self.columns += len(names)
        self.left_out.update(suspects.intersection(names))

    @property
    def rate(self) -> float:
        """The share that was left out."""
        return self.left_out.total() / self.columns


def cell(leads: int, base_rate: float, repeats: int) -> dict[str, Figure]:
    """Probe worlds of one size and base rate."""
    kinds: defaultdict[str, Count] = defaultdict(Count)
    honest, beside_apart, seconds, wins = Count(), Count(), [], []
    for seed in range(repeats):
        for leaky in ("", "strong", "near", "apart"):
            world = leak_world(leads, base_rate, seed, leaky=leaky)
            begin = time.perf_counter()
            suspects = {suspect.name for suspect in find_leaks(world.history, CONFIG).suspects}
            seconds.append(time.perf_counter() - begin)
            (beside_apart if leaky == "apart" else honest).add(world.honest, suspects)
            for kind, names in world.leaks.items():
                kinds[kind].add(names, suspects)
            wins.append(int(Past.of(world.history, CONFIG).history.won.sum()))
    strong = [kinds[k].rate for k in kinds if k not in {*WEAKEST, NEAR, APART}]
    row: dict[str, Figure] = {
        "wins": round(float(np.mean(wins))),
        "honest": honest.columns,
        "false_alarms": honest.left_out.total(),
        "false_alarm_rate": honest.rate,
        "left_out": ", ".join(sorted(honest.left_out)),
        "strong": float(np.mean(strong)),
        "near": kinds[NEAR].rate,
        "apart": kinds[APART].rate,
        "lost_beside_apart": beside_apart.left_out.total(),
        "not_always": ", ".join(
            f"{k} {c.rate:.0%}" for k, c in kinds.items() if c.rate < 1 and k not in {NEAR, APART}
        ),
        "longest_seconds": max(seconds),
    }
    if leads >= ENOUGH_LEADS and np.mean(wins) >= ENOUGH_WINS:
        row |= {"strong_with_enough": row["strong"], "near_with_enough": row["near"]}
    return row


def cells(
    sizes: Sequence[int], base_rates: Sequence[float], repeats: int
) -> Iterator[tuple[str, dict[str, Figure]]]:
    """Yield a row for each size and base rate."""
    for leads in sizes:
        for base_rate in base_rates:
            yield f"{leads:,} leads, {base_rate:.0%} won", cell(leads, base_rate, repeats)


def run(
    repeats: int = 5,
    sizes: Sequence[int] = (1_000, 4_000, 20_000),
    base_rates: Sequence[float] = (0.01, 0.05, 0.20, 0.50),
) -> Figures:
    """Probe them all."""
    return dict(cells(sizes, base_rates, repeats))
