"""How often noise is called noise, and a weak signal found.

Run with ``python benchmarks/bench_signal.py [--repeats 5] [--first 0] [--leads 3000]``. Exports of
eight numbers and two categories over a year, a fifth won, three leads an account: without any
signal, and with one whose true odds have an AUC of 0.65. The verdict is that of `leadgate train`.
The aim is 95 of 100 of either.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy.optimize import brentq
from sklearn.metrics import roc_auc_score

from features.history.lead_history import LeadHistory
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.evaluate import evaluated_window, pooled_auc, ranked_windows
from training.fit import fit_for_window
from training.validation.windows import test_window

SETTINGS = Settings((), (), 90.0, (0.0,))
WON = 0.2


def odds_of(standard: np.ndarray, auc: float) -> np.ndarray:
    """Scale standard normal odds so that a fifth wins and the odds have the AUC; shape (n,)."""
    if auc == 0.5:
        return np.full(standard.size, np.log(WON / (1 - WON)))

    def won(scale: float) -> np.ndarray:
        level = brentq(lambda b: _sigmoid(b + scale * standard).mean() - WON, -20, 20)
        return level + scale * standard

    rng = np.random.default_rng(0)
    draw = rng.random(standard.size)

    def missed(scale: float) -> float:
        odds = won(scale)
        return float(roc_auc_score(draw < _sigmoid(odds), odds)) - auc

    return won(brentq(missed, 0.01, 5.0, xtol=1e-3))


def export(n: int, seed: int, auc: float) -> LeadHistory:
    """Return leads of which four columns move the odds, or none."""
    rng = np.random.default_rng(seed)
    numbers = {f"x{j}": rng.normal(size=n) for j in range(8)}
    source, industry = rng.integers(0, 4, n), rng.integers(0, 8, n)
    effect = numbers["x0"] + 0.7 * np.abs(numbers["x1"]) - 0.7 * numbers["x2"] + (source == 1)
    won = rng.random(n) < _sigmoid(odds_of((effect - effect.mean()) / effect.std(), auc))
    day = pd.Timedelta(days=1)
    created = pd.Timestamp("2025-01-01") + np.sort(rng.uniform(0, 365, n)) * day
    ids = [f"L{i:05d}" for i in range(n)]
    leads = pd.DataFrame(
        {
            "lead_id": ids,
            "account_id": [f"A{i}" for i in rng.integers(0, n // 3, n)],
            "created_at": created,
            "source": np.char.add("s", source.astype(str)),
            "industry": np.char.add("i", industry.astype(str)),
            **{name: x.round(3) for name, x in numbers.items()},
        }
    )
    closed = created + rng.exponential(20, n) * day
    outcome = np.where(won, "won", "lost")
    outcomes = pd.DataFrame({"lead_id": ids, "outcome": outcome, "closed_at": closed})
    return LeadHistory.from_tables(leads, outcomes=outcomes)


def signal_found(history: LeadHistory) -> bool:
    """Return whether the rule by which `leadgate train` judges signal finds any."""
    sample = Sample.of(history, SETTINGS)
    span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    assert span is not None
    fit = fit_for_window(sample, span, SETTINGS)
    assert fit is not None
    evaluated = evaluated_window(sample, span, fit.fitted, SETTINGS, own_score=None, segments=[])
    return pooled_auc(ranked_windows(evaluated, fit.oof)).low > 0.5


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(x / 2))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--leads", type=int, default=3000)
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.repeats)
    table = Table("export", "exports", "no_signal", "signal found", "s each")
    for name, auc in (("noise", 0.5), ("AUC 0.65", 0.65)):
        begin = time.perf_counter()
        found = [signal_found(export(given.leads, seed, auc)) for seed in seeds]
        each = (time.perf_counter() - begin) / len(found)
        table.add_row(
            name, str(len(found)), str(found.count(False)), str(sum(found)), f"{each:.1f}"
        )
    Console().print(table)


if __name__ == "__main__":
    main()
