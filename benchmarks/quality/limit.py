"""The gain of the shipped model beside that of the exact filter, by the number of leads.

The model is what `leadgate train` would ship, whatever its verdict, trained on the censored export
of a simulated CRM. Both are evaluated on fresh leads of the same law against the chances that the
filter gives: gain is the log loss of the best base rate minus one's own; `share` is the model's
gain over the filter's. Beside it what bounds it (how many leads of the rarer kind are labelled:
sales works two in five, and the youngest are still open), its share with the best intercept and
with the best intercept and slope, the share of seeds with the verdict `no_signal` and the seconds
of the fit. Peers (`make bench-peers`, then `--set peers=logistic,lightgbm`) fit the same matrix as
it comes. With `all_worked` sales works every lead.

`unworked_share` is that share for the chance of a lead left to marketing, `uplift_correlation` the
correlation of the uplift with that of the filter, `uplift_held` the share of seeds in which the
mean interval holds the true mean. With `confounding` sales picks by what the export does not hold.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from benchmarks.inputs.data_sets import exported, mean_with_interval
from benchmarks.inputs.tools import run_peer, write_matrices
from benchmarks.machinery.catalogue import Figures
from experiments.simulation import Oracle, WorldSettings, decision_points
from features.history.lead_history import LeadHistory
from features.parsing.times import micros
from features.tables import load_tables
from leadgate.arrays import Floats, Ints
from leadgate.model import Model
from training.dataset.matrix import Matrix, labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.learn import learn
from training.promotion.verdict import NO_SIGNAL

FRESH_SEED = 90_001
USUAL_TIME = "12 min"
SMALL = {"leads": (500,), "seeds": 1, "fresh": 500}


@dataclass(frozen=True)
class Fresh:
    """Moments at which the gate decides, of leads that no model has seen, and their chances.

    `chance` is that of a lead that sales works from then on, `unworked` of one left to marketing.
    """

    history: LeadHistory
    lead: Ints
    as_of: Ints
    chance: Floats
    unworked: Floats

    @classmethod
    def draw(cls, n: int, folder: Path) -> Fresh:
        """Draw `n` moments in a world of its own, with the chances of the exact filter."""
        world, config = exported(WorldSettings(n_leads=n, seed=FRESH_SEED), folder)
        points = decision_points(world, n, FRESH_SEED)
        history = load_tables(config).history()
        oracle, moments = Oracle(world), (points["lead_id"], points["as_of"])
        chances = (oracle.readiness(*moments, worked=worked) for worked in (True, False))
        return cls(history, history.index_of(points["lead_id"]), micros(points["as_of"]), *chances)

    @property
    def other_arm(self) -> Fresh:
        """The same moments with the chances of leads left to marketing."""
        return replace(self, chance=self.unworked)

    @property
    def uplift(self) -> Floats:
        """What work adds to each chance."""
        return self.chance - self.unworked

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
    """Train on the export of one world and evaluate on the fresh leads."""
    with tempfile.TemporaryDirectory() as folder:
        config = exported(world, Path(folder))[1]
        tables = load_tables(config)
        begin = time.perf_counter()
        trained = learn(config, tables)
        seconds = time.perf_counter() - begin
    X = trained.shipped.feature_set.matrix(fresh.history, fresh.lead, fresh.as_of)
    share, level_free, line_free = fresh.share(trained.shipped.model.readiness(X))
    no_signal = float(trained.verdict == NO_SIGNAL)
    both = of_arms(trained.shipped.model, X, fresh)
    history, settings = tables.history(), Settings.of(config)
    data = labelled_matrix(Sample.of(history, settings), settings)
    assert data is not None
    answers = {peer: ask(peer, data, fresh) for peer in peers}
    return {
        "share": share, "outcomes": data.outcomes, "level_free": level_free,
        "line_free": line_free, "no_signal": no_signal, "seconds": seconds, **both, **answers,
    }  # fmt: skip


def of_arms(model: Model, X: Floats, fresh: Fresh) -> dict[str, float]:
    """Return how well the second arm and the uplift are known; NaN without a second arm."""
    names = ("unworked_share", "uplift_correlation", "uplift", "true_uplift", "uplift_held")
    if model.unworked is None:
        return dict.fromkeys(names, np.nan)
    unworked, uplift, low, high = model.uplift(X).T
    true = fresh.uplift
    held = float(low.mean() <= true.mean() <= high.mean())
    share = fresh.other_arm.share(unworked)[0]
    related = float(np.corrcoef(uplift, true)[0, 1])
    means = (float(uplift.mean()), float(true.mean()))
    return dict(zip(names, (share, related, *means, held), strict=True))


def ask(peer: str, data: Matrix, fresh: Fresh) -> float:
    """Return the share of the filter's gain by a peer; NaN where it is not installed."""
    X = data.feature_set.matrix(fresh.history, fresh.lead, fresh.as_of)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_matrices(folder, data, X)
        fault = run_peer(peer, folder, 1.0)
        return np.nan if fault else fresh.share(np.load(folder / f"{peer}.npy"))[0]


def run(
    leads: tuple[int, ...] = (20_000, 5_000, 1_000),
    seeds: int = 10,
    fresh: int = 50_000,
    peers: tuple[str, ...] = (),
    all_worked: bool = False,
    confounding: float = 0.0,
) -> Figures:
    """Train in as many worlds of each size."""
    work = {"sales_capacity": 1.0} if all_worked else {}
    work |= {"confounding": confounding} if confounding else {}
    result = {}
    with tempfile.TemporaryDirectory() as folder:
        moments = Fresh.draw(fresh, Path(folder))
    for n in leads:
        worlds = [WorldSettings(n_leads=n, seed=seed, **work) for seed in range(seeds)]
        rows = pd.DataFrame([measure(world, moments, peers) for world in worlds])
        interval = mean_with_interval("share", rows["share"])
        result[f"{n:,} leads"] = {
            **interval, "lowest": rows["share"].min(), **rows.drop(columns="share").mean(),
        }  # fmt: skip
    return result
