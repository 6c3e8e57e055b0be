"""Ten weekly retrainings in simulated CRMs: what the gate accepts, refuses and serves.

For each world: a model is trained and promoted, then each week the export of that week is trained
on and offered to the gate. A refresh is right in a quiet week. Each week the leads that are open
are scored by every version there is; their true chances of a win give the expected log loss that
was served, and that of the best version in hindsight.

After the last week damaged exports are offered (`benchmarks.inputs.damages`). `worse` is how much
higher the expected log loss is than by the undamaged export of that week, in shares of it.
`worse_promoted` counts every damage that was promoted, however little worse it made the model;
`truly_worse` are those that made it worse by 1 %, and `rate_at_most` is the rate of promoting one
that their count still allows, 95 %, one-sided.

Worlds are kept one by one in the file `sittings`, so that a run can be ended and gone on with.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.inputs.damages import DAMAGES, Damage
from benchmarks.inputs.offers import Line, Offer, expected_loss, weeks_of
from benchmarks.machinery.catalogue import Figures
from benchmarks.machinery.sittings import Row, Sittings
from experiments.simulation import World, WorldSettings, simulate
from leadgate.config import Config
from serving import Scorer

USUAL_TIME = "90 min"
SMALL = {"leads": 1_000, "weeks": 1, "worlds": 1, "drifts": (0.0,),
         "damages": ("Industry of others", "Title empty")}  # fmt: skip
TRULY_WORSE = 0.01
DAYS = 365


def retrained(
    world: World, line: Line, weeks: int, folder: Path
) -> tuple[list[Offer], list[dict[str, float]], list[str]]:
    """Retrain each week, and ask the gate.

    Returns
    -------
    offers
        Of each week but the first.
    losses
        The expected log loss of every version, by week.
    served
        The version that decided, by week.
    """
    offers, served, seen, scorers = [], [], [], {}
    for then, config in weeks_of(world, weeks, folder):
        seen.append(then)
        offer = line.offer(config)
        scorers[offer.champion.version] = Scorer.load(offer.bundle)
        if line.champion is not None:
            offers.append(offer)
        if line.champion is None or not offer.refused:
            line.promote(offer)
        served.append(line.champions[-1].version)
    losses = [{v: expected_loss(then, s) for v, s in scorers.items()} for then in seen]
    return offers, losses, served


def served_to_best(losses: Sequence[dict[str, float]], served: Sequence[str]) -> float:
    """Return the loss of the champion of each week, over that of the best version in hindsight.

    A version that did not exist yet in the first weeks could have been trained then as well as
    any other: it is in the contest.
    """
    total = sum(loss[v] for loss, v in zip(losses, served, strict=True))
    return total / min(sum(loss[v] for loss in losses) for v in losses[0])


def damaged(world: World, damage: Damage, line: Line, folder: Path) -> Offer:
    """Offer a damaged export of the end; it is not promoted."""
    tables: dict[str, Any] = {**damage(world, np.random.default_rng(world.settings.seed))}
    return line.offer(Config.load(replace(world, **tables).export(folder)))


def after_damage(
    world: World, line: Line, undamaged: float, damages: Sequence[str], folder: Path
) -> Row:
    """Return by damage how the gate answered and how much worse it made the model, and counts."""
    row: Row = {}
    for name in damages:
        offer = damaged(world, DAMAGES[name], line, folder)
        row[name] = offer.refused or "promoted"
        row[f"{name}: worse"] = expected_loss(world, Scorer.load(offer.bundle)) / undamaged - 1
    worse = [name for name in damages if _number(row[f"{name}: worse"]) >= TRULY_WORSE]
    row["offered"] = len(damages)
    row["worse_promoted"] = sum(row[name] == "promoted" for name in damages)
    row["truly_worse"] = len(worse)
    row["truly_worse_promoted"] = sum(row[name] == "promoted" for name in worse)
    return row


def measure(leads: int, weeks: int, drift: float, seed: int, damages: Sequence[str]) -> Row:
    """Return the row of one world."""
    days = DAYS + 7 * weeks
    n = round(leads * days / DAYS)
    world = simulate(WorldSettings(n_leads=n, days=days, drift=drift, seed=seed))
    with tempfile.TemporaryDirectory() as made:
        folder, line = Path(made), Line(Path(made))
        offers, losses, served = retrained(world, line, weeks, folder / "weekly")
        return {
            "weeks": weeks,
            "accepted": sum(not offer.refused for offer in offers),
            "refused": "; ".join(filter(None, (offer.refused for offer in offers))),
            "first_reasons": min(offer.first_reasons for offer in offers),
            "weakest_fact": min(offer.weakest_fact for offer in offers),
            "served": served_to_best(losses, served),
            **after_damage(world, line, list(losses[-1].values())[-1], damages, folder / "weekly"),
        }


def run(
    leads: int = 2_500, weeks: int = 10, worlds: int = 10, drifts: tuple[float, ...] = (0.0, 1.0),
    first_seed: int = 1, damages: tuple[str, ...] = tuple(DAMAGES), sittings: str = "",
    minutes: float = 0.0,
) -> Figures:  # fmt: skip
    """Retrain in as many worlds of each drift."""
    rows: dict[str, Row] = {}
    kept, kinds = Sittings(sittings, minutes), dict[str, list[Row]]()
    for seed, drift in product(range(first_seed, first_seed + worlds), drifts):
        kind = "quiet" if drift == 0 else "drift"
        of = {"leads": leads, "weeks": weeks, "drift": drift, "seed": seed}
        row = kept.row({**of, "damages": list(damages)}, partial(measure, **of, damages=damages))
        if row is not None:
            rows[f"{kind}, seed {seed}"] = row
            kinds.setdefault(kind, []).append(row)
    return {**rows, **{kind: _summary(made) for kind, made in kinds.items()}}


def _summary(made: Sequence[Row]) -> Row:
    total = {
        name: sum(_number(row[name]) for row in made)
        for name in ("weeks", "accepted", "offered", "worse_promoted", "truly_worse")
    }
    promoted = sum(_number(row["truly_worse_promoted"]) for row in made)
    return {
        "worlds": len(made),
        "accepted_share": total["accepted"] / total["weeks"],
        "worst_served": max(_number(row["served"]) for row in made),
        "worse_promoted_share": total["worse_promoted"] / max(1, total["offered"]),
        "truly_worse": total["truly_worse"],
        "truly_worse_promoted": promoted,
        "rate_at_most": float(stats.beta.ppf(0.95, promoted + 1, total["truly_worse"] - promoted))
        if total["truly_worse"] > promoted
        else 1.0,
    }


def _number(figure: object) -> float:
    return float("nan") if figure is None else float(str(figure))
