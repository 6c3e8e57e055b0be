"""What the search for hyper-parameters is worth, forward in time.

Run with ``LEADGATE_DATA=... python benchmarks/bench_search.py [SET ...]``; a set is one of
experiments/datasets or ``simulated``, which stands for one world of 5,000 leads. Two fits before
the newest fifth, without a search and with as many trials as training would make. For each set: the
trials, whether another tuning was chosen, and log loss and AUC on the newest fifth with each.
"""

from __future__ import annotations

from data_sets import add_rows, sampled
from rich.console import Console
from rich.table import Table

from leadgate.config import Config
from training.ensemble.search import Effort
from training.fit import fit_for_window
from training.statistics import metrics

SETS = ("olist", "x_education", "marketstar", "bpi2012", "bank", "simulated")


def measure(config: Config) -> tuple[str, ...]:
    """Return what was tried and chosen, and log loss and AUC without and with it, in words."""
    sample, span, settings = sampled(config)
    rows = sample.evaluated(span)
    y, weight = sample.labels.y[rows], sample.evaluation_weight(span, rows)
    at = sample.snapshots.take(rows)
    said = []
    for effort in (Effort(trials=0), Effort()):
        fit = fit_for_window(sample, span, settings, effort=effort)
        assert fit is not None
        X = fit.fitted.feature_set.matrix(sample.history, at.lead, at.as_of)
        p = fit.fitted.model.readiness(X)
        said += [f"{metrics.log_loss(y, p, weight):.4f}", f"{metrics.auc(y, p, weight):.4f}"]
    trials = fit.found.trials
    another = bool(trials) and fit.found.tuning != trials[0].tuning
    return str(len(trials)), "yes" if another else "no", *said


def main() -> None:
    """Print the table."""
    sides = ("trials", "another chosen", "without: log loss", "AUC", "with: log loss", "AUC")
    table = Table("set", *sides)
    add_rows(table, SETS, measure, worlds=1)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
