"""Time proxies in the real sets, and what the date probe makes of them.

What was known before the newest fifth is probed, with the hyper-parameters that are used without a
search. Beside it: how well the strongest feature of what leads did separates the forward windows
from what came before, which the probe does not look at.
"""

from __future__ import annotations

import numpy as np

from benchmarks.inputs.data_sets import SIMULATED, SMALL_SETS, TestWindow, over_sets
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from leadgate.config import Config
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.ensemble.fold_sample import FoldSample
from training.ensemble.forward import Fold, forward_folds
from training.estimators.candidates import affordable
from training.estimators.tuning import Tuning
from training.leakage.date_probe import probe_dates
from training.leakage.time_proxy import late_auc

USUAL_TIME = "3 min"
SMALL = SMALL_SETS
NEEDS = (NEEDS_DATA,)
SETS = ("bank", "bpi2012", "marketstar", "olist", "x_education", SIMULATED)


def measure(config: Config) -> dict[str, Figure]:
    """Return what the probe says, and the strongest time proxy among what leads did."""
    window = TestWindow.of_export(config)
    settings = window.settings
    earlier = window.sample.before(window.span, settings)
    data = labelled_matrix(earlier, settings)
    assert data is not None
    folds = forward_folds(earlier, settings)
    names = affordable(earlier.labels.y[earlier.labels.weight > 0])
    probe = probe_dates(earlier, data.feature_set, folds, names, Tuning.default(data.outcomes))
    said = probe.sentences() if probe else []
    return {"suspects": len(said), "said": " ".join(said), **of_activities(earlier, folds)}


def of_activities(sample: Sample, folds: list[Fold]) -> dict[str, Figure]:
    """Return the feature of what leads did that separates the windows best, mean of them."""
    aucs: dict[str, list[float]] = {}
    for window in (FoldSample.of(sample, fold) for fold in folds):
        half = np.concatenate([window.matrix.account, window.account]) % 2 == 0
        for j, feature in enumerate(window.matrix.feature_set.features_):
            if not feature.of_attribute and window.y.size:
                auc = late_auc(window.matrix.X[:, j], window.X[:, j], False, half)
                aucs.setdefault(feature.name, []).append(auc)
    if not aucs:
        return {}
    strongest = max(aucs, key=lambda name: float(np.mean(aucs[name])))
    return {"strongest_activity": strongest, "auc": float(np.mean(aucs[strongest]))}


def run(sets: tuple[str, ...] = SETS, worlds: int = 1, leads: int = 5_000) -> Figures:
    """Probe each set."""
    return over_sets(sets, measure, worlds=worlds, leads=leads)
