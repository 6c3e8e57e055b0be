"""The backtest beside the truth of simulated worlds: what it ranks, proves and covers.

The truth of a policy is the sum of the true chances of all leads: worked from their handoff, or
else left to marketing from their first Monday. Without a table of handoffs, and so without the
second arm, it is that of the leads handed off alone. In each world:

- `ranked`: gate, current CRM score and newest first stand in the true order (aim 19 of 20); a
  policy that is refused has no place in it;
- `right`, `wrong`: the paired difference to the current CRM score excludes zero on the true side or
  is refused (15 of 20), or excludes it on the other (never); `refused`: how often it is not given;
- `rates_held`, `differences_held`: the share of 90 % intervals, of the win rate of every policy and
  of every paired difference, that hold the truth (0.88 to 0.92 over 200 worlds).

With `sittings`, a file of one world a line, what was measured before is not measured again, and
`minutes` ends a sitting.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import exported
from benchmarks.machinery.catalogue import Figures
from experiments.backtest import Backtest, backtest
from experiments.simulation import World, WorldSettings
from features import load_tables
from features.parsing.times import timestamps

USUAL_TIME = "60 min"
SMALL = {"worlds": 1, "leads": 1_500, "kinds": ("default",), "handoffs": ("yes",)}
KINDS: Mapping[str, WorldSettings] = {
    "default": WorldSettings(),
    "confounding": WorldSettings(confounding=2.0),
    "hard": WorldSettings(hard=True, account_effect=0.5),
}
RANKED = ("gate", "current_score", "newest_first")


def true_wins(world: World, replayed: Backtest) -> dict[str, tuple[float, float]]:
    """Return the true wins of each policy, as the backtest counts them, and its true win rate."""
    pool, horizon = replayed.pool, world.settings.horizon_days
    ids, at = pd.Index(pool.history.lead_ids[pool.lead]), timestamps(pool.as_of)
    worked = world.truth.p_won(ids, at, horizon)
    left = world.truth.p_won(ids, at, horizon, worked=False) * replayed.all_leads
    first = pool.first[pool.lead] == pool.week
    result = {}
    for name, handed in replayed.handed.items():
        sent = handed[pool.lead] == pool.week
        waits = first & (handed[pool.lead] < 0)
        result[name] = (float(worked[sent].sum() + left[waits].sum()), float(worked[sent].mean()))
    return result


def measured(settings: WorldSettings, *, handoffs: bool) -> dict[str, Any]:
    """Replay one world and hold it against its truth."""
    with tempfile.TemporaryDirectory() as folder:
        world, config = exported(settings, Path(folder))
        if not handoffs:
            data = config.data.model_copy(update={"handoffs": None})
            config = config.model_copy(update={"data": data})
        tables = load_tables(config)
    begin = time.perf_counter()
    replayed = backtest(config, tables, curves=False)
    seconds = time.perf_counter() - begin
    truth = true_wins(world, replayed)
    names = [name for name in RANKED if not replayed.policies[name].refused]
    by_truth = sorted(names, key=lambda name: truth[name][0])
    by_estimate = sorted(names, key=lambda name: replayed.policies[name].wins.value)
    ahead = replayed.against["current_score"].wins
    true_lead = truth["gate"][0] - truth["current_score"][0]
    sign = np.sign(true_lead)
    rates = {
        name: f.win_rate.low <= truth[name][1] <= f.win_rate.high
        for name, f in replayed.policies.items()
        if not f.refused
    }
    differences = {
        name: d.wins.low <= truth["gate"][0] - truth[name][0] <= d.wins.high
        for name, d in replayed.against.items()
        if np.isfinite(d.wins.value)
    }
    return {
        "ranked": by_truth == by_estimate,
        "right": bool(sign * ahead.low > 0) if sign > 0 else bool(ahead.high < 0),
        "wrong": bool(ahead.high < 0) if sign > 0 else bool(ahead.low > 0),
        "refused": bool(np.isnan(ahead.value)),
        "lead": ahead.value,
        "true_lead": true_lead,
        "current": truth["current_score"][0],
        "rates": {name: bool(held) for name, held in rates.items()},
        "differences": {name: bool(held) for name, held in differences.items()},
        "seconds": seconds,
    }


def run(
    worlds: int = 20,
    leads: int = 4_000,
    kinds: Sequence[str] = tuple(KINDS),
    handoffs: Sequence[str] = ("yes", "no"),
    sittings: str = "",
    minutes: float = 600.0,
    first: int = 0,
) -> Figures:
    """Replay as many worlds of each kind, with a table of handoffs and without."""
    path, until = Path(sittings) if sittings else None, time.monotonic() + 60 * minutes
    kept: dict[str, dict[str, Any]] = {}
    if path is not None and path.is_file():
        lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
        kept = {line.pop("key"): line for line in lines}
    for seed in range(first, first + worlds):
        for kind in kinds:
            for table in handoffs:
                key = f"{kind}|{table}|{leads}|{seed}"
                if key in kept or time.monotonic() > until:
                    continue
                settings = replace(KINDS[kind], n_leads=leads, seed=seed)
                kept[key] = measured(settings, handoffs=table == "yes")
                if path is not None:
                    with path.open("a", encoding="utf-8") as file:
                        file.write(json.dumps({"key": key, **kept[key]}) + "\n")
    groups = {(kind, table): f"{kind}|{table}|{leads}|" for kind in kinds for table in handoffs}
    return {
        f"{kind}, {'with' if table == 'yes' else 'without'} handoffs": _figures(
            [row for key, row in kept.items() if key.startswith(start)]
        )
        for (kind, table), start in groups.items()
        if any(key.startswith(start) for key in kept)
    }


def _figures(rows: Sequence[Mapping[str, Any]]) -> dict[str, float | int]:
    given = [row for row in rows if not row["refused"]]
    lead = [row["lead"] / row["current"] for row in given]
    true_lead = [row["true_lead"] / row["current"] for row in rows]
    return {
        "worlds": len(rows),
        "ranked": _share([row["ranked"] for row in rows]),
        "right": _share([row["right"] or row["refused"] for row in rows]),
        "wrong": _share([row["wrong"] for row in rows]),
        "refused": len(rows) - len(given),
        "lead": float(np.mean(lead)) if lead else float("nan"),
        "true_lead": float(np.mean(true_lead)),
        "rates_held": _share([held for row in rows for held in row["rates"].values()]),
        "differences_held": _share([held for row in rows for held in row["differences"].values()]),
        "seconds": float(np.mean([row["seconds"] for row in rows])),
    }


def _share(held: Sequence[bool]) -> float:
    return float(np.mean(held)) if held else float("nan")
