"""Columns that tell the date only, planted into real sets: what the date probe makes of them.

Run with ``LEADGATE_DATA=... python benchmarks/bench_date_plants.py [SET ...]``; a set is one of
experiments/datasets or ``simulated``, a world of 5,000 leads. `counter` numbers the leads in their
order, `campaign` is one of 24 that ran one after the other, `index` rises and swings. Beside what
the probe left out: log loss and AUC on the newest fifth with all three kept, and what the probe
gains in log loss, with its 90 % interval (bootstrap by account). Without a search.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.data_sets import add_rows, sampled
from features.tables import Tables, load_tables
from leadgate.arrays import Floats
from leadgate.config import Config
from training.dataset.sample import Sample
from training.ensemble.search import Effort
from training.fit import fit_for_window
from training.statistics import metrics
from training.statistics.bootstrap import bootstrap

SETS = ("bpi2012", "marketstar", "olist", "x_education", "simulated")
PLANTED = ("counter", "campaign", "index")


def planted(tables: Tables) -> Tables:
    """Return the export with the three columns."""
    history = tables.history()
    place = np.argsort(np.argsort(history.order, kind="stable")) / len(history)
    leads = tables.leads.copy()
    at = leads["lead_id"].map(dict(zip(history.lead_ids, place, strict=True))).to_numpy(np.float64)
    noise = np.random.default_rng(0).normal(0, 0.2, at.size)
    leads["counter"] = (1000 * at).round(1)
    leads["campaign"] = [f"c{24 * a:.0f}" for a in at]
    leads["index"] = (100 + 5 * np.sin(7 * at) + 8 * at + noise).round(2)
    return replace(tables, leads=leads)


def measure(config: Config) -> tuple[str, ...]:
    """Return what was left out, log loss and AUC with all kept, and what the probe gains."""
    sample, span, settings = sampled(config)
    sample = Sample.of(planted(load_tables(config)).history(), settings)
    rows = sample.evaluated(span)
    y, weight = sample.labels.y[rows], sample.evaluation_weight(span, rows)
    at, said, out = sample.snapshots.take(rows), [], "nothing"
    for keep in (PLANTED, ()):
        fit = fit_for_window(sample, span, settings, effort=Effort(trials=0), keep=keep)
        assert fit is not None
        X = fit.fitted.feature_set.matrix(sample.history, at.lead, at.as_of)
        said.append(fit.fitted.model.readiness(X))
        if not keep and fit.dates:
            out = ", ".join(fit.dates.left_out) or "nothing"
    kept, probed = said

    def gain(weight: Floats) -> Floats:
        return np.asarray(metrics.log_loss(y, kept, weight) - metrics.log_loss(y, probed, weight))

    low, high = bootstrap(gain, sample.account[rows], weight)
    figures = (metrics.log_loss(y, kept, weight), metrics.auc(y, kept, weight))
    gained = f"{float(gain(weight)):+.4f} ({float(low):+.4f} to {float(high):+.4f})"
    return (out, *(f"{float(figure):.4f}" for figure in figures), gained)


def main() -> None:
    """Print the table."""
    table = Table("set", "left out", "log loss, kept", "AUC, kept", "log loss gained")
    add_rows(table, SETS, measure, worlds=1)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
