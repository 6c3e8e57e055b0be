"""How often noise is called noise, and a weak signal detected.

Exports of eight numbers and two categories over a year, a fifth won, three leads an account:
without any signal, and with one whose true odds have an AUC of 0.65. The verdict is that of
`leadgate train`.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from sklearn.metrics import roc_auc_score

from benchmarks.inputs.data_sets import TestWindow, dated_outcomes
from benchmarks.machinery.catalogue import Figures
from features.history.lead_history import LeadHistory
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.signal import signal_of
from training.fit import fit_for_window

USUAL_TIME = "8 min"
SMALL = {"repeats": 1, "leads": 800}
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
    outcomes = dated_outcomes(ids, won, created, rng.exponential(20, n))
    return LeadHistory.from_tables(leads, outcomes=outcomes)


def has_signal(history: LeadHistory) -> bool:
    """Return whether the rule by which `leadgate train` evaluates signal finds any."""
    window = TestWindow.of(Sample.of(history, SETTINGS), SETTINGS)
    fit = fit_for_window(window.sample, window.span, SETTINGS)
    assert fit is not None
    return signal_of(fit.oof).shown


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(x / 2))


def run(repeats: int = 20, first: int = 0, leads: int = 3_000) -> Figures:
    """Draw as many exports of either kind; `right` is the share with the right verdict."""
    result = {}
    for name, auc in (("noise", 0.5), ("AUC 0.65", 0.65)):
        begin = time.perf_counter()
        verdicts = [has_signal(export(leads, first + n, auc)) for n in range(repeats)]
        right = np.mean([verdict == (auc > 0.5) for verdict in verdicts])
        each = (time.perf_counter() - begin) / repeats
        result[name] = {"exports": repeats, "right": float(right), "each_s": each}
    return result
