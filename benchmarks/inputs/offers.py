"""A line of weekly versions at the gate, without a registry: what is fitted is all that costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.inputs.weekly import as_exported
from experiments.simulation import World
from features.tables import load_tables
from leadgate.arrays import Floats
from leadgate.bundle.bundle import Bundle, load_bundle
from leadgate.config import Config
from leadgate.errors import PromotionRefused
from leadgate.registry.tags import evidence_of
from serving import Scorer
from training import package
from training.learn import learn
from training.promotion.champion import Champion
from training.promotion.gate import check_evidence
from training.promotion.refresh import Refresh
from training.statistics.metrics import losses
from training.tracking.tracking import version_tags


@dataclass(frozen=True)
class Offer:
    """What was trained, and how the gate answered.

    Attributes
    ----------
    champion
        What it would be.
    bundle
        Its directory.
    refused
        "" where the gate lets it through without a reason, else its code and what it says.
    first_reasons, weakest_fact
        The share of leads that keep their first reason, and what is left of the share of the
        strong fact that lost most; NaN where it was not asked.
    """

    champion: Champion
    bundle: Path
    verdict: str
    refused: str
    first_reasons: float = np.nan
    weakest_fact: float = np.nan


@dataclass
class Line:
    """The champions of one world, oldest first, and where their files are."""

    folder: Path
    champions: list[Champion] = field(default_factory=list)
    trained: int = 0

    @property
    def champion(self) -> Champion | None:
        """Who decides."""
        return self.champions[-1] if self.champions else None

    def offer(self, config: Config) -> Offer:
        """Train, and ask the gate; nobody is promoted yet."""
        self.trained += 1
        version, champion = str(self.trained), self.champion
        tables = load_tables(config)
        result = learn(config, tables, champion=champion)
        folder = self.folder / "versions" / version
        folder.mkdir(parents=True)
        models = package.write(result, tables, folder, "")
        before = "" if champion is None else champion.version
        tags = version_tags(result, before)
        would_be = Champion(
            load_bundle(models.bundle), version,
            evaluated=lambda: None if models.evaluated is None else load_bundle(models.evaluated),
            evidence=evidence_of(tags),
            earlier=lambda: _earlier(champion),
        )  # fmt: skip
        refused = ""
        try:
            check_evidence("m", version, before, tags, "")
        except PromotionRefused as refusal:
            refused = f"{refusal.code}: {refusal.message}"
        kept = weakest = np.nan
        if isinstance(result.evidence, Refresh):
            kept = result.evidence.first_reasons
            left = (now / then for then, now in result.evidence.facts.values())
            weakest = min(left, default=np.nan)
        return Offer(would_be, models.bundle, result.verdict, refused, kept, weakest)

    def promote(self, offer: Offer) -> None:
        """Let what was offered decide."""
        self.champions.append(offer.champion)


def _earlier(champion: Champion | None) -> Iterator[Bundle]:
    if champion is not None:
        yield champion.bundle
        yield from champion.earlier()


def expected_loss(world: World, scorer: Scorer) -> float:
    """Return the expected log loss of the readiness of the leads that are open at the end."""
    leads = world.leads[~world.leads["lead_id"].isin(world.outcomes["lead_id"])]
    until = pd.Series(world.until, index=leads.index)
    chance = world.truth.p_won(leads["lead_id"], until, world.settings.horizon_days)
    scored = scorer.score(leads, world.activities, as_of=world.until, reasons=False)
    p = scored["readiness"].to_numpy(np.float64)
    loss: Floats = chance * losses(np.ones(p.size), p) + (1 - chance) * losses(np.zeros(p.size), p)
    return float(loss.mean())


def weeks_of(world: World, weeks: int, folder: Path) -> Iterator[tuple[World, Config]]:
    """Yield the exports of a world week by week, each in the same place."""
    for week in range(weeks, -1, -1):
        then = as_exported(world, world.until - pd.Timedelta(days=7 * week))
        yield then, Config.load(then.export(folder))
