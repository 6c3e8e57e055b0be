"""What tells the date in the real sets, and what the date probe makes of it.

Run with ``LEADGATE_DATA=... python benchmarks/bench_date_sets.py [SET ...]``; a set is one of
experiments/datasets or ``simulated``, a world of 5,000 leads. What was known before the newest
fifth is probed, with the hyper-parameters that are used without a search. Beside it: how well the
most telling feature of what leads did tells the forward windows from what came before, which the
probe does not look at.
"""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.data_sets import add_rows, sampled
from leadgate.config import Config
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.ensemble.fold_sample import FoldSample
from training.ensemble.forward import Fold, forward_folds
from training.estimators.candidates import affordable
from training.estimators.tuning import Tuning
from training.leakage.date_probe import probe_dates
from training.leakage.time_proxy import apart

SETS = ("bank", "bpi2012", "marketstar", "olist", "x_education", "simulated")


def measure(config: Config) -> tuple[str, str]:
    """Return what the probe says, and the most telling feature of what leads did."""
    sample, span, settings = sampled(config)
    earlier = sample.before(span, settings)
    data = labelled_matrix(earlier, settings)
    assert data is not None
    folds = forward_folds(earlier, settings)
    names = affordable(earlier.labels.y[earlier.labels.weight > 0])
    probe = probe_dates(earlier, data.feature_set, folds, names, Tuning.default(data.outcomes))
    said = probe.sentences() if probe else ["nothing tells the date"]
    return "\n".join(said), of_activities(earlier, folds)


def of_activities(sample: Sample, folds: list[Fold]) -> str:
    """Return the feature of what leads did that tells the windows best, mean of the windows."""
    found: dict[str, list[float]] = {}
    for window in (FoldSample.of(sample, fold) for fold in folds):
        half = np.concatenate([window.matrix.account, window.account]) % 2 == 0
        for j, feature in enumerate(window.matrix.feature_set.features_):
            if not feature.of_attribute and window.y.size:
                auc = apart(window.matrix.X[:, j], window.X[:, j], False, half)
                found.setdefault(feature.name, []).append(auc)
    if not found:
        return "none"
    best = max(found, key=lambda name: float(np.mean(found[name])))
    return f"{best} ({np.mean(found[best]):.2f})"


def main() -> None:
    """Print the table."""
    table = Table("set", "what the probe says", "most telling of what leads did", show_lines=True)
    add_rows(table, SETS, measure, worlds=1)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
