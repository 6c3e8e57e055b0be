"""The command that follows depends on where the versions stand."""

import json
from types import SimpleNamespace

import pytest

from leadgate.registry.next_step import next_step


def registry(challenger="", champion="", **tags):
    aliases = {"challenger": challenger, "champion": champion}
    held = {name: version for name, version in aliases.items() if version}
    return SimpleNamespace(aliases=lambda: held, tags=lambda _version: tags)


def against(**evidence):
    return json.dumps({"against": evidence})


@pytest.mark.parametrize(
    ("held", "then"),
    [
        (registry(), "leadgate train"),
        (registry("1", verdict="better"), "leadgate promote"),
        (registry("1", verdict="no_signal"), "leadgate check"),
        (registry("1", "1", verdict="better"), "leadgate monitor"),
        (registry("", "1"), "leadgate monitor"),
        (
            registry("2", "1", verdict="refresh", compared_with="1", evidence=against(refusal="")),
            "leadgate experiments preview",
        ),
        (
            registry(
                "2", "1", verdict="refresh", compared_with="1", evidence=against(refusal="harm")
            ),
            "leadgate experiments compare 1 2",
        ),
        (registry("3", "2", verdict="better", compared_with="1"), "leadgate train"),
        (registry("3", "2", verdict="better"), "leadgate train"),
    ],
)
def test_the_next_step_depends_on_the_state(held, then):
    assert next_step(held) == then
