"""How often the leak probe leaves out an honest column, and finds a leak, in worlds of known truth.

By the number of leads and the base rate: worlds without a leak, with one of each kind, with several
weak ones that sales fills as it comes on with a lead, and with several that only the win has in
common. Of the last honest flags are part, which nothing in the data separates from them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.inputs.leadforge import bare
from benchmarks.inputs.leak_worlds import leak_world
from benchmarks.machinery.catalogue import Figure, Figures
from training.leakage.past import Past
from training.leakage.probe import find_leaks

USUAL_TIME = "4 min"
SMALL = {"repeats": 1, "sizes": (1_000,), "base_rates": (0.2,)}
CONFIG = bare([0])
# So many wins before the test window are evidence enough for every kind but the weakest.
ENOUGH = 100
WEAKEST = {"filled for some won", "name of today"}
LEAKY = ("", "strong", "near", "apart")


def cell(leads: int, base_rate: float, repeats: int) -> dict[str, Figure]:
    """Probe worlds of one size and base rate."""
    honest, lost = 0, 0
    found: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    longest, wins, left_out = 0.0, 0.0, Counter[str]()
    for seed in range(repeats):
        for leaky in LEAKY:
            world = leak_world(leads, base_rate, seed, leaky=leaky)
            begin = time.perf_counter()
            suspects = {suspect.name for suspect in find_leaks(world.history, CONFIG).suspects}
            longest = max(longest, time.perf_counter() - begin)
            if leaky != "apart":
                honest, lost = honest + len(world.honest), lost + len(suspects & {*world.honest})
                left_out.update(suspects & {*world.honest})
            for kind, names in world.leaks.items():
                planted[kind] += len(names)
                found[kind] += len(suspects & {*names})
            wins += Past.of(world.history, CONFIG).history.won.sum() / (repeats * len(LEAKY))
    kinds = {kind: found[kind] / planted[kind] for kind in planted}
    strong = [kinds[k] for k in kinds if k not in WEAKEST and not k.startswith("several")]
    row: dict[str, Figure] = {
        "wins": round(wins),
        "honest": honest,
        "false_alarms": lost,
        "false_alarm_rate": lost / honest,
        "left_out": ", ".join(sorted(left_out)),
        "strong": sum(strong) / len(strong),
        "longest_seconds": longest,
    }
    if wins >= ENOUGH:
        row["strong_with_enough_wins"] = row["strong"]
        row["weak_with_enough_wins"] = kinds["several weak ones, near"]
    return row | {kind.replace(" ", "_").replace(",", ""): rate for kind, rate in kinds.items()}


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
