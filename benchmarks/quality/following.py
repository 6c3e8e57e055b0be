"""A base-rate offset that follows the outcomes against the frozen one, at the delay of the data.

The test window of each set with dates of outcomes, and of simulated CRMs with and without drift, by
the evaluation fits with the offset as fitted and followed. `gain` is how much lower the log loss is
where it follows, with its 90 % interval by account; `follows` whether the forward windows before
the test window say that it pays, and `served` the gain by that rule. The mean over the worlds has
its interval by the standard error. The last row trains a simulated CRM as it stood after three
quarters of a year and recalibrates it at the end: seconds of both in one process.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.inputs.data_sets import exported, mean_with_interval
from benchmarks.inputs.known_columns import known_columns
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from experiments.simulation import WorldSettings
from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.tables import load_tables
from leadgate.bundle.bundle import load_bundle
from leadgate.config import Config
from leadgate.jsonfile import read_json, write_json
from leadgate.model.calibration import logit
from leadgate.registry.registry import CHAMPION, Registry
from training import train
from training.ensemble.following import can_follow
from training.ensemble.prequential import follow_window, outcomes_of
from training.evaluation.followed import Following, following_of
from training.fit import fit_for_window
from training.prepare import prepare
from training.recalibration.recalibrate import recalibrate
from training.validation.windows import test_window

USUAL_TIME = "25 min"
SMALL = {"sets": (), "worlds": 1, "drifts": (0.0,), "leads": 1_500}
NEEDS = (NEEDS_DATA,)
SETS = ("olist", "bpi2012", "zoho_deals", "sfdc_opportunities")


def measured(config: Config, history: LeadHistory) -> tuple[Following, float, bool] | None:
    """Return what following is worth, the wins of the test window, and whether it is followed.

    Without a window before the test window nothing says that it pays. None where nothing matured.
    """
    data = prepare(config, history, keep=())
    sample = data.sample
    window = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    if data.too_few or window is None or not can_follow(sample):
        return None
    fits = fit_for_window(sample, window, data.settings)
    if fits is None:
        return None
    *earlier, test = (follow_window(sample, fit, fits.stacked) for fit in fits.fits)
    before = [followed.evaluated for followed in earlier if followed is not None]
    if test is None:
        return None
    published = outcomes_of(sample, fits.rows, logit(fits.readiness(sample)))
    wins = float(published.weight @ published.y)
    seen = following_of(before or [test.evaluated], test, published)
    return seen, wins, bool(before) and seen.pays


def figures(seen: tuple[Following, float, bool] | None) -> dict[str, Figure]:
    """Return the row of a set."""
    if seen is None:
        return {"left_out": "it is not known when outcomes come, or too few came"}
    following, wins, follows = seen
    gain = following.gain
    return {
        "delay_days": following.delay_days, "wins": wins,
        "frozen": following.frozen.value, "followed": following.followed.value,
        "gain": gain.value, "gain_low": gain.low, "gain_high": gain.high,
        "follows": int(follows), "served": gain.value * follows,
    }  # fmt: skip


def over_worlds(drift: float, worlds: int, leads: int) -> dict[str, Figure]:
    """Return the means over simulated CRMs of one drift."""
    rows = []
    for seed in range(worlds):
        with tempfile.TemporaryDirectory() as folder:
            settings = WorldSettings(n_leads=leads, seed=seed, drift=drift, horizon_days=45.0)
            config = exported(settings, Path(folder))[1]
            seen = measured(config, load_tables(config).history())
        if seen is not None:
            rows.append(figures(seen))
    if not rows:
        return {"left_out": "too few came in every world"}
    columns = {name: np.array([float(row[name] or 0) for row in rows]) for name in rows[0]}
    means = {n: float(columns[n].mean()) for n in ("delay_days", "wins", "frozen", "followed")}
    always = mean_with_interval("gain", columns["gain"].tolist())
    served = mean_with_interval("served", columns["served"].tolist())
    follows = float(columns["follows"].mean())
    return {"worlds": len(rows), **means, **always, "follows": follows, **served}


def seconds(leads: int) -> dict[str, Figure]:
    """Return how long a training takes, and a recalibration of its model a season later."""
    with tempfile.TemporaryDirectory() as folder:
        settings = WorldSettings(n_leads=leads, seed=1, drift=-1.0, horizon_days=45.0)
        config = exported(settings, Path(folder))[1]
        earlier = config.data.model_copy(update={"until": "2025-10-01"})
        trained = train(config.model_copy(update={"data": earlier}))
        registry = Registry(config.tracking, config.folder)
        _let_follow(registry.bundle(trained.version))
        registry.set_alias(CHAMPION, trained.version)
        begin = time.perf_counter()
        done = recalibrate(config)
        took = time.perf_counter() - begin
        before, after = (load_bundle(registry.bundle(v)) for v in (trained.version, done.version))
    X = np.random.default_rng(0).normal(
        size=(1_000, len(FeatureSet.from_dict(before.features).names_))
    )
    ranks = [np.argsort(bundle.model.readiness(X), kind="stable") for bundle in (before, after)]
    return {
        "train_s": trained.seconds, "recalibrate_s": took, "ratio": took / trained.seconds,
        "ranks_moved": int((ranks[0] != ranks[1]).sum()),
    }  # fmt: skip


def _let_follow(bundle: Path) -> None:
    """Let the time be measured whatever the windows of this world say."""
    manifest = read_json(bundle / "bundle.json")
    write_json(bundle / "bundle.json", manifest | {"level": manifest["level"] | {"follow": True}})


def run(
    sets: tuple[str, ...] = SETS,
    drifts: tuple[float, ...] = (0.0, 1.0, -1.0),
    worlds: int = 10,
    leads: int = 4_000,
) -> Figures:
    """Follow the sets and the worlds."""
    rows: dict[str, dict[str, Figure]] = {}
    for name in sets:
        known = known_columns(name)
        rows[name] = figures(measured(known.config, known.history))
    for drift in drifts:
        rows[f"simulated, drift {drift:g}"] = over_worlds(drift, worlds, leads)
    rows["seconds"] = seconds(leads)
    return rows
