"""What a command costs before it does its work, as ratios of processor time in one run.

- help: ``leadgate --help`` beside a bare typer and pydantic program.
- path: ``leadgate score`` of a file with ``--model PATH`` beside importing pandas and LightGBM.
- registry: what ``leadgate score`` of the champion takes more than that, beside importing MLflow
  and one query of its client.
- check: ``leadgate check`` of the export beside importing pandas and LightGBM.

Everything runs in processes of its own, one after the other in turns; the least of the repeats
counts. Python's compiled files are kept, as in any installation.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.machinery.catalogue import Figures
from experiments.simulation import WorldSettings, simulate
from leadgate.config import Config
from leadgate.registry.registry import CHAMPION, Registry
from training import train

USUAL_TIME = "3 min"
SMALL = {"leads": 300, "trained": 800, "repeats": 1}
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


def made(folder: Path, n_leads: int, trained: int) -> tuple[Path, str]:
    """Write an export with a champion; return the bundle's directory and the registry's URI."""
    simulate(WorldSettings(n_leads=max(n_leads, trained), seed=7)).export(folder)
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


def run(leads: int = 2_000, trained: int = 6_000, repeats: int = 3) -> Figures:
    """Time each command and what it stands beside; of fewer trained leads no trees are learned."""
    with tempfile.TemporaryDirectory() as scratch:
        least = _least(Path(scratch), leads, trained, repeats)
    registry = least["champion"] - least["path"]
    return {
        "help": _beside(least["help"], least["bare"]),
        "path": _beside(least["path"], least["libraries"]),
        "registry": _beside(registry, least["query"]),
        "check": _beside(least["check"], least["libraries"]),
    }


def _beside(seconds: float, reference: float) -> dict[str, float]:
    return {"seconds": seconds, "beside_seconds": reference, "ratio": seconds / reference}


def _least(folder: Path, leads: int, trained: int, repeats: int) -> dict[str, float]:
    """Return the least processor seconds of each program."""
    bundle, uri = made(folder, leads, trained)
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
    return {name: min(turn[name] for turn in turns) for name in programs}
