"""The real data sets and simulated worlds, as the benchmarks take them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machinery.catalogue import Figure, Figures
from experiments.simulation import World, WorldSettings, simulate
from features import LeadHistory
from features.tables import load_tables
from leadgate.arrays import Floats, Ints, Positions
from leadgate.config import Config
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.fitted import Fitted
from training.leakage.probe import find_leaks
from training.statistics import metrics
from training.statistics.bootstrap import bootstrap
from training.validation.windows import Window, test_window

DATASETS = Path(__file__).resolve().parents[2] / "experiments" / "datasets"
SIMULATED = "simulated"
# What a smoke run takes instead of real sets.
SMALL_SETS = {"sets": (SIMULATED,), "worlds": 1, "leads": 2_000}


@dataclass(frozen=True)
class TestWindow:
    """A sample, its test window, and the rows of the window that are evaluated."""

    sample: Sample
    span: Window
    settings: Settings
    rows: Positions

    @classmethod
    def of(cls, sample: Sample, settings: Settings) -> TestWindow:
        """Find the test window of a sample."""
        span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
        assert span is not None
        return cls(sample, span, settings, sample.evaluated(span))

    @classmethod
    def of_export(cls, config: Config) -> TestWindow:
        """Return the window of an export without its leaks."""
        history = load_tables(config).history()
        leaks = find_leaks(history, config)
        settings = Settings.of(config).without(leaks.left_out("column"), leaks.left_out("activity"))
        return cls.of(Sample.of(history, settings), settings)

    @property
    def y(self) -> Floats:
        """Whether each evaluated row is won, shape (n,)."""
        return self.sample.labels.y[self.rows]

    @property
    def weight(self) -> Floats:
        """What each evaluated row counts, shape (n,)."""
        return self.sample.labels.evaluation_weight[self.rows]

    @property
    def account(self) -> Ints:
        """The account of each evaluated row, shape (n,)."""
        return self.sample.account[self.rows]

    def readiness(self, fitted: Fitted) -> Floats:
        """Return what a fit expects of each evaluated row, shape (n,)."""
        at = self.sample.snapshots.take(self.rows)
        return fitted.model.readiness(
            fitted.feature_set.matrix(self.sample.history, at.lead, at.as_of)
        )

    def metrics(self, p: Floats) -> dict[str, float]:
        """Return log loss and AUC of a forecast of the evaluated rows."""
        return {
            "log_loss": float(metrics.log_loss(self.y, p, self.weight)),
            "auc": float(metrics.auc(self.y, p, self.weight)),
        }


def configurations(name: str, worlds: int, leads: int) -> Iterator[Config]:
    """Yield the configuration of a set, or of as many simulated worlds; each while it is used."""
    if name != SIMULATED:
        yield Config.load(DATASETS / f"{name}.toml")
        return
    for seed in range(worlds):
        with tempfile.TemporaryDirectory() as folder:
            yield exported(WorldSettings(n_leads=leads, seed=seed), Path(folder))[1]


def over_sets(
    sets: Sequence[str],
    measure: Callable[[Config], Mapping[str, Figure]],
    *,
    worlds: int,
    leads: int,
) -> Figures:
    """Return a row for each set, and one for each simulated world."""
    result: dict[str, Mapping[str, Figure]] = {}
    for name in sets:
        for number, config in enumerate(configurations(name, worlds, leads)):
            row = f"{name} {number + 1}" if name == SIMULATED and worlds > 1 else name
            result[row] = measure(config)
    return result


def exported(settings: WorldSettings, folder: Path) -> tuple[World, Config]:
    """Simulate a world and write its export; it is there as long as the folder."""
    world = simulate(settings)
    return world, Config.load(world.export(folder))


def history_of(world: World, outcomes: pd.DataFrame | None = None) -> LeadHistory:
    """Return the history that the export of a world gives."""
    return LeadHistory.from_tables(
        world.leads,
        world.activities,
        outcomes=world.outcomes if outcomes is None else outcomes,
        handoffs=world.handoffs,
        until=world.until.to_pydatetime(),
    )


def dated_outcomes(
    ids: Sequence[str], won: np.ndarray, created: pd.DatetimeIndex, days: np.ndarray
) -> pd.DataFrame:
    """Return the outcomes of leads, each closed so many days after its creation."""
    closed = created + pd.to_timedelta(days, unit="D")
    outcome = np.where(won, "won", "lost")
    return pd.DataFrame({"lead_id": ids, "outcome": outcome, "closed_at": closed})


def with_interval(
    name: str, statistic: Callable[[Floats], Floats], account: Ints, weight: Floats
) -> dict[str, float]:
    """Return a figure with its 90 % interval, bootstrap by account: name, name_low, name_high."""
    low, high = bootstrap(statistic, account, weight)
    return {
        name: float(statistic(weight)),
        f"{name}_low": float(low),
        f"{name}_high": float(high),
    }


def mean_with_interval(name: str, values: Sequence[float] | pd.Series[float]) -> dict[str, float]:
    """Return the mean of repeats with its 90 % interval, by its standard error."""
    repeats = pd.Series(values, dtype=np.float64)
    mean, error = float(repeats.mean()), 1.645 * float(repeats.sem())
    return {name: mean, f"{name}_low": mean - error, f"{name}_high": mean + error}
