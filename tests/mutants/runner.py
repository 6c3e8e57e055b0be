"""Running the nearest tests of many mutants: one import, one fork for each.

numpy, pandas and pytest are imported once; each mutant gets a fork of that process and a copy of
the tree, so that also the programs that a test starts see the fault. Time is counted as processor
time: what else the machine does kills no mutant.
"""

from __future__ import annotations

import compileall
import contextlib
import importlib
import os
import resource
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode

from tests.mutants.modules import Tests
from tests.mutants.mutations import Mutant

# What the project is made of, and what its tests read.
TREE = ("leadgate", "features", "training", "serving", "experiments", "tests", "pyproject.toml")
HEAVY = (
    "numpy",
    "pandas",
    "pyarrow",
    "pytest",
    "hypothesis.extra.numpy",
    "pydantic",
    "scipy.stats",
    "sklearn.linear_model",
    "lightgbm",
    "matplotlib.pyplot",
    "mlflow",
    "sqlalchemy",
    "typer",
)
# A mutant that takes ten times as long as the tests do runs in circles.
LIMIT = 10.0


@dataclass(frozen=True)
class Job:
    """A mutant, or None for the code as it stands, and the tests that should notice it.

    `seconds` is how much processor time it may take; 0 for as much as it needs.
    """

    mutant: Mutant | None
    tests: Tests
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What became of a job: the status of pytest, negative for a signal, and processor seconds."""

    job: Job
    status: int
    seconds: float
    output: str

    @property
    def killed(self) -> bool:
        """Whether a test failed, could not be collected, or ran in circles."""
        return self.status != 0


def import_heavy(names: Sequence[str] = HEAVY) -> None:
    """Import what every test needs, and forget what is ours."""
    from leadgate import telemetry

    telemetry.off()
    for name in names:
        importlib.import_module(name)


def run(
    root: Path, folder: Path, jobs: Sequence[Job], processes: int, tree: Sequence[str] = TREE
) -> Iterator[Outcome]:
    """Run jobs side by side, each process in a copy of the tree; yield what ends, as it ends.

    Parameters
    ----------
    root, tree
        The project, and which of its files and folders are copied.
    folder
        Where the copies go.
    jobs, processes
        What to run, and how many at once.
    """
    free = [_copy(root, folder / f"tree{i}", tree) for i in range(min(processes, len(jobs)))]
    waiting, running = list(reversed(jobs)), {}
    while waiting or running:
        while waiting and free:
            job, copy = waiting.pop(), free.pop()
            running[_start(job, root, copy)] = job, copy
        process, status, usage = os.wait3(0)
        job, copy = running.pop(process)
        # What the tests started and left behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)
        if job.mutant is not None:
            shutil.copyfile(root / job.mutant.file, copy / job.mutant.file)
        free.append(copy)
        output = (copy / "output.txt").read_text(encoding="utf-8", errors="replace")
        seconds = usage.ru_utime + usage.ru_stime
        yield Outcome(job, os.waitstatus_to_exitcode(status), seconds, output)


def _copy(root: Path, copy: Path, tree: Sequence[str]) -> Path:
    copy.mkdir(parents=True)
    for name in tree:
        if (root / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / name, copy / name, ignore=ignored)
        elif (root / name).exists():
            shutil.copyfile(root / name, copy / name)
    # Compiled once; a mutant's own module differs in its hash and is compiled anew, in memory.
    mode = PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(copy, quiet=2, invalidation_mode=mode)
    return copy


def _start(job: Job, root: Path, copy: Path) -> int:
    """Plant the fault and fork; return the number of the new process."""
    if job.mutant is not None:
        (copy / job.mutant.file).write_bytes(job.mutant.source)
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        os.setsid()
        _leave(lambda: _run_tests(job, root, copy), copy / "output.txt")
    return process


def _leave(work: Callable[[], int], output: Path) -> None:
    """Do the work and end this process with what it returns, whatever happens."""
    status = 70
    try:
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        status = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def _run_tests(job: Job, root: Path, copy: Path) -> int:
    import pytest

    os.chdir(copy)
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
    ours = {name.partition(".")[0] for name in TREE}
    for name in [name for name in sys.modules if name.partition(".")[0] in ours]:
        del sys.modules[name]
    sys.path[:] = [str(copy), *(p for p in sys.path if Path(p).resolve() != root)]
    if job.seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (int(job.seconds) + 1,) * 2)
        # A test that waits for what never comes uses no processor.
        signal.setitimer(signal.ITIMER_REAL, 20 * job.seconds)
    options = ["-x", "-q", "-m", job.tests.marks, "--basetemp", str(copy / "tmp")]
    options += ["-p", "no:cacheprovider"]
    # hypothesis is imported already, so its assertions stay as they are.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*options, *job.tests.files]))
