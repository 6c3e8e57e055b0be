"""Columns that tell the date only, planted into exports of known law: found, and what it brings.

Run with ``python benchmarks/bench_dates.py [--repeats 4]``. Each export has 3,000 leads over two
years. `calendar` is an index of the economy that each lead gets by its date, `campaign` the number
of the campaign that then ran. Two honest columns tell the date as well: `drifting` grows by six of
its deviations, of `channel` nine in ten leads have the one in fashion; both move the odds. The base
rate stands still, rises, or wanders as the index does. Beside the share of exports in which each
column is left out: what that gains in log loss and AUC on the test window, with the 90 % interval
over the exports.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from features.history.lead_history import LeadHistory
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.fit import fit_for_window
from training.statistics import metrics
from training.validation.windows import test_window

N, DAYS, CAMPAIGNS, CHANNELS = 3_000, 730.0, 24, 10
SETTINGS = Settings((), (), None, (0.0,))
PLANTED = ("calendar", "campaign")
HONEST = ("drifting", "channel")
RATES = ("still", "rising", "wandering")


def history(rate: str, seed: int) -> LeadHistory:
    """Return the leads of one export."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.uniform(0, 1, N))
    walk = np.cumsum(rng.normal(size=CAMPAIGNS)) / np.sqrt(CAMPAIGNS)
    wander = np.interp(at, np.linspace(0, 1, CAMPAIGNS), walk)
    level = {"still": np.zeros(N), "rising": 1.5 * at, "wandering": 1.5 * wander}[rate]
    need = rng.normal(size=N)
    drifting = 6 * at + rng.normal(size=N)
    fashion = (CHANNELS * at).astype(int)
    channel = np.where(rng.random(N) < 0.9, fashion, rng.integers(0, CHANNELS, N))
    odds = -1.5 + level + 0.6 * need + 0.3 * (drifting - 3) + np.where(channel % 2, 0.8, -0.8)
    won = rng.random(N) < 1 / (1 + np.exp(-odds))
    created = pd.Timestamp("2024-01-01") + pd.to_timedelta(at * DAYS, unit="D")
    ids = [f"L{i:05d}" for i in range(N)]
    leads = pd.DataFrame(
        {
            "lead_id": ids,
            "created_at": created,
            "need": need.round(3),
            "calendar": (100 + 10 * at + 3 * wander).round(2),
            "campaign": np.floor(CAMPAIGNS * at).astype(int).astype(str) + "th",
            "drifting": drifting.round(3),
            "channel": channel.astype(str) + "th",
        }
    )
    outcome = np.where(won, "won", "lost")
    closed = created + pd.to_timedelta(rng.exponential(10, N), unit="D")
    return LeadHistory.from_tables(
        leads, outcomes=pd.DataFrame({"lead_id": ids, "outcome": outcome, "closed_at": closed})
    )


def measure(rate: str, seed: int) -> dict[str, float]:
    """Fit with the probe and without, and judge both on the test window."""
    sample = Sample.of(history(rate, seed), SETTINGS)
    span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    assert span is not None
    probed = fit_for_window(sample, span, SETTINGS)
    plain = fit_for_window(sample, span, SETTINGS, keep=(*PLANTED, *HONEST))
    assert probed is not None
    assert plain is not None
    rows = sample.evaluated(span)
    at, y, weight = sample.snapshots.take(rows), sample.labels.y[rows], np.ones(rows.size)
    evaluated = []
    for fit in (probed.fitted, plain.fitted):
        p = fit.model.readiness(fit.feature_set.matrix(sample.history, at.lead, at.as_of))
        evaluated.append((float(metrics.log_loss(y, p, weight)), float(metrics.auc(y, p, weight))))
    (loss, auc), (plain_loss, plain_auc) = evaluated
    found = probed.dates.left_out if probed.dates else ()
    out = {name: float(name in found) for name in (*PLANTED, *HONEST)}
    return {**out, "log_loss": plain_loss - loss, "auc": auc - plain_auc}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=4)
    repeats = parser.parse_args().repeats
    table = Table("base rate", *PLANTED, *HONEST, "log loss gained", "AUC gained")
    for rate in RATES:
        found = pd.DataFrame([measure(rate, seed) for seed in range(repeats)])
        mean, error = found.mean(), 1.645 * found.sem()
        gained = [
            f"{mean[n]:+.4f} ({mean[n] - error[n]:+.4f} to {mean[n] + error[n]:+.4f})"
            for n in ("log_loss", "auc")
        ]
        table.add_row(rate, *(f"{mean[n]:.0%}" for n in (*PLANTED, *HONEST)), *gained)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
