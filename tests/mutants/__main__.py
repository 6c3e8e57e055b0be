# ruff: noqa: T201
"""Plant small faults in the modules that decide what is true, and see whether a test notices.

``python -m tests.mutants [--sample 400] [--seed 13] [--only leadgate/policy] [--list]``; the exit
status is 1 where fewer than 90 % are noticed, or an accepted survivor is gone.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from tests.mutants.modules import Tests, files_of, nearest_tests
from tests.mutants.mutations import Mutant, mutants_of
from tests.mutants.runner import LIMIT, Job, Outcome, import_heavy, run
from tests.mutants.survivors import Key, accepted_in, gone, sample

ROOT = Path(__file__).resolve().parents[2]
LEAST_KILLED = 0.9


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    given = _arguments(arguments)
    planted = [m for file in files_of(ROOT) for m in mutants_of(file, (ROOT / file).read_bytes())]
    wanted = [mutant for mutant in planted if mutant.file.startswith(given.only)]
    drawn = sample(wanted, given.sample, given.seed)
    if given.list:
        for mutant in drawn:
            _print_mutant(mutant)
        return 0
    began = time.monotonic()
    outcomes = _run(drawn, given.processes)
    accepted = accepted_in(Path(__file__).with_name("accepted.toml"))
    noticed, counted = _report(outcomes, accepted)
    stale = gone(accepted, planted, [o.job.mutant for o in outcomes if o.killed])
    for key in stale:
        print("accepted, but gone: " + " | ".join(key))
    share = noticed / counted if counted else 1.0
    print(f"{noticed} of {counted} noticed, {share:.1%}; {len(planted)} can be planted.")
    print(f"{time.monotonic() - began:.0f} seconds on {given.processes} processes.")
    return int(share < LEAST_KILLED or bool(stale))


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=400, help="how many mutants, at most")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--only", default="", help="modules whose path begins so")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--list", action="store_true", help="print the mutants and run none")
    return parser.parse_args(arguments)


def _run(drawn: Sequence[Mutant], processes: int) -> list[Outcome]:
    """Run every mutant, with a line for each that is done."""
    tests = {mutant.file: nearest_tests(ROOT, mutant.file) for mutant in drawn}
    import_heavy()
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        seconds = _measure(Path(name) / "before", set(tests.values()), processes)
        jobs = [
            Job(m, tests[m.file], LIMIT * seconds[frozenset(tests[m.file].files)]) for m in drawn
        ]
        for outcome in run(ROOT, Path(name) / "after", jobs, processes):
            outcomes.append(outcome)
            result = "noticed" if outcome.killed else "NOT NOTICED"
            place = f"{outcome.job.mutant.file}:{outcome.job.mutant.line}"
            done = f"{len(outcomes)} of {len(jobs)}: {place} {result}, {outcome.seconds:.0f} s"
            print(done, file=sys.stderr, flush=True)
    return outcomes


def _measure(folder: Path, tests: set[Tests], processes: int) -> dict[frozenset[str], float]:
    """Return the processor seconds of each set of test files on the code as it stands.

    Raises
    ------
    SystemExit
        If one of them fails.
    """
    sets = {frozenset(nearest.files): nearest for nearest in sorted(tests)}
    jobs = [Job(None, nearest, 0.0) for nearest in sets.values()]
    seconds = {}
    for outcome in run(ROOT, folder, jobs, processes):
        if outcome.killed:
            print(outcome.output)
            sys.exit(f"{' '.join(outcome.job.tests.files)} fail without a mutant: mend them first.")
        seconds[frozenset(outcome.job.tests.files)] = outcome.seconds
    return seconds


def _report(outcomes: Sequence[Outcome], accepted: Collection[Key]) -> tuple[int, int]:
    """Print the survivors and a table by module; return how many were noticed, and of how many."""
    counted: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    for outcome in sorted(outcomes, key=lambda o: (o.job.mutant.file, o.job.mutant.line)):
        mutant = outcome.job.mutant
        if mutant.key in accepted:
            continue
        counted[mutant.file] += 1
        noticed[mutant.file] += outcome.killed
        if not outcome.killed:
            _print_mutant(mutant)
    print()
    for file in sorted(counted):
        print(f"{noticed[file]:4} of {counted[file]:3}  {file}")
    return noticed.total(), counted.total()


def _print_mutant(mutant: Mutant) -> None:
    print(f"{mutant.file}:{mutant.line} {mutant.function}")
    print(f"  - {mutant.before}\n  + {mutant.after}")


if __name__ == "__main__":
    sys.exit(main())
