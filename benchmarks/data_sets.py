"""The real data sets and simulated worlds, as the benchmarks of single parts take them."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.table import Table

from experiments.simulation import WorldSettings, simulate
from features.tables import load_tables
from leadgate.config import Config
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.leakage.probe import find_leaks
from training.validation.windows import Window, test_window

DATASETS = Path(__file__).parent.parent / "experiments" / "datasets"
# Worlds of so many leads.
SIMULATED, WORLDS, LEADS = "simulated", 3, 5_000


def configurations(name: str, worlds: int = WORLDS) -> Iterator[Config]:
    """Yield the configuration of a set, or of as many simulated worlds; each while it is used."""
    if name != SIMULATED:
        yield Config.load(DATASETS / f"{name}.toml")
        return
    for seed in range(worlds):
        world = simulate(WorldSettings(n_leads=LEADS, seed=seed))
        with tempfile.TemporaryDirectory() as folder:
            yield Config.load(world.export(Path(folder)))


def sampled(config: Config) -> tuple[Sample, Window, Settings]:
    """Return the sample of an export without its leaks, the test window and the settings."""
    history = load_tables(config).history()
    leaks = find_leaks(history, config)
    settings = Settings.of(config).without(leaks.left_out("column"), leaks.left_out("activity"))
    sample = Sample.of(history, settings)
    span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    assert span is not None
    return sample, span, settings


def add_rows(
    table: Table, sets: Sequence[str], measure: Callable[[Config], Sequence[str]], worlds: int
) -> None:
    """Add a row for each set that the command line names, else of `sets`, and for each world."""
    for name in sys.argv[1:] or sets:
        for config in configurations(name, worlds):
            table.add_row(name, *measure(config))
