"""Time proxies planted into exports of known law: how many are left out, and what that gains.

Each export has 3,000 leads over two years. `calendar` is an index of the economy that each lead
gets by its date, `campaign` the number of the campaign that then ran. Two honest columns move with
the date as well: `drifting` grows by six of its deviations, of `channel` nine in ten leads have the
one in fashion; both move the odds. The base rate stands still, rises, or wanders as the index does.
Beside the share of exports in which each column is left out: what that gains in log loss and AUC on
the test window, with the 90 % interval over the exports.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import TestWindow, dated_outcomes, mean_with_interval
from benchmarks.machinery.catalogue import Figures
from features.history.lead_history import LeadHistory
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.fit import fit_for_window

USUAL_TIME = "10 min"
SMALL = {"repeats": 1, "leads": 600, "rates": ("rising",)}
DAYS, CAMPAIGNS, CHANNELS = 730.0, 24, 10
SETTINGS = Settings((), (), None, (0.0,))
PLANTED = ("calendar", "campaign")
HONEST = ("drifting", "channel")
RATES = ("still", "rising", "wandering")


def history(rate: str, n: int, seed: int) -> LeadHistory:
    """Return the leads of one export."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.uniform(0, 1, n))
    walk = np.cumsum(rng.normal(size=CAMPAIGNS)) / np.sqrt(CAMPAIGNS)
    wander = np.interp(at, np.linspace(0, 1, CAMPAIGNS), walk)
    level = {"still": np.zeros(n), "rising": 1.5 * at, "wandering": 1.5 * wander}[rate]
    need = rng.normal(size=n)
    drifting = 6 * at + rng.normal(size=n)
    fashion = (CHANNELS * at).astype(int)
    channel = np.where(rng.random(n) < 0.9, fashion, rng.integers(0, CHANNELS, n))
    odds = -1.5 + level + 0.6 * need + 0.3 * (drifting - 3) + np.where(channel % 2, 0.8, -0.8)
    won = rng.random(n) < 1 / (1 + np.exp(-odds))
    created = pd.Timestamp("2024-01-01") + pd.to_timedelta(at * DAYS, unit="D")
    ids = [f"L{i:05d}" for i in range(n)]
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
    days = rng.exponential(10, n)
    return LeadHistory.from_tables(leads, outcomes=dated_outcomes(ids, won, created, days))


def measure(rate: str, leads: int, seed: int) -> dict[str, float]:
    """Fit with the probe and without, and evaluate both on the test window."""
    window = TestWindow.of(Sample.of(history(rate, leads, seed), SETTINGS), SETTINGS)
    probed = fit_for_window(window.sample, window.span, SETTINGS)
    plain = fit_for_window(window.sample, window.span, SETTINGS, keep=(*PLANTED, *HONEST))
    assert probed is not None
    assert plain is not None
    with_probe, without = (window.metrics(window.readiness(f.fitted)) for f in (probed, plain))
    left_out = probed.dates.left_out if probed.dates else ()
    return {
        **{name: float(name in left_out) for name in (*PLANTED, *HONEST)},
        "log_loss_gained": without["log_loss"] - with_probe["log_loss"],
        "auc_gained": with_probe["auc"] - without["auc"],
    }


def run(repeats: int = 8, leads: int = 3_000, rates: tuple[str, ...] = RATES) -> Figures:
    """Draw as many exports of each base rate."""
    result = {}
    for rate in rates:
        rows = pd.DataFrame([measure(rate, leads, seed) for seed in range(repeats)])
        result[rate] = {
            **rows[[*PLANTED, *HONEST]].mean().to_dict(),
            **mean_with_interval("log_loss_gained", rows["log_loss_gained"]),
            **mean_with_interval("auc_gained", rows["auc_gained"]),
        }
    return result
