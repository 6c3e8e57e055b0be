"""How far the lines of the leak probe are from the nearest clean column and the nearest leak.

Over the real sets with what is known of their columns, and the bank's calls in shuffled rows, where
the calendar explains nothing away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.inputs.known_columns import NAMES, KnownColumns, known_columns
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from training.leakage.evidence import FILLED, VALUES, Evidence
from training.leakage.lines import ABOVE_OTHERS, FILL_GAP, SURE, SUSPECT
from training.leakage.probe import find_leaks

USUAL_TIME = "20 s"
SMALL: dict[str, object] = {"sets": ("bank",)}
NEEDS = (NEEDS_DATA,)
SHUFFLED = "bank, shuffled rows"


@dataclass(frozen=True)
class Measure:
    """What one column reaches of one line."""

    row: str
    line: float
    value: float


def measures(evidence: Evidence) -> Iterator[Measure]:
    """Yield how far a column comes towards each line."""
    for finding in evidence.findings:
        between = f"{finding.names[0]} against {finding.names[1]}"
        if finding.decisive:
            of_closings = finding.what == VALUES and not finding.of_wins
            line = SURE if of_closings else SUSPECT[finding.what]
            nats = finding.divergence.low if finding.divergence.ensures else 0.0
            yield Measure(f"{finding.what}, {between}", line, nats)
        if finding.what == FILLED:
            yield Measure(f"gap of filling, {between}", FILL_GAP, finding.divergence.gap)
    if evidence.univariate is not None:
        yield Measure("AUC alone", ABOVE_OTHERS, evidence.univariate.low)


def real_sets(names: tuple[str, ...]) -> Iterator[tuple[str, KnownColumns]]:
    """Yield the sets by name."""
    for name in names:
        real_set = known_columns(name)
        yield name, real_set
        if name == "bank":
            order = np.random.default_rng(0).permutation(real_set.history.order)
            yield SHUFFLED, replace(real_set, history=replace(real_set.history, order=order))


def run(sets: tuple[str, ...] = NAMES) -> Figures:
    """Measure every column that is surely clean or surely a leak."""
    reached: defaultdict[str, dict[str, list[tuple[float, str]]]] = defaultdict(
        lambda: {"clean": [], "leak": []}
    )
    lines: dict[str, float] = {}
    for name, real_set in real_sets(sets):
        for column, evidence in find_leaks(real_set.history, real_set.config).evidence.items():
            kind = "leak" if column in real_set.leak else "clean"
            if column not in real_set.leak | real_set.clean:
                continue
            for measure in measures(evidence):
                reached[measure.row][kind].append((measure.value, f"{name}: {column}"))
                lines[measure.row] = measure.line
    return {row: _row(lines[row], **reached[row]) for row in sorted(reached)}


def _row(
    line: float, clean: list[tuple[float, str]], leak: list[tuple[float, str]]
) -> dict[str, Figure]:
    nearest, which = max(clean, default=(0.0, ""))
    above, leaking = min((pair for pair in leak if pair[0] >= line), default=(None, ""))
    return {
        "line": line,
        "clean": nearest,
        "clean_column": which if nearest > 0 else "",
        "leak": above,
        "leak_column": leaking,
    }
