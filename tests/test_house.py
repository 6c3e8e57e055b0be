"""The rules of the house that no linter knows; each test names everything that breaks its rule."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.source import (
    CODE,
    PACKAGES,
    ROOT,
    TESTS,
    Function,
    functions,
    given_names,
    name_of,
    nodes,
    offenders,
    public,
    tree_of,
)

MOST_LINES, LONGEST_BODY, MOST_MODULES = 400, 60, 16
# Names that say nothing of the thing.
EMPTY_NAMES = {"found", "told", "known", "usual"}
# Tests of more than one module: whole runs, data sets, programs and properties of a shelf.
WHOLE_RUNS = {
    "experiments/comparison/test_two_trainings.py",
    "experiments/simulation/test_account_effect.py",
    "experiments/simulation/test_hard.py",
    "experiments/test_datasets.py",
    "experiments/test_pages.py",
    "features/crm/test_presets.py",
    "features/io/test_invariance.py",
    "features/profiling/test_hand_made_lists.py",
    "features/profiling/test_other_exports.py",
    "features/schema/test_bad_rows.py",
    "features/test_exported.py",
    "serving/decisions/test_control.py",
    "serving/decisions/test_rules.py",
    "serving/scoring/test_changed_export.py",
    "serving/store/test_clock_steps.py",
    "leadgate/cli/test_commands.py",
    "leadgate/cli/test_end_to_end.py",
    "leadgate/cli/test_store.py",
    "leadgate/policy/test_boundaries.py",
    "leadgate/policy/test_defaults.py",
    "leadgate/policy/test_override.py",
    "leadgate/policy/test_rules.py",
    "leadgate/policy/test_sales.py",
    "serving/http/documents/test_documents.py",
    "serving/http/test_faults.py",
    "serving/http/test_hostile_input.py",
    "serving/http/test_howto.py",
    "serving/http/test_attacks.py",
    "serving/http/test_kills.py",
    "serving/http/test_repeated_calls.py",
    "serving/models/test_shadow.py",
    "training/leakage/test_learn_leaks.py",
    "training/leakage/test_probe_leadforge.py",
    "training/leakage/test_real_leaks.py",
    "training/test_world.py",
    "training/tracking/test_moved.py",
}


def test_modules_have_docstrings():
    def missing(path: Path) -> list[str]:
        named = not path.name.startswith("_") or path.name == "__init__.py"
        return ["no docstring"] if named and not ast.get_docstring(tree_of(path)) else []

    assert offenders(CODE, missing) == []


def test_public_names_have_docstrings():
    assert (
        offenders(CODE, lambda path: (n.name for n in public(path) if not ast.get_docstring(n)))
        == []
    )


def test_functions_are_typed():
    def untyped(path: Path) -> Iterator[str]:
        for function in functions(path):
            given = function.args
            arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
            for argument in arguments:
                if argument.annotation is None and argument.arg not in ("self", "cls"):
                    yield f"{function.name}({argument.arg})"
            if function.returns is None:
                yield f"{function.name} ->"

    assert offenders(CODE, untyped) == []


def test_files_and_functions_stay_small():
    def long(path: Path) -> Iterator[str]:
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MOST_LINES:
            yield f"{lines} lines"
        for function in functions(path):
            if (function.end_lineno or 0) - function.lineno > LONGEST_BODY:
                yield function.name

    assert offenders(CODE, long) == []


def test_folders_stay_small():
    helpers = {"__init__.py", "__main__.py", "conftest.py"}
    modules = Counter(path.parent for path in [*CODE, *TESTS] if path.name not in helpers)
    crowded = {name_of(folder): n for folder, n in modules.items() if n > MOST_MODULES}
    assert crowded == {}


def test_names_say_what_they_name():
    def empty(path: Path) -> Iterator[str]:
        for name, line in given_names(path):
            if name.strip("_") in EMPTY_NAMES:
                yield f"{line} {name}"

    assert offenders(CODE, empty) == []


def test_tests_mirror_the_packages():
    """A test lies where its module lies, under its name; what tests more than one is listed."""

    def astray(path: Path) -> list[str]:
        place = path.relative_to(ROOT / "tests")
        module = ROOT / place.with_name(place.name.removeprefix("test_"))
        of_a_package = len(place.parts) > 1 and place.parts[0] in PACKAGES
        listed = place.as_posix() in WHOLE_RUNS
        return ["no such module"] if of_a_package and not listed and not module.is_file() else []

    assert offenders([path for path in TESTS if path.name.startswith("test_")], astray) == []


def test_raises_always_says_what_the_message_is():
    def silent(path: Path) -> Iterator[int]:
        for node in nodes(path):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "raises"
                and not any(keyword.arg == "match" for keyword in node.keywords)
            ):
                yield node.lineno

    assert offenders(TESTS, silent) == []


def test_every_test_is_collected():
    """A file that pytest does not look at, or a second test of one name, is never run."""

    def lost(path: Path) -> Iterator[str]:
        body = tree_of(path).body
        classes = [n for n in body if isinstance(n, ast.ClassDef) and n.name.startswith("Test")]
        scopes = [body, *(klass.body for klass in classes)]
        collected = [
            Counter(n.name for n in scope if isinstance(n, Function) and n.name.startswith("test_"))
            for scope in scopes
        ]
        if any(collected) and not path.name.startswith("test_"):
            yield "tests in a file of another name"
        yield from (f"{name} twice" for names in collected for name, n in names.items() if n > 1)
        named = [f.name for f in functions(path) if f.name.startswith("test_")]
        reached = sum(names.total() for names in collected)
        if len(named) > reached:
            yield f"{len(named) - reached} tests inside of something else"

    assert offenders(TESTS, lost) == []


def test_imports_point_one_way():
    command = [str(Path(sys.executable).with_name("lint-imports"))]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_nothing_tracked_names_a_machine_or_an_index():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    # Written backwards: this file is tracked too.
    words = [host[::-1] for host in ("gro.ipyp", "gro.detsohnohtyp", "moc.adnocana")]
    words += [f"/{folder}/" for folder in ("root", "work", "home", "Users")]
    naming = [
        f"{name}: {word}"
        for name in listed.stdout.split("\0")
        if name and (ROOT / name).is_file()
        for word in words
        if word.encode() in (ROOT / name).read_bytes()
    ]
    assert naming == []
