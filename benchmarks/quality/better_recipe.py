"""A recipe that is truly better, offered week by week: how soon the gate lets it through.

The champion does without some columns; the same export with them is offered each week, up to four
times. `gap` is how much lower the expected log loss of the open leads is with them, by the true
chances, in shares of the champion's: a world counts where it is 1 % at least at the first offer.

Worlds are kept one by one in the file `sittings`, so that a run can be ended and gone on with.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.inputs.offers import Line, Offer, expected_loss, weeks_of
from benchmarks.machinery.catalogue import Figures
from benchmarks.machinery.sittings import Row, Sittings
from experiments.simulation import World, WorldSettings, simulate
from leadgate.config import Config
from serving import Scorer

USUAL_TIME = "40 min"
SMALL = {"leads": 1_000, "weeks": 1, "worlds": 1}
# What makes a percent or two of the loss in most of these worlds.
COLUMNS = ("Title", "Industry")
TRULY_BETTER = 0.01
WITHIN = 4
DAYS = 365


def without(config: Config, columns: Sequence[str]) -> Config:
    """Return the recipe that does not look at some columns."""
    poorer = config.columns.model_copy(update={"unknown": list(columns)})
    return config.model_copy(update={"columns": poorer})


def gap(world: World, offer: Offer, champion: Offer) -> float:
    """Return how much lower the expected loss of what is offered is, in shares."""
    ours, theirs = (expected_loss(world, Scorer.load(o.bundle)) for o in (offer, champion))
    return 1 - ours / theirs


def measure(leads: int, weeks: int, seed: int, columns: Sequence[str]) -> Row:
    """Return the row of one world."""
    days = DAYS + 7 * weeks
    world = simulate(WorldSettings(n_leads=round(leads * days / DAYS), days=days, seed=seed))
    row: Row = {"better_after": 0, "refused": ""}
    with tempfile.TemporaryDirectory() as made:
        line = Line(Path(made, "line"))
        exports = weeks_of(world, weeks, Path(made, "export"))
        _, config = next(exports)
        champion = line.offer(without(config, columns))
        line.promote(champion)
        for week, (then, config) in enumerate(exports, 1):
            offer = line.offer(config)
            row.setdefault("gap", gap(then, offer, champion))
            if not offer.refused:
                row["better_after"] = week
                break
            row["refused"] = offer.refused
    return row


def run(
    leads: int = 4_000, weeks: int = 4, worlds: int = 20, columns: tuple[str, ...] = COLUMNS,
    first_seed: int = 1, sittings: str = "", minutes: float = 0.0,
) -> Figures:  # fmt: skip
    """Offer the better recipe in as many worlds."""
    rows: dict[str, Row] = {}
    kept = Sittings(sittings, minutes)
    for seed in range(first_seed, first_seed + worlds):
        of = {"leads": leads, "weeks": weeks, "seed": seed}
        row = kept.row({**of, "columns": list(columns)}, partial(measure, **of, columns=columns))
        if row is not None:
            rows[f"seed {seed}"] = row
    better = [row for row in rows.values() if float(str(row["gap"])) >= TRULY_BETTER]
    within = sum(0 < int(str(row["better_after"])) <= WITHIN for row in better)
    share = within / len(better) if better else None
    summary: Row = {"worlds": len(rows), "truly_better": len(better), "better_within_4": share}
    return {**rows, "all": summary}
