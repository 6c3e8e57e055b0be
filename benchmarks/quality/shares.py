"""The shares of the members, weighed beside a free base-rate offset or the one that ships.

One fit before the newest fifth, without a search, is blended both ways. For each set: log loss and
AUC on the newest fifth, and before how many of the forward windows an offset was known.
"""

from __future__ import annotations

from dataclasses import replace

from benchmarks.inputs.data_sets import SMALL_SETS, TestWindow, over_sets
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from benchmarks.quality.base_rate_offset import SETS
from leadgate.config import Config
from training.dataset.matrix import labelled_matrix
from training.ensemble.cross_fit import cross_fit
from training.ensemble.forward import assemble
from training.ensemble.search import Effort
from training.fit import fit_for_window

USUAL_TIME = "6 min"
SMALL = SMALL_SETS
NEEDS = (NEEDS_DATA,)


def measure(config: Config) -> dict[str, Figure]:
    """Return log loss and AUC with either offset, and how many offsets were known."""
    window = TestWindow.of_export(config)
    fit = fit_for_window(window.sample, window.span, window.settings, effort=Effort(trials=0))
    assert fit is not None
    assert fit.oof is not None
    earlier = window.sample.before(window.span, window.settings)
    data = labelled_matrix(earlier, fit.settings(window.settings))
    assert data is not None
    crossed = cross_fit(data, fit.members.names, fit.search.tuning)
    result: dict[str, Figure] = {}
    for name, oof in (("free", replace(fit.oof, anchors=())), ("shipped", fit.oof)):
        fitted = assemble(fit.members, earlier, oof, crossed)
        scores = window.metrics(window.readiness(fitted))
        result |= {f"{metric}_{name}": value for metric, value in scores.items()}
    anchors = fit.oof.anchors
    offsets = sum(anchor is not None for anchor in anchors)
    return {**result, "offsets": offsets, "windows": len(anchors)}


def run(sets: tuple[str, ...] = SETS, worlds: int = 3, leads: int = 5_000) -> Figures:
    """Fit once on each set."""
    return over_sets(sets, measure, worlds=worlds, leads=leads)
