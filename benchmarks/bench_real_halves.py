"""Handing off the better half of the newest leads: which share of the wins is kept.

Forward in time on real leads: one model learns from the oldest 80 % by creation, the newest 20 %
are ranked by readiness, at creation (olist) or 7 and 14 days after registration (bpi2012, cases
still open then, ever activated). Beside it newest first; the difference has a 90 % interval,
bootstrap by lead, paired.

    LEADGATE_DATA=... python benchmarks/bench_real_halves.py [olist] [bpi2012]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.data_sets import DATASETS
from experiments.simulation.newest_part import Holdout, part
from features import load_tables
from features.history.snapshots import plan
from features.io.files import read_table
from leadgate import Config
from leadgate.policy.ranking import top
from serving import Scorer
from training import train

AIMS = {("olist", 0): 0.76, ("bpi2012", 7): 0.66, ("bpi2012", 14): 0.78}
DRAWS = 1000


def kept(won: np.ndarray, chosen: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the share of the wins among the chosen, by draw; weight of shape (draws, n)."""
    return (weight @ (won & chosen)) / (weight @ won)


def row(name: str, age: int, won: np.ndarray, readiness: np.ndarray, ids: np.ndarray) -> list[str]:
    """Return one row of the table; the leads are in order of creation."""
    half = len(won) // 2
    gate = top(readiness, ids, half)
    newest = top(np.arange(len(won)), ids, half)
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(len(won), np.full(len(won), 1 / len(won)), size=DRAWS)
    ahead = kept(won, gate, drawn) - kept(won, newest, drawn)
    low, high = np.quantile(ahead, [0.05, 0.95])
    one = np.ones(len(won))
    ours, theirs = float(kept(won, gate, one)), float(kept(won, newest, one))
    where = f"{name}, {age} days" if age else name
    return [
        where, f"{len(won):,}", f"{int(won.sum()):,}", f"{ours:.1%}", f"{AIMS[name, age]:.0%}",
        f"{theirs:.1%}", f"{ours - theirs:+.1%} ({low:+.1%} to {high:+.1%})",
    ]  # fmt: skip


def at_creation(holdout: Holdout, scorer: Scorer, column: str) -> list[str]:
    """Return the row of a set whose leads are known at creation only."""
    readiness = scorer.score(holdout.newer, reasons=False)["readiness"].to_numpy(np.float64)
    return row("olist", 0, holdout.won, readiness, holdout.newer[column].to_numpy(dtype=object))


def at_ages(config: Config, holdout: Holdout, scorer: Scorer) -> list[list[str]]:
    """Return the rows of the loan applications, by the events until each age."""
    history = load_tables(config).history()
    events = read_table(config.path(config.data.activities[0].path))
    ids = holdout.newer[config.columns.lead_id].astype(str)
    rows = []
    for age in (7, 14):
        open_then = ids.isin(history.lead_ids[plan(history, [age]).lead]).to_numpy()
        seen = open_then & holdout.closed
        scored = scorer.score(holdout.newer[seen], events, age_days=age, reasons=False)
        readiness = scored["readiness"].to_numpy(np.float64)
        names = ids[seen].to_numpy(dtype=object)
        rows.append(row("bpi2012", age, holdout.won[seen], readiness, names))
    return rows


def main() -> None:
    """Run the benchmark."""
    heads = ("set", "leads", "wins", "wins kept", "aim", "newest first", "ahead (90 %)")
    table = Table(*heads)
    for name in sys.argv[1:] or ("olist", "bpi2012"):
        config = Config.load(DATASETS / f"{name}.toml")
        if name == "bpi2012":
            target = config.target.model_copy(update={"horizon_days": None})
            config = config.model_copy(update={"target": target})
        with tempfile.TemporaryDirectory() as folder:
            holdout = part(config, Path(folder))
            scorer = Scorer.load(train(holdout.older).bundle, threads=2)
            if name == "bpi2012":
                for cells in at_ages(config, holdout, scorer):
                    table.add_row(*cells)
            else:
                table.add_row(*at_creation(holdout, scorer, config.columns.lead_id))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
