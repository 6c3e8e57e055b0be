"""How often the intervals of the uplift hold the truth, in simulated CRMs whose truth is known.

The model is what ``leadgate train`` would ship, asked about fresh leads of the same law; the truth
is the uplift of the exact filter. `mean`: whether the mean of uplift_low and that of uplift_high
hold the mean true uplift; tenths: the same for each tenth of the fresh leads by their uplift. Of
nominally 90 % intervals, 86 to 94 % of 200 should hold it. The interval is that of the mean of many
leads: a single lead may have another uplift. With `keep` the worlds are added to a file, and the
figures are about all worlds in it.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.coverage.intervals import TENTHS, held_by
from benchmarks.inputs.data_sets import exported
from benchmarks.machinery.catalogue import Figures
from benchmarks.quality.limit import Fresh
from experiments.simulation import WorldSettings
from features.tables import load_tables
from training.ensemble.fitted import Fitted
from training.learn import learn

USUAL_TIME = "10 min"
SMALL = {"worlds": 1, "leads": 1_000, "fresh": 1_000}


def held(fitted: Fitted, fresh: Fresh) -> dict[str, list[list[float]]]:
    """Return truth, value, low and high of the mean uplift, and of that of each tenth.

    Empty where the model knows one arm only.
    """
    if fitted.model.unworked is None:
        return {}
    X = fitted.feature_set.matrix(fresh.history, fresh.lead, fresh.as_of)
    shown = np.column_stack([fresh.uplift, fitted.model.uplift(X)[:, 1:]])
    order = np.argsort(shown[:, 1], kind="stable")
    tenths = [shown[part].mean(axis=0).tolist() for part in np.array_split(order, TENTHS)]
    return {"mean": [shown.mean(axis=0).tolist()], "tenths": tenths}


def figures(worlds: list[dict[str, list[list[float]]]]) -> Figures:
    """Return how often the intervals hold the truth over the worlds that have two arms."""
    shown = [world for world in worlds if world]
    if not shown:
        return {"uplift, mean": {"left_out": "no world has a second arm"}}
    tenths = np.array([world["tenths"] for world in shown])
    rows = {"uplift, mean": held_by(np.array([world["mean"][0] for world in shown]))}
    for tenth in range(TENTHS):
        rows[f"uplift, tenth {tenth + 1}"] = held_by(tenths[:, tenth])
    rows["uplift, all tenths"] = held_by(tenths.reshape(-1, 4))
    return rows


def run(
    worlds: int = 40, first: int = 0, leads: int = 2_000, fresh: int = 20_000, keep: str = ""
) -> Figures:
    """Train in as many worlds."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        moments = Fresh.draw(fresh, Path(folder)) if worlds else None
    for seed in range(first, first + worlds):
        with tempfile.TemporaryDirectory() as folder:
            config = exported(WorldSettings(n_leads=leads, seed=seed), Path(folder))[1]
            tables = load_tables(config)
            assert moments is not None
            rows.append(held(learn(config, tables).shipped, moments))
        if keep:
            with Path(keep).open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    if keep:
        rows = [json.loads(line) for line in Path(keep).read_text(encoding="utf-8").splitlines()]
    return figures(rows)
