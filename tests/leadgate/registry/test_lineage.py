"""A recalibrated version comes from the training of the one it started from."""

from types import SimpleNamespace

import pytest

from leadgate.errors import RegistryError
from leadgate.registry.lineage import trained
from leadgate.registry.next_step import next_step
from leadgate.registry.tags import RECALIBRATED

TAGS = {
    "1": {"verdict": "better"},
    "2": {RECALIBRATED: "1", "verdict": "refresh"},
    "3": {RECALIBRATED: "2", "verdict": "refresh"},
    "4": {"verdict": "better", "compared_with": "1"},
    "5": {RECALIBRATED: "6"},
    "6": {RECALIBRATED: "5"},
}


def registry(**aliases):
    def tags(version):
        if version not in TAGS:
            raise RegistryError("not there")
        return TAGS[version]

    return SimpleNamespace(aliases=lambda: aliases, tags=tags)


@pytest.mark.parametrize(
    ("version", "root"), [("", ""), ("1", "1"), ("3", "1"), ("4", "4"), ("9", "9")]
)
def test_the_training_is_found_through_every_recalibration(version, root):
    assert trained(registry(), version) == root


def test_a_circle_ends():
    assert trained(registry(), "5") in ("5", "6")


@pytest.mark.parametrize(
    ("challenger", "then"), [("1", "leadgate monitor"), ("4", "leadgate experiments preview")]
)
def test_after_a_recalibration_the_challenger_stands_where_it_stood(challenger, then):
    assert next_step(registry(champion="3", challenger=challenger)) == then
