"""The wheel, installed outside the repository in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"leadgate", "features", "training", "serving", "experiments"}
WHERE = "import {0}; print({0}.__file__)"

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Build the wheel and install it alone; the dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--no-deps", "--no-index", wheel, cwd=folder)
    site = Path(
        run(python, "-c", "import sysconfig as s; print(s.get_path('purelib'))", cwd=folder).strip()
    )
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "venv"


def test_wheel_holds_exactly_the_packages(installed):
    (record,) = installed.rglob("leadgate-*.dist-info/RECORD")
    files = [line.split(",")[0] for line in record.read_text().splitlines()]
    tops = {name.split("/")[0] for name in files if not name.startswith("..")}
    assert tops == {*PACKAGES, record.parent.name}
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(files)
    assert any(name.endswith("licenses/LICENSE") for name in files)


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_wheel_packages_are_imported_from_it(installed, package, tmp_path):
    python = installed / "bin" / "python"
    place = Path(run(python, "-I", "-c", WHERE.format(package), cwd=tmp_path).strip())
    assert place.is_relative_to(installed.resolve()) or place.is_relative_to(installed)
    assert place.name == "__init__.py"


def test_wheel_console_script_runs(installed, tmp_path):
    assert run(installed / "bin" / "leadgate", "--version", cwd=tmp_path).startswith("leadgate 0.")
    listed = run(installed / "bin" / "leadgate", "--help", cwd=tmp_path)
    assert "score" in listed


def test_wheel_holds_every_file_of_the_packages(installed):
    """Templates and markers, too: what is tracked is what is shipped."""
    tracked = run("git", "ls-files", *PACKAGES, cwd=ROOT).split()
    (site,) = installed.glob("lib/python*/site-packages")
    missing = [name for name in tracked if not (site / name).is_file()]
    assert missing == []
