"""What a command costs before it does its work, as ratios of processor time in one run.

    python benchmarks/bench_startup.py [--leads 2000] [--repeats 3]

- help: ``leadgate --help`` beside a bare typer and pydantic program; limit: twice.
- path: ``leadgate score`` of a file with ``--model PATH`` beside importing pandas and LightGBM.
- registry: what ``leadgate score`` of the champion takes more than that, beside importing MLflow
  and one query of its client.
- check: ``leadgate check`` of the export beside importing pandas and LightGBM.

Everything runs in processes of its own, one after the other in turns; the least of the repeats
counts. Python's compiled files are kept, as in any installation. Takes about four minutes; exits
with status 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from experiments.simulation import WorldSettings, simulate
from leadgate.config import Config
from leadgate.registry.registry import CHAMPION, Registry
from training import train

# What is measured, beside what, and how many times as much it may cost.
LIMITS = {
    "help": ("a bare typer and pydantic program", 2.0),
    "path": ("importing pandas and LightGBM", 1.5),
    "registry": ("importing MLflow and one query", 1.1),
    "check": ("importing pandas and LightGBM", 2.0),
}
# Of fewer leads no trees are learned, and LightGBM is not loaded.
TRAINED_LEADS = 6000
BARE = """\
import typer, pydantic
class Settings(pydantic.BaseModel):
    name: str = "name"
app = typer.Typer()
@app.command()
def main(name: str = "name") -> None:
    '''Print a name.'''
app()
"""
QUERY = """\
import mlflow
client = mlflow.MlflowClient({uri!r}, {uri!r})
print(client.search_registered_models()[0].aliases)
"""
COMMAND = "from leadgate.cli import main; main()"


def made(folder: Path, n_leads: int) -> tuple[Path, str]:
    """Write an export with a champion; return the bundle's directory and the registry's URI."""
    simulate(WorldSettings(n_leads=max(n_leads, TRAINED_LEADS), seed=7)).export(folder)
    path = folder / "leadgate.toml"
    lines = (folder / "leads.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "new.csv").write_text("".join(lines[: n_leads + 1]), encoding="utf-8")
    config = Config.load(path)
    version = train(config).version
    registry = Registry(config.tracking, folder)
    registry.set_alias(CHAMPION, version)
    return registry.bundle(version), registry.uri


def processor_seconds(code: str, arguments: list[str], folder: Path) -> float:
    """Return the processor time of one Python process, its children's included."""
    keep = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**keep, "PYTHONPYCACHEPREFIX": str(folder / "compiled")},
        capture_output=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def measured(folder: Path, n_leads: int, repeats: int) -> dict[str, tuple[float, float]]:
    """Return for each measure the seconds of the command and of what it stands beside."""
    bundle, uri = made(folder, n_leads)
    score = ["score", "new.csv", "-o", "scores.csv"]
    programs = {
        "bare": (BARE, ["--help"]),
        "libraries": ("import pandas, lightgbm", []),
        "query": (QUERY.format(uri=uri), []),
        "help": (COMMAND, ["--help"]),
        "path": (COMMAND, [*score, "--model", str(bundle)]),
        "champion": (COMMAND, score),
        "check": (COMMAND, ["check"]),
    }
    for code, arguments in programs.values():
        processor_seconds(code, arguments, folder)  # compiles what it imports
    turns = [
        {name: processor_seconds(*program, folder) for name, program in programs.items()}
        for _ in range(repeats)
    ]
    least = {name: min(turn[name] for turn in turns) for name in programs}
    return {
        "help": (least["help"], least["bare"]),
        "path": (least["path"], least["libraries"]),
        "registry": (least["champion"] - least["path"], least["query"]),
        "check": (least["check"], least["libraries"]),
    }


def main() -> int:
    """Measure, print the table, and return 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    table = Table("measure", "seconds", "beside", "seconds", "ratio", "limit", box=None)
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder), options.leads, options.repeats)
    for name, (seconds, reference) in figures.items():
        beside, limit = LIMITS[name]
        ratio = seconds / reference
        missed |= ratio > limit
        verdict = f"{limit:.1f}{' missed' if ratio > limit else ''}"
        table.add_row(name, f"{seconds:.2f}", beside, f"{reference:.2f}", f"{ratio:.2f}", verdict)
    Console().print(table)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
