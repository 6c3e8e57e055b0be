"""What the search for hyper-parameters is worth, forward in time.

Two fits before the newest fifth, without a search and with as many trials as training would make.
For each set: the trials, whether another tuning was chosen, and log loss and AUC on the newest
fifth with each.
"""

from __future__ import annotations

from benchmarks.inputs.data_sets import SIMULATED, SMALL_SETS, TestWindow, over_sets
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from leadgate.config import Config
from training.ensemble.search import Effort
from training.fit import fit_for_window

USUAL_TIME = "8 min"
SMALL = SMALL_SETS
NEEDS = (NEEDS_DATA,)
SETS = ("olist", "x_education", "marketstar", "bpi2012", "bank", SIMULATED)


def measure(config: Config) -> dict[str, Figure]:
    """Return what was tried and chosen, and log loss and AUC without and with it."""
    window = TestWindow.of_export(config)
    result: dict[str, Figure] = {}
    for name, effort in (("without", Effort(trials=0)), ("with", Effort())):
        fit = fit_for_window(window.sample, window.span, window.settings, effort=effort)
        assert fit is not None
        scores = window.metrics(window.readiness(fit.fitted))
        result |= {f"{metric}_{name}": value for metric, value in scores.items()}
    trials = fit.search.trials
    another = bool(trials) and fit.search.tuning != trials[0].tuning
    return {"trials": len(trials), "another_chosen": int(another), **result}


def run(sets: tuple[str, ...] = SETS, worlds: int = 1, leads: int = 5_000) -> Figures:
    """Fit twice on each set."""
    return over_sets(sets, measure, worlds=worlds, leads=leads)
