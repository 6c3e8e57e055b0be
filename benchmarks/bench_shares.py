"""What the shares of the members are worth when weighed beside a free level, or the one that ships.

Run with ``LEADGATE_DATA=... python benchmarks/bench_shares.py [SET ...]``; a set is one of
experiments/datasets or ``simulated``, which stands for three worlds of 5,000 leads. One fit before
the newest fifth, without a search, is blended both ways. For each: log loss and AUC on the newest
fifth, and before how many of the forward windows a level was known.
"""

from __future__ import annotations

from dataclasses import replace

from bench_level import SETS
from data_sets import WORLDS, add_rows, sampled
from rich.console import Console
from rich.table import Table

from leadgate.config import Config
from training.dataset.matrix import labelled_matrix
from training.ensemble.cross_fit import cross_fit
from training.ensemble.forward import assemble
from training.ensemble.search import Effort
from training.fit import fit_for_window
from training.statistics import metrics


def measure(config: Config) -> tuple[str, ...]:
    """Return log loss and AUC with either level, and how many levels were known, in words."""
    sample, span, settings = sampled(config)
    fit = fit_for_window(sample, span, settings, effort=Effort(trials=0))
    assert fit is not None
    assert fit.oof is not None
    earlier = sample.before(span, settings)
    data = labelled_matrix(earlier, fit.settings(settings))
    assert data is not None
    crossed = cross_fit(data, fit.members.names, fit.found.tuning)
    rows = sample.evaluated(span)
    at = sample.snapshots.take(rows)
    y, weight = sample.labels.y[rows], sample.evaluation_weight(span, rows)
    said = []
    for oof in (replace(fit.oof, anchors=()), fit.oof):
        fitted = assemble(fit.members, earlier, oof, crossed)
        p = fitted.model.readiness(fitted.feature_set.matrix(sample.history, at.lead, at.as_of))
        said += [f"{metrics.log_loss(y, p, weight):.4f}", f"{metrics.auc(y, p, weight):.4f}"]
    levels = sum(anchor is not None for anchor in fit.oof.anchors)
    return (*said, f"{levels} of {len(fit.oof.anchors)}")


def main() -> None:
    """Print the table."""
    sides = ("free: log loss", "AUC", "as shipped: log loss", "AUC", "levels known")
    table = Table("set", *sides)
    add_rows(table, SETS, measure, worlds=WORLDS)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
