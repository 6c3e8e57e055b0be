"""How often the 90 % intervals of the effect by a control group hold the truth, on simulated logs.

Leads of accounts; half of them reach the line, and sales adds to the chance of those outside the
control group. The truth is what the gate adds to the mean chance of the leads drawn. An interval of
a fair estimate holds it in 86 to 94 % of 200 logs. With a base rate of 2 % few leads of the control
group are won.
"""

from __future__ import annotations

import numpy as np

from benchmarks.machinery.catalogue import Figures
from experiments.effect.trial import effect_of
from experiments.simulation.logs import draw_trial

USUAL_TIME = "4 min"
SMALL = {"repeats": 2, "leads": 1_000, "rates": (0.1,)}


def run(
    repeats: int = 200, leads: int = 4_000, control: float = 0.1,
    rates: tuple[float, ...] = (0.1, 0.02),
) -> Figures:  # fmt: skip
    """Draw as many logs for each base rate."""
    result: dict[str, dict[str, float]] = {}
    for rate in rates:
        rows: dict[str, list[list[float]]] = {}
        for seed in range(repeats):
            trial, truth = draw_trial(leads, control, seed, rate)
            for name, m in effect_of(trial).estimates.items():
                inside, width = m.low <= truth <= m.high, (m.high - m.low) / truth
                rows.setdefault(name, []).append([inside, m.value / truth - 1, width])
        for name, values in rows.items():
            held, error, width = np.mean(values, axis=0).tolist()
            key = f"{name.replace('_', ' ')}, base rate {rate:.0%}"
            result[key] = {"logs": repeats, "held": held, "error": error, "width": width}
    return result
