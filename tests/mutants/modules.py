"""Which modules are mutated, and which tests stand nearest to each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

# The modules that decide what is true. Each stands for itself or for all modules of a folder.
MODULES = (
    "training/dataset/labels.py",
    "training/dataset/gate_weights.py",
    "training/dataset/held_back.py",
    "training/dataset/censoring.py",
    "training/dataset/class_counts.py",
    "training/dataset/even_sample.py",
    "training/dataset/horizons.py",
    "features/aggregation/activity_reader.py",
    "features/aggregation/point_in_time.py",
    "features/aggregation/windows.py",
    "features/aggregation/accounts.py",
    "leadgate/policy",
    "experiments/effect",
    "experiments/monitor",
    "serving/batch/changes.py",
    "serving/decisions/score_change.py",
    "training/packaging/drift.py",
    "experiments/comparison/compare.py",
    "experiments/comparison/contests.py",
    "experiments/comparison/later.py",
    "experiments/alignment/alignment.py",
    "experiments/alignment/fell_through.py",
    "experiments/alignment/journey.py",
    "experiments/alignment/lead_states.py",
    "experiments/alignment/overlap.py",
    "experiments/alignment/signs.py",
    "experiments/alignment/sources.py",
    "experiments/alignment/speed.py",
    "experiments/alignment/touches.py",
    "experiments/alignment/view.py",
    "serving/decisions/decider.py",
    "serving/decisions/erasure.py",
    "serving/outage/availability.py",
    "serving/outage/spool.py",
)
# Tests further away that look at the same thing.
ALSO = {
    "features/aggregation": ("tests/features/test_feature_set.py",),
    "training/dataset": ("tests/training/validation/test_windows.py",),
}
# Whole runs that take longer than what they would notice is worth.
LEFT_OUT = frozenset({"test_page.py", "test_feedback.py"})
QUICK = "not slow and not data and not chromium and not postgres"


class Tests(NamedTuple):
    """Files of tests, in the order in which they run, and the marks that choose among them."""

    files: tuple[str, ...]
    marks: str = QUICK


def files_of(root: Path, modules: tuple[str, ...] = MODULES) -> list[str]:
    """Return the paths of the modules, from the root.

    Raises
    ------
    SystemExit
        Naming what is gone: a module that was moved must not be left out unseen.
    """
    missing = [name for name in modules if not (root / name).exists()]
    if missing:
        sys.exit(f"tests/mutants/modules.py names what is gone: {', '.join(missing)}")
    paths = [
        path
        for name in modules
        for path in ([root / name] if name.endswith(".py") else sorted((root / name).glob("*.py")))
    ]
    return [path.relative_to(root).as_posix() for path in paths]


def nearest_tests(root: Path, file: str) -> Tests:
    """Return the tests of a module: those of its own name first, then those of its shelf."""
    shelf = Path(file).parent
    files = sorted((root / "tests" / shelf).glob("test_*.py"))
    tests = [path for path in files if path.name not in LEFT_OUT]
    tests.sort(key=lambda path: path.stem != f"test_{Path(file).stem}")
    more = [root / name for name in ALSO.get(shelf.as_posix(), ()) if (root / name).is_file()]
    return Tests(tuple(path.relative_to(root).as_posix() for path in [*tests, *more]))
