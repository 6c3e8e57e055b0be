"""Ten weekly retrainings in simulated CRMs: what the gate accepts, refuses and serves.

For each world: a model is trained and promoted, then each week the export of that week is trained
on and offered to the gate. A refresh is right in a quiet week. Each week the leads that are open
are scored by every version there is; their true chances of a win give the expected log loss that
was served, and that of the best version in hindsight.

After the last week damaged exports are offered (`benchmarks.inputs.damages`). `worse` is how much
higher the expected log loss is than by the undamaged export of that week, in shares of it.
`worse_promoted_share` counts every damage that was promoted, however little worse it made the
model; `truly_worse` are those that made it worse by 1 %. And a recipe that is truly better: a
champion without one column, and week by week the same export with it; `gap` is how much lower its
expected log loss is, in shares of the champion's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.inputs.damages import DAMAGES, Damage
from benchmarks.inputs.weekly import as_exported
from benchmarks.machinery.catalogue import Figures
from experiments.simulation import World, WorldSettings, simulate
from leadgate.arrays import Floats
from leadgate.config import Config
from leadgate.errors import PromotionRefused
from serving import Scorer
from training import train
from training.promotion.promote import promote, rollback
from training.promotion.refresh import Refresh
from training.statistics.metrics import losses

USUAL_TIME = "120 min"
SMALL = {"leads": 1_000, "weeks": 1, "worlds": 1, "drifts": (0.0,), "better": "",
         "damages": ("Industry of others", "Title empty")}  # fmt: skip
COLUMN = "Title"
TRULY_WORSE = 0.01
DAYS = 365


@dataclass
class Line:
    """The weekly versions of one world, and the expected log loss that each week saw of each."""

    offers: list[Offer] = field(default_factory=list)
    bundles: dict[str, Path] = field(default_factory=dict)
    champions: list[str] = field(default_factory=list)
    losses: list[dict[str, float]] = field(default_factory=list)

    @property
    def served(self) -> float:
        """The loss of the champion of each week, over that of the best version in hindsight.

        A version that did not exist yet in the first weeks could have been trained then as well as
        any other: it is in the contest.
        """
        served = sum(loss[v] for loss, v in zip(self.losses, self.champions, strict=True))
        every = set.intersection(*(set(loss) for loss in self.losses))
        return served / min(sum(loss[v] for loss in self.losses) for v in every)


@dataclass(frozen=True)
class Offer:
    """What was trained, and how the gate answered: "" where it promoted, else why not.

    `first_reasons` is the share of leads that keep their first reason, `weakest_fact` what is left
    of the share of the strong fact that lost most; NaN where it was not asked.
    """

    bundle: Path
    verdict: str
    refused: str
    first_reasons: float
    weakest_fact: float

    @classmethod
    def of(cls, config: Config) -> Offer:
        """Train, and ask the gate."""
        result = train(config)
        evidence = result.evidence
        kept = weakest = np.nan
        if isinstance(evidence, Refresh):
            kept = evidence.first_reasons
            weakest = min((now / then for then, now in evidence.facts.values()), default=np.nan)
        try:
            promote(config)
        except PromotionRefused as refusal:
            objections = (
                ""
                if evidence is None
                else "; ".join(filter(None, (*evidence.objections(), evidence.reason_asked)))
            )
            return cls(
                result.bundle, result.verdict, f"{refusal.code}: {objections}", kept, weakest
            )
        return cls(result.bundle, result.verdict, "", kept, weakest)


def expected_loss(world: World, bundle: Path) -> float:
    """Return the expected log loss of the readiness of the leads that are open at the end."""
    leads = world.leads[~world.leads["lead_id"].isin(world.outcomes["lead_id"])]
    until = pd.Series(world.until, index=leads.index)
    chance = world.truth.p_won(leads["lead_id"], until, world.settings.horizon_days)
    scorer = Scorer.load(bundle)
    scored = scorer.score(leads, world.activities, as_of=world.until, reasons=False)
    p = scored["readiness"].to_numpy(np.float64)
    loss: Floats = chance * losses(np.ones(p.size), p) + (1 - chance) * losses(np.zeros(p.size), p)
    return float(loss.mean())


def weeks_of(world: World, weeks: int, folder: Path) -> Iterator[tuple[World, Config]]:
    """Yield the exports of a world week by week, each in the same place."""
    for week in range(weeks, -1, -1):
        then = as_exported(world, world.until - pd.Timedelta(days=7 * week))
        yield then, Config.load(then.export(folder))


def retrained(world: World, weeks: int, folder: Path) -> Line:
    """Retrain each week, and ask the gate."""
    line, seen = Line(), []
    for week, (then, config) in enumerate(weeks_of(world, weeks, folder)):
        seen.append(then)
        offer = Offer.of(config)
        version = offer.bundle.parent.name
        line.bundles[version] = offer.bundle
        if week:
            line.offers.append(offer)
        kept = bool(offer.refused and line.champions)
        line.champions.append(line.champions[-1] if kept else version)
    for then in seen:
        line.losses.append({v: expected_loss(then, path) for v, path in line.bundles.items()})
    return line


def damaged(world: World, damage: Damage, folder: Path) -> Offer:
    """Offer a damaged export of the end; a promotion is taken back."""
    tables: dict[str, Any] = {**damage(world, np.random.default_rng(world.settings.seed))}
    harmed = replace(world, **tables)
    config = Config.load(harmed.export(folder))
    offer = Offer.of(config)
    if not offer.refused:
        rollback(config)
    return offer


def after_damage(
    world: World, line: Line, damages: Sequence[str], folder: Path
) -> dict[str, float | int | str]:
    """Return by damage how the gate answered and how much worse it made the model, and counts."""
    undamaged = list(line.losses[-1].values())[-1]
    row: dict[str, float | int | str] = {}
    for name in damages:
        offer = damaged(world, DAMAGES[name], folder)
        row[name] = offer.refused or "promoted"
        row[f"{name}: worse"] = expected_loss(world, offer.bundle) / undamaged - 1
    worse = [name for name in damages if float(row[f"{name}: worse"]) >= TRULY_WORSE]
    row["worse_promoted"] = sum(row[name] == "promoted" for name in damages)
    row["truly_worse"] = len(worse)
    row["truly_worse_promoted"] = sum(row[name] == "promoted" for name in worse)
    return row


def weeks_to_better(world: World, column: str, weeks: int, folder: Path) -> dict[str, float]:
    """Return after how many weeks the recipe with a column replaced the one without, 0 never."""
    exports = weeks_of(world, weeks, folder)
    _, config = next(exports)
    poorer = config.columns.model_copy(update={"unknown": [column]})
    without = Offer.of(config.model_copy(update={"columns": poorer})).bundle
    for week, (then, config) in enumerate(exports, 1):
        offer = Offer.of(config)
        loss, other = expected_loss(then, offer.bundle), expected_loss(then, without)
        if not offer.refused:
            return {"better_after": week, "gap": 1 - loss / other}
    return {"better_after": 0, "gap": 1 - loss / other}


def measure(
    leads: int, weeks: int, drift: float, seed: int, better: str, damages: Sequence[str]
) -> dict[str, float | int | str]:
    """Return the row of one world."""
    days = DAYS + 7 * weeks
    n = round(leads * days / DAYS)
    world = simulate(WorldSettings(n_leads=n, days=days, drift=drift, seed=seed))
    row: dict[str, float | int | str] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        line = retrained(world, weeks, folder / "weekly")
        row |= {"weeks": weeks, "accepted": sum(not offer.refused for offer in line.offers)}
        row["refused"] = "; ".join(filter(None, (offer.refused for offer in line.offers)))
        row["first_reasons"] = min(offer.first_reasons for offer in line.offers)
        row["weakest_fact"] = min(offer.weakest_fact for offer in line.offers)
        row["served"] = line.served
        row |= after_damage(world, line, damages, folder / "weekly")
        if better:
            row |= weeks_to_better(world, better, 4, folder / "better")
    return row


def run(
    leads: int = 4_000, weeks: int = 10, worlds: int = 10, drifts: tuple[float, ...] = (0.0, 1.0),
    better: str = COLUMN, first_seed: int = 1, damages: tuple[str, ...] = tuple(DAMAGES),
) -> Figures:  # fmt: skip
    """Retrain in as many worlds of each drift."""
    rows: dict[str, dict[str, float | int | str]] = {}
    for drift in drifts:
        kind = "quiet" if drift == 0 else "drift"
        made = [
            measure(leads, weeks, drift, first_seed + k, better, damages) for k in range(worlds)
        ]
        rows |= {f"{kind}, seed {first_seed + k}": row for k, row in enumerate(made)}
        rows[kind] = {
            "accepted_share": sum(int(r["accepted"]) for r in made) / (weeks * worlds),
            "worst_served": max(float(r["served"]) for r in made),
            "worse_promoted_share": sum(int(r["worse_promoted"]) for r in made)
            / (len(damages) * worlds),
            "truly_worse": sum(int(r["truly_worse"]) for r in made),
            "truly_worse_promoted": sum(int(r["truly_worse_promoted"]) for r in made),
        }
        if better:
            within = sum(0 < int(r["better_after"]) <= 4 for r in made)
            rows[kind]["better_within_4"] = within / worlds
    return rows
