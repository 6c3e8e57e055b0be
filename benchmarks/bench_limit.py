"""How much of what can be known the shipped model knows: its gain beside that of the exact filter.

    python benchmarks/bench_limit.py [--leads 20000,5000,1000] [--seeds 10]
        [--peers logistic,lightgbm,...] [--all-worked]

The model is what `leadgate train` would ship, whatever its verdict, trained on the censored export
of a simulated CRM. Both are judged on fresh leads of the same law against the chances that the
filter gives: gain is the log loss of the best base rate minus one's own; the share is the model's
gain over the filter's. Beside it what bounds it (how many leads of the rarer kind are known: sales
works two in five, and the youngest are still open), its share with the best
intercept and with the best intercept and slope, the share of seeds with the verdict `no_signal`
and the seconds of the fit. Peers (`make
bench-peers`) fit the same matrix as it comes. With --all-worked sales works every lead.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy.optimize import minimize

from benchmarks.bench_quality import run_peer, write_matrices
from experiments.simulation import Oracle, WorldSettings, decision_points, simulate
from features.history.lead_history import LeadHistory
from features.parsing.times import micros
from features.tables import load_tables
from leadgate.arrays import Floats, Ints
from leadgate.config import Config
from training.dataset.matrix import Matrix, labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.learn import learn
from training.promotion.verdict import NO_SIGNAL

FRESH_SEED = 90_001
AIMS = {20_000: 0.95, 5_000: 0.90, 1_000: 0.75}


@dataclass(frozen=True)
class Fresh:
    """Moments at which the gate decides, of leads that no model has seen, and their chances."""

    history: LeadHistory
    lead: Ints
    as_of: Ints
    chance: Floats

    @classmethod
    def draw(cls, n: int, folder: Path) -> Fresh:
        """Draw `n` moments in a world of its own, with the chances of the exact filter."""
        world = simulate(WorldSettings(n_leads=n, seed=FRESH_SEED))
        points = decision_points(world, n, FRESH_SEED)
        history = load_tables(Config.load(world.export(folder))).history()
        chance = Oracle(world).readiness(points["lead_id"], points["as_of"])
        return cls(history, history.index_of(points["lead_id"]), micros(points["as_of"]), chance)

    def loss(self, p: Floats | float) -> float:
        """Return the expected log loss of a forecast."""
        q = np.clip(p, 1e-12, 1 - 1e-12)
        return float(-np.mean(self.chance * np.log(q) + (1 - self.chance) * np.log1p(-q)))

    def share(self, p: Floats) -> tuple[float, float, float]:
        """Return the share of the filter's gain, that with the best intercept and best line."""
        base = self.loss(float(self.chance.mean()))
        best = base - self.loss(self.chance)
        logit = np.log(p) - np.log1p(-p)

        def along(line: Floats) -> float:
            return self.loss(1 / (1 + np.exp(-(line[0] + line[1] * logit))))

        moved = minimize(lambda level: along(np.append(level, 1.0)), [0.0], method="Nelder-Mead")
        bent = minimize(along, [0.0, 1.0], method="Nelder-Mead")
        losses = np.array([self.loss(p), moved.fun, bent.fun])
        now, level_free, line_free = ((base - losses) / best).tolist()
        return now, level_free, line_free


def measure(world: WorldSettings, fresh: Fresh, peers: Sequence[str]) -> dict[str, float]:
    """Train on the export of one world and judge on the fresh leads."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config.load(simulate(world).export(Path(folder)))
        tables = load_tables(config)
        begin = time.perf_counter()
        trained = learn(config, tables).trained
        seconds = time.perf_counter() - begin
    X = trained.shipped.feature_set.matrix(fresh.history, fresh.lead, fresh.as_of)
    share, level_free, line_free = fresh.share(trained.shipped.model.readiness(X))
    silent = float(trained.verdict == NO_SIGNAL)
    history, settings = tables.history(), Settings.of(config)
    data = labelled_matrix(Sample.of(history, settings), settings)
    assert data is not None
    answers = {peer: ask(peer, data, fresh) for peer in peers}
    return {
        "share": share, "outcomes": data.outcomes, "level_free": level_free,
        "line_free": line_free, "no_signal": silent, "seconds": seconds, **answers,
    }  # fmt: skip


def ask(peer: str, data: Matrix, fresh: Fresh) -> float:
    """Return the share of the filter's gain by a peer; NaN where it is not installed."""
    X = data.feature_set.matrix(fresh.history, fresh.lead, fresh.as_of)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_matrices(folder, data, X)
        fault = run_peer(peer, folder, 1.0)
        return np.nan if fault else fresh.share(np.load(folder / f"{peer}.npy"))[0]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", default="20000,5000,1000")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--fresh", type=int, default=50_000)
    parser.add_argument("--peers", default="")
    parser.add_argument("--all-worked", action="store_true")
    given = parser.parse_args()
    peers = [peer for peer in given.peers.split(",") if peer]
    table = Table("leads", "share of the filter's gain", "aim", "lowest", "rarer kind",
                  "best level", "best line", "no signal", "fit, s", *peers)  # fmt: skip
    work = {"sales_capacity": 1.0} if given.all_worked else {}
    with tempfile.TemporaryDirectory() as folder:
        fresh = Fresh.draw(given.fresh, Path(folder))
    for n in map(int, given.leads.split(",")):
        worlds = [WorldSettings(n_leads=n, seed=seed, **work) for seed in range(given.seeds)]
        found = pd.DataFrame([measure(world, fresh, peers) for world in worlds])
        mean, share = found.mean(), found["share"]
        low, high = share.mean() + 1.645 * share.sem() * np.array([-1, 1])
        table.add_row(
            f"{n:,}", f"{mean['share']:.3f} ({low:.3f} to {high:.3f})",
            f"{AIMS.get(n, np.nan):.2f}", f"{share.min():.3f}", f"{mean['outcomes']:,.0f}",
            f"{mean['level_free']:.3f}", f"{mean['line_free']:.3f}", f"{mean['no_signal']:.0%}",
            f"{mean['seconds']:.1f}",
            *(f"{mean[peer]:.3f}" for peer in peers),
        )  # fmt: skip
        Console(width=120).print(table)


if __name__ == "__main__":
    main()
