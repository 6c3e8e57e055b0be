"""How often noise is called noise, a weak signal detected, and too few accounts named.

Exports of eight numbers and two categories over a year, a fifth won, three leads an account:
without any signal; with account effects, by which the leads of an account go together; with columns
that drift as the base rate does; with twelve accounts, or two fifths of the leads in one, that have
effects as well; and with a signal whose true odds have an AUC of 0.65. `crm` is the simulated CRM
with what became of worked leads, and after which time, dealt anew among them; beside it a third of
its leads with their own signal. The verdict is that of the rule in `leadgate train`. Right is no
signal in noise, and signal where there is one; `too_few` is the share of exports whose accounts are
too few for the test, `accounts` the mean effective number.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from sklearn.metrics import roc_auc_score

from benchmarks.inputs.data_sets import TestWindow, dated_outcomes, history_of
from benchmarks.machinery.catalogue import Figures
from experiments.simulation import WorldSettings, simulate
from features.history.lead_history import LeadHistory
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.forward import fit_window, out_of_fold, windows_before
from training.estimators.candidates import ADDITIVE
from training.evaluation.signal import Signal, signal_of

USUAL_TIME = "8 min"
SETTINGS = Settings((), (), 90.0, (0.0,))
AGES = (0.0, 7.0, 14.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0, 240.0, 300.0)
OF_CRM = Settings((), ("call",), 90.0, AGES)
WON = 0.2
WEAK, CRM, CRM_SMALL = "AUC 0.65", "crm", "crm with its signal"
ACCOUNT_EFFECTS = ("account effects", "12 accounts", "one of 40 %")
SMALL = {"repeats": 1, "leads": 1_500, "kinds": ("noise", WEAK, CRM)}
KINDS = ("noise", *ACCOUNT_EFFECTS, "drifting", CRM, WEAK, CRM_SMALL)


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


def export(n: int, seed: int, kind: str) -> LeadHistory:
    """Return leads of which four columns move the odds, or none."""
    rng = np.random.default_rng(seed)
    numbers = {f"x{j}": rng.normal(size=n) for j in range(8)}
    source, industry = rng.integers(0, 4, n), rng.integers(0, 8, n)
    effect = numbers["x0"] + 0.7 * np.abs(numbers["x1"]) - 0.7 * numbers["x2"] + (source == 1)
    signal = 0.65 if kind == WEAK else 0.5
    odds = odds_of((effect - effect.mean()) / effect.std(), signal)
    account = rng.integers(0, 12 if kind == "12 accounts" else n // 3, n)
    if kind == "one of 40 %":
        account[rng.random(n) < 0.4] = 0
    if kind in ACCOUNT_EFFECTS:
        odds = odds + rng.normal(size=n)[account]
        numbers["x0"] = rng.normal(size=n)[account]
    if kind == "drifting":
        late = np.linspace(-1, 1, n)
        odds = odds + late
        numbers["x1"], numbers["x2"] = numbers["x1"] + late, numbers["x2"] - 3 * late
    won = rng.random(n) < _sigmoid(odds)
    day = pd.Timedelta(days=1)
    created = pd.Timestamp("2025-01-01") + np.sort(rng.uniform(0, 365, n)) * day
    ids = [f"L{i:05d}" for i in range(n)]
    leads = pd.DataFrame(
        {
            "lead_id": ids,
            "account_id": [f"A{i}" for i in account],
            "created_at": created,
            "source": np.char.add("s", source.astype(str)),
            "industry": np.char.add("i", industry.astype(str)),
            **{name: x.round(3) for name, x in numbers.items()},
        }
    )
    outcomes = dated_outcomes(ids, won, created, rng.exponential(20, n))
    return LeadHistory.from_tables(leads, outcomes=outcomes)


def crm(n: int, seed: int, *, dealt: bool = True) -> LeadHistory:
    """Return the simulated CRM, what became of worked leads and when dealt anew among them."""
    world = simulate(WorldSettings(n_leads=n, seed=seed))
    if not dealt:
        return history_of(world)
    worked = world.handoffs.dropna(subset="first_worked_at").drop_duplicates("lead_id")
    ends = world.truth.outcomes().merge(worked[["lead_id", "first_worked_at"]], on="lead_id")
    ends = ends[ends["closed_at"] > ends["first_worked_at"]].reset_index(drop=True)
    drawn = np.random.default_rng(seed).permutation(len(ends))
    delay = (ends["closed_at"] - ends["first_worked_at"]).to_numpy()[drawn]
    ends["outcome"] = ends["outcome"].to_numpy()[drawn]
    ends["closed_at"] = ends["first_worked_at"] + delay
    closed = ends[ends["closed_at"] < world.until]
    return history_of(world, closed[["lead_id", "outcome", "closed_at"]])


def tested(history: LeadHistory, settings: Settings) -> Signal:
    """Return the test of signal, for which the one member that it looks at is fitted."""
    window = TestWindow.of(Sample.of(history, settings), settings)
    sample = window.sample
    spans = [*windows_before(sample, window.span.start), window.span]
    past = [labelled_matrix(sample.before(span, settings), settings) for span in spans]
    fits = [fit_window(data, span, [ADDITIVE]) for data, span in zip(past, spans, strict=True)]
    oof = out_of_fold(sample, fits)
    assert oof is not None
    return signal_of(oof)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(x / 2))


def run(
    repeats: int = 100, first: int = 0, leads: int = 3_000, kinds: tuple[str, ...] = KINDS
) -> Figures:
    """Draw as many exports of each kind; `right` is the share with the right verdict."""
    result = {}
    for kind in kinds:
        begin = time.perf_counter()
        signals = []
        for seed in range(first, first + repeats):
            if kind in (CRM, CRM_SMALL):
                n = leads if kind == CRM else leads // 3
                signals.append(tested(crm(n, seed, dealt=kind == CRM), OF_CRM))
            else:
                signals.append(tested(export(leads, seed, kind), SETTINGS))
        expected = kind in (WEAK, CRM_SMALL)
        result[kind] = {
            "exports": repeats,
            "right": float(np.mean([signal.shown == expected for signal in signals])),
            "too_few": float(np.mean([not signal.enough for signal in signals])),
            "accounts": float(np.mean([signal.accounts for signal in signals])),
            "each_s": (time.perf_counter() - begin) / repeats,
        }
    return result
