"""How often the intervals hold the truth, in simulated CRMs whose truth is known.

In each world the evaluation fits are evaluated as in ``leadgate train``; the truth is what the same
fits reach in the mean on fresh leads of the same period, with the true chance of a win in the place
of each outcome. Of nominally 90 % intervals, 86 to 94 % of 200 should hold it.

- auc, log_loss, gain: the intervals of the evaluation.
- tenths: for each tenth of the fresh leads by readiness, whether the mean of readiness_low and that
  of readiness_high hold the mean probability of the exact filter, for a lead that is still open.
- single leads: the share of fresh leads whose own filter probability lies in their interval. The
  interval is that of the mean of many leads, so this has no aim.
- leads in doubt: the share of fresh leads that the limits of the fit send to `review`.

Five worlds take 2 minutes. With `keep` the worlds are added to a file, and the figures are about
all worlds in it.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.inputs.data_sets import exported, history_of
from benchmarks.machinery.catalogue import Figures
from experiments.simulation import Oracle, WorldSettings, simulate
from features.history.snapshots import Snapshots, plan
from features.parsing.times import timestamps
from features.tables import load_tables
from leadgate.arrays import Floats, Positions
from leadgate.config import Config
from leadgate.model.limits import Limits
from training.dataset.labels import worked
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.evaluate import evaluate, view
from training.evaluation.evaluated import Evaluation
from training.fit import WindowFit, fit_for_window
from training.packaging.arrivals import arriving
from training.packaging.limits import learn_limits
from training.statistics import metrics
from training.validation.windows import Window, test_window

USUAL_TIME = "80 min"
SMALL = {"worlds": 1, "leads": 1_000, "fresh": 1_000}
TENTHS = 10
FRESH_SEED = 1_000_000
MAX_ROWS = 40_000


class Fresh:
    """Many leads of the same law, seen as a test window sees them, with the truth about each."""

    def __init__(self, n_leads: int, ages_days: tuple[float, ...]) -> None:
        world = simulate(WorldSettings(n_leads=n_leads, seed=FRESH_SEED))
        self.history = history_of(world)
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


def coverage(seed: int, n_leads: int, fresh: Fresh, config: Config) -> dict[str, object]:
    """Return for one world which intervals hold the truth, and how wide they are."""
    settings = Settings.of(config)
    sample = Sample.of(load_tables(config).history(), settings)
    span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    assert span is not None
    before = fit_for_window(sample, span, settings)
    assert before is not None
    evaluation = _evaluated(sample, span, before)
    X = arriving(before.fitted, before.earlier.history, settings.ages_days)
    limits = learn_limits(before.fitted, X)
    return {"seed": seed, "leads": n_leads} | _held(evaluation, before, limits, fresh, span)


def _evaluated(sample: Sample, span: Window, before: WindowFit) -> Evaluation:
    evaluated = view(sample, before.rows, before.readiness(sample), [])
    return evaluate(evaluated, sample, span, before.oof, base_rate=before.base_rate, share=0.5)


def _held(
    evaluation: Evaluation, before: WindowFit, limits: Limits, fresh: Fresh, span: Window
) -> dict[str, object]:
    rows = fresh.within(span)
    at, chance, best = fresh.at.take(rows), fresh.chance[rows], fresh.filter[rows]
    X = before.fitted.feature_set.matrix(fresh.history, at.lead, at.as_of)
    band = before.fitted.model.calibration.band(before.fitted.model.log_odds(X))
    readiness, weight = band[:, 0], at.weight
    base = np.full(rows.size, evaluation.base_rate)
    # Each part of the window is evaluated by a fit of its own.
    parts = [fit.model.readiness(X) for fit in before.parts.values()]
    loss = float(np.mean([metrics.log_loss(chance, p, weight) for p in parts]))
    truth = {
        "auc": float(np.mean([metrics.auc(chance, p, weight) for p in parts])),
        "log_loss": loss,
        "gain": float(metrics.log_loss(chance, base, weight)) - loss,
    }
    shown = {n: evaluation.metrics[n] for n in ("auc", "log_loss")} | {"gain": evaluation.gain}
    order = np.argsort(readiness, kind="stable")
    tenths = [
        [float(np.average(v[part], weights=weight[part])) for v in (best, *band.T)]
        for part in np.array_split(order, TENTHS)
    ]
    doubts = limits.doubts(X, band, before.fitted.feature_set.names_)
    inside = (band[:, 1] <= best) & (best <= band[:, 2])
    return {
        **{n: [truth[n], m.value, m.low, m.high] for n, m in shown.items()},
        "tenths": tenths,
        "share": float(np.average(inside, weights=weight)),
        "review": float(np.average(doubts != "", weights=weight)),
    }


def figures(worlds: list[dict[str, object]]) -> Figures:
    """Return how often each interval holds the truth over the worlds."""
    result = {}
    for name in ("auc", "log_loss", "gain"):
        result[name] = held_by(np.array([world[name] for world in worlds]))
    tenths = np.array([world["tenths"] for world in worlds])
    for tenth in range(TENTHS):
        result[f"readiness, tenth {tenth + 1}"] = held_by(tenths[:, tenth])
    result["readiness, all tenths"] = held_by(tenths.reshape(-1, 4))
    for row, name in (("readiness, single leads", "share"), ("leads in doubt", "review")):
        shares = np.array([world[name] for world in worlds], dtype=np.float64)
        result[row] = {"worlds": len(worlds), "share": float(shares.mean())}
    return result


def held_by(intervals: Floats) -> dict[str, float]:
    """Return the figures of intervals, shape (n, 4): truth, value, low, high."""
    truth, _, low, high = intervals.T
    below, above = float((high < truth).mean()), float((low > truth).mean())
    return {
        "worlds": len(truth), "held": 1 - below - above, "truth_above": below,
        "truth_below": above, "width": float((high - low).mean()),
    }  # fmt: skip


def run(
    worlds: int = 200, first: int = 0, leads: int = 4_000, fresh: int = 100_000, keep: str = ""
) -> Figures:
    """Evaluate in as many worlds."""
    fresh_leads, rows = None, []
    for seed in range(first, first + worlds):
        with tempfile.TemporaryDirectory() as folder:
            config = exported(WorldSettings(n_leads=leads, seed=seed), Path(folder))[1]
            fresh_leads = fresh_leads or Fresh(fresh, Settings.of(config).ages_days)
            rows.append(coverage(seed, leads, fresh_leads, config))
        if keep:
            with Path(keep).open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    if keep:
        lines = Path(keep).read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
    return figures(rows)
