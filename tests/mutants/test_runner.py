"""A small project of one module: which of its mutants its test notices."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.source import ROOT

MODULE = """
def clipped(value):
    count = 0
    while count < 3:
        count += 1
    return value if value < 10 else 10
"""
TEST = """
from leadgate.small import clipped

def test_clipped_is_at_most_ten():
    assert clipped(25) == 10
    assert clipped(5) == 5
"""
# In a process of its own: what runs the tests forks, and changes what is imported.
PROGRAM = """
import sys
from pathlib import Path
from tests.mutants.modules import Tests
from tests.mutants.mutations import mutants_of
from tests.mutants.runner import Job, import_heavy, run

root, folder = Path(sys.argv[1]), Path(sys.argv[2])
import_heavy(["pytest"])
file = "leadgate/small.py"
wanted = set(sys.argv[3:])
mutants = [None, *(m for m in mutants_of(file, (root / file).read_bytes()) if m.after in wanted)]
jobs = [Job(m, Tests(("tests/test_small.py",)), 4.0 if m else 0.0) for m in mutants]
for outcome in run(root, folder, jobs, 2):
    mutant = outcome.job.mutant
    print(mutant.after if mutant else "as it stands", "|", outcome.killed)
"""


@pytest.mark.slow
def test_faults_are_noticed_and_what_is_equal_survives(tmp_path):
    root = tmp_path / "project"
    for name, text in {
        "leadgate/__init__.py": "",
        "leadgate/small.py": MODULE,
        "tests/test_small.py": TEST,
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"\n'
        'pythonpath = ["."]\nmarkers = ["slow", "data", "chromium", "postgres"]\n',
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)

    expected = {
        "as it stands": False,
        "return value if value >= 10 else 10": True,
        "return value if value < 10 else 11": True,
        # 10 is 10 on either side, and what never ends runs out of time.
        "return value if value <= 10 else 10": False,
        "count -= 1": True,
    }
    command = [sys.executable, "-c", PROGRAM, str(root), str(tmp_path / "copies"), *expected]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    lines = [line.rpartition(" | ") for line in done.stdout.splitlines()]
    assert {after: result == "True" for after, _, result in lines} == expected
    assert (root / "leadgate/small.py").read_text() == MODULE
