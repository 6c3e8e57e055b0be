"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import leadgate

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("leadgate", "features", "training", "serving", "experiments")
CODE = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _functions(path: Path) -> list[Function]:
    return [node for node in _nodes(path) if isinstance(node, Function)]


def _public(path: Path) -> Iterator[Function | ast.ClassDef]:
    """Yield public functions, classes and methods, but nothing inside a function."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
                yield node
            if isinstance(node, ast.ClassDef):
                waiting.append(node)


def _imported(path: Path) -> Iterator[str]:
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_public_names_have_docstrings(path):
    without = [node.name for node in _public(path) if not ast.get_docstring(node)]
    assert without == []


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_functions_are_typed(path):
    untyped = []
    for function in _functions(path):
        given = function.args
        arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        bare = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
        untyped += [f"{function.name}({name})" for name in bare]
        untyped += [function.name] if function.returns is None else []
    assert untyped == []


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_files_and_functions_stay_small(path):
    assert path.read_text(encoding="utf-8").count("\n") <= 400
    long = [f.name for f in _functions(path) if (f.end_lineno or 0) - f.lineno > 60]
    assert long == []


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_raises_always_says_what_the_message_is(path):
    without = [
        node.lineno
        for node in _nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "raises"
        and not any(keyword.arg == "match" for keyword in node.keywords)
    ]
    assert without == []


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_every_test_is_collected(path):
    """A file that pytest does not look at, or a second test of one name, is never run."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.name for node in tree.body if isinstance(node, Function)]
    tests = [name for name in names if name.startswith("test")]
    assert not tests or path.name.startswith("test_")
    assert len(set(tests)) == len(tests)
    nested = [f.name for f in _functions(path) if f.name.startswith("test_")]
    in_classes = [
        node.name
        for outer in tree.body
        if isinstance(outer, ast.ClassDef) and outer.name.startswith("Test")
        for node in outer.body
        if isinstance(node, Function) and node.name.startswith("test_")
    ]
    assert sorted(nested) == sorted([*(n for n in names if n.startswith("test_")), *in_classes])


def test_imports_point_one_way():
    command = [str(Path(sys.executable).with_name("lint-imports"))]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", changes, re.MULTILINE)
    assert newest is not None
    assert {leadgate.__version__, newest[1]} == {project["version"]}


def test_every_dependency_has_a_lower_bound_and_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["dev"], *extras["postgres"], *extras["leadforge"]]
    assert [need for need in wanted if ">=" not in need] == []
    assert {re.split(r"[\[><=]", need)[0] for need in wanted} <= locked
    assert re.findall(r"^(?!#|    |[a-z0-9-]+==).+$", lock, re.MULTILINE) == []


def test_what_the_packages_import_is_declared():
    """A package that another one happens to bring is gone with the next release of that one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\[><=]", need)[0] for need in project["dependencies"]}
    modules = {name.split(".")[0] for path in CODE for name in _imported(path)}
    foreign = modules - set(sys.stdlib_module_names) - set(PACKAGES)
    owners = packages_distributions()
    undeclared = {
        module
        for module in foreign
        if not declared & {name.lower().replace("_", "-") for name in owners.get(module, [])}
    }
    assert undeclared == set()


def test_nothing_tracked_names_a_machine_or_an_index():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    # Written backwards: this file is tracked too.
    words = [host[::-1] for host in ("gro.ipyp", "gro.detsohnohtyp", "moc.adnocana")]
    words += [f"/{folder}/" for folder in ("root", "work", "home", "Users")]
    found = [
        f"{name}: {word}"
        for name in listed.stdout.split("\0")
        if name and (ROOT / name).is_file()
        for word in words
        if word.encode() in (ROOT / name).read_bytes()
    ]
    assert found == []
