"""The version, and what the project declares that it needs."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import leadgate
from tests.source import CODE, PACKAGES, ROOT, imported


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_version_is_the_same_everywhere():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", changes, re.MULTILINE)
    assert newest is not None
    assert {leadgate.__version__, newest[1]} == {project()["version"]}


def test_every_dependency_has_a_lower_bound_and_is_locked():
    lock = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    extras = project()["optional-dependencies"]
    wanted = [*project()["dependencies"], *extras["dev"], *extras["postgres"], *extras["leadforge"]]
    assert [need for need in wanted if ">=" not in need] == []
    assert {re.split(r"[\[><=]", need)[0] for need in wanted} <= locked
    assert re.findall(r"^(?!#|    |[a-z0-9-]+==).+$", lock, re.MULTILINE) == []


def test_what_the_packages_import_is_declared():
    """A package that another one happens to bring is gone with the next release of that one."""
    declared = {re.split(r"[\[><=]", need)[0] for need in project()["dependencies"]}
    modules = {name.split(".")[0] for path in CODE for name in imported(path)}
    foreign = modules - set(sys.stdlib_module_names) - set(PACKAGES)
    owners = packages_distributions()
    undeclared = {
        module
        for module in foreign
        if not declared & {name.lower().replace("_", "-") for name in owners.get(module, [])}
    }
    assert undeclared == set()
