"""How often the intervals hold the truth, in simulated CRMs whose truth is known.

Run with ``python benchmarks/bench_coverage.py [--worlds N] [--leads N] [--fresh N] [--first SEED]
[--keep FILE]``. In each world the evaluation fit is judged as in ``leadgate train``; the truth is
what the same fit reaches on fresh leads of the same period, with the true chance of a win in the
place of each outcome. Of nominally 90 % intervals, 86 to 94 % of 200 should hold it.

- auc, log_loss, gain: the intervals of the evaluation.
- tenths: for each tenth of the fresh leads by readiness, whether the mean of readiness_low and that
  of readiness_high hold the mean probability of the exact filter, for a lead that is still open.
- leads: the share of fresh leads whose own filter probability lies in their interval. The interval
  is one for the mean of many leads, so this has no aim.
- leads in doubt: the share of fresh leads that the limits of the fit send to `review`.

With ``--keep`` the worlds are added to a file, and the table is about all worlds in it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from experiments.simulation import Oracle, World, WorldSettings, simulate
from features import LeadHistory
from features.history.snapshots import Snapshots, plan
from features.parsing.times import timestamps
from features.tables import load_tables
from leadgate.arrays import Floats, Positions
from leadgate.config import Config
from leadgate.model.limits import Limits
from training.dataset.labels import worked
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.evaluate import evaluate
from training.evaluation.evaluated import Evaluation
from training.fit import WindowFit, fit_for_window
from training.packaging.limits import learn_limits
from training.statistics import metrics
from training.validation.windows import Window, test_window

TENTHS = 10
FRESH_SEED = 1_000_000
MAX_ROWS = 40_000


class Fresh:
    """Many leads of the same law, seen as a test window sees them, with the truth about each."""

    def __init__(self, n_leads: int, ages_days: tuple[float, ...]) -> None:
        world = simulate(WorldSettings(n_leads=n_leads, seed=FRESH_SEED))
        self.history = _history(world)
        seen = plan(self.history, ages_days)
        seen = seen.take(worked(self.history, seen))
        some = np.random.default_rng(0).permutation(len(seen))[: 4 * MAX_ROWS]
        self.at: Snapshots = seen.take(np.sort(some))
        leads, times = self.history.lead_ids[self.at.lead], timestamps(self.at.as_of)
        self.chance = world.truth.p_won(leads, times, world.settings.horizon_days)
        oracle = Oracle(world)
        stages = oracle.stages(leads, times)
        # Snapshots are never taken after the outcome, so the filter is asked for an open lead.
        self.filter = oracle.readiness(leads, times) / stages[:, :-2].sum(axis=1)

    def within(self, span: Window) -> Positions:
        """Return the positions of some of the snapshots in a window."""
        return np.flatnonzero(span.holds(self.at.order))[:MAX_ROWS]


def _history(world: World) -> LeadHistory:
    return LeadHistory.from_tables(
        world.leads,
        world.activities,
        outcomes=world.outcomes,
        handoffs=world.handoffs,
        until=world.until.to_pydatetime(),
    )


def coverage(seed: int, n_leads: int, fresh: Fresh, config: Config) -> dict[str, object]:
    """Return for one world which intervals hold the truth, and how wide they are."""
    settings = Settings.of(config)
    sample = Sample.of(load_tables(config).history(), settings)
    span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    assert span is not None
    before = fit_for_window(sample, span, settings)
    assert before is not None
    evaluation = _evaluated(sample, span, settings, before)
    limits = learn_limits(sample.before(span, settings).history, settings, before.fitted)
    return {"seed": seed, "leads": n_leads} | _held(evaluation, before, limits, fresh, span)


def _evaluated(sample: Sample, span: Window, settings: Settings, before: WindowFit) -> Evaluation:
    return evaluate(
        sample, span, before.fitted, before.oof, settings,
        base_rate=before.base_rate, share=0.5, own_score=None, segments=[],
    )  # fmt: skip


def _held(
    evaluation: Evaluation, before: WindowFit, limits: Limits, fresh: Fresh, span: Window
) -> dict[str, object]:
    rows = fresh.within(span)
    at, chance, best = fresh.at.take(rows), fresh.chance[rows], fresh.filter[rows]
    X = before.fitted.feature_set.matrix(fresh.history, at.lead, at.as_of)
    band = before.fitted.model.calibration.band(before.fitted.model.log_odds(X))
    readiness, weight = band[:, 0], at.weight
    base = np.full(rows.size, evaluation.base_rate)
    loss = float(metrics.log_loss(chance, readiness, weight))
    truth = {
        "auc": float(metrics.auc(chance, readiness, weight)),
        "log_loss": loss,
        "gain": float(metrics.log_loss(chance, base, weight)) - loss,
    }
    found = {n: evaluation.metrics[n] for n in ("auc", "log_loss")} | {"gain": evaluation.gain}
    order = np.argsort(readiness, kind="stable")
    tenths = [
        [float(np.average(v[part], weights=weight[part])) for v in (best, *band.T)]
        for part in np.array_split(order, TENTHS)
    ]
    doubts = limits.doubts(X, band, before.fitted.feature_set.names_)
    inside = (band[:, 1] <= best) & (best <= band[:, 2])
    return {
        **{n: [truth[n], m.value, m.low, m.high] for n, m in found.items()},
        "tenths": tenths,
        "share": float(np.average(inside, weights=weight)),
        "review": float(np.average(doubts != "", weights=weight)),
    }


def table(found: list[dict[str, object]]) -> Table:
    """Return the table of coverage over the worlds."""
    result = Table(
        "interval", "worlds", "holds the truth", "lies below it", "lies above it", "mean width"
    )
    for name in ("auc", "log_loss", "gain"):
        truth, _, low, high = np.array([one[name] for one in found]).T
        _row(result, name, truth, low, high)
    tenths = np.array([one["tenths"] for one in found])
    for tenth in range(TENTHS):
        truth, _, low, high = tenths[:, tenth].T
        _row(result, f"readiness, tenth {tenth + 1}", truth, low, high)
    truth, _, low, high = tenths.reshape(-1, 4).T
    _row(result, "readiness, all tenths", truth, low, high)
    shares = np.array([one["share"] for one in found], dtype=np.float64)
    result.add_row("readiness, single leads", str(len(found)), f"{shares.mean():.1%}", "", "", "")
    reviews = np.array([one["review"] for one in found], dtype=np.float64)
    result.add_row("leads in doubt", str(len(found)), f"{reviews.mean():.2%}", "", "", "")
    return result


def _row(result: Table, name: str, truth: Floats, low: Floats, high: Floats) -> None:
    below, above = (high < truth).mean(), (low > truth).mean()
    figures = [f"{1 - below - above:.1%}", f"{below:.1%}", f"{above:.1%}"]
    result.add_row(name, str(len(truth)), *figures, f"{(high - low).mean():.4f}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--leads", type=int, default=4_000)
    parser.add_argument("--fresh", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    fresh = None
    found = []
    for seed in range(asked.first, asked.first + asked.worlds):
        with tempfile.TemporaryDirectory() as folder:
            world = simulate(WorldSettings(n_leads=asked.leads, seed=seed))
            config = Config.load(world.export(Path(folder)))
            ages = Settings.of(config).ages_days
            fresh = fresh or Fresh(asked.fresh, ages)
            found.append(coverage(seed, asked.leads, fresh, config))
        if asked.keep is not None:
            with asked.keep.open("a", encoding="utf-8") as file:
                file.write(json.dumps(found[-1]) + "\n")
    if asked.keep is not None:
        found = [json.loads(line) for line in asked.keep.read_text(encoding="utf-8").splitlines()]
    Console(width=100).print(table(found))


if __name__ == "__main__":
    main()
