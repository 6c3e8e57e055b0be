"""What the page of a model says of its champion: since when, by whom, why."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from leadgate.registry.describe import (
    HEADING,
    INTRODUCTION,
    describe,
    of_model,
    status,
    with_status,
)
from leadgate.registry.markdown import LONGEST, shortened, spaced

WHY = "AUC 0.74 (0.71 to 0.77) on leads it had not seen."
PROMOTED = {"promoted_at": "2026-11-30T09:05:00+00:00", "promoted_by": "ann", "why": WHY}


@dataclass
class Version:
    version: str
    tags: dict[str, str] = field(default_factory=dict)
    description: str = ""


@dataclass
class Model:
    aliases: dict[str, str]
    description: str = INTRODUCTION
    tags: dict[str, str] = field(default_factory=dict)


class Registry:
    """As much of MLflow's client as is asked."""

    def __init__(self, versions, champion, description=INTRODUCTION) -> None:
        self.model = Model({"champion": champion} if champion else {}, description)
        self.versions = {version.version: version for version in versions}

    def get_registered_model(self, _name):
        return self.model

    def search_model_versions(self, _named):
        return list(self.versions.values())

    def update_registered_model(self, _name, description):
        self.model.description = description

    def update_model_version(self, _name, version, description):
        self.versions[version].description = description


def test_the_model_says_what_decides_since_when_by_whom_and_why():
    registry = Registry([Version("1"), Version("2", {**PROMOTED, "from_version": "1"})], "2")
    describe(registry, "m")
    text = registry.model.description
    assert text.startswith(INTRODUCTION)
    assert "**Version 2.** Champion since 2026-11-30 09:05 UTC, promoted by ann." in text
    assert "It took over from version 1." in text
    assert WHY in text
    assert registry.versions["2"].description.startswith("Champion since 2026-11-30 09:05 UTC")
    assert registry.versions["1"].description == ""


def test_what_was_stated_at_the_promotion_is_the_reason():
    tags = {**PROMOTED, "promoted_because": "The spring campaign is over."}
    assert "Reason: The spring campaign is over." in status(Version("2", tags), "2", {})


def test_describing_again_changes_nothing():
    registry = Registry([Version("2", PROMOTED, "Verdict: better.")], "2")
    describe(registry, "m")
    once = (registry.model.description, registry.versions["2"].description)
    describe(registry, "m")
    assert (registry.model.description, registry.versions["2"].description) == once
    assert once[1].endswith("\n\nVerdict: better.")


def test_what_people_write_above_the_heading_stays():
    registry = Registry([], "", f"Ask the sales desk first.\n\n{HEADING}\n\nan earlier state")
    describe(registry, "m")
    text = registry.model.description
    assert text.startswith(f"Ask the sales desk first.\n\n{HEADING}\n\nNothing has been promoted")
    assert "an earlier state" not in text


def test_a_champion_that_was_rolled_back_says_until_when():
    tags = {**PROMOTED, "rolled_back_at": "2026-12-01T10:00:00+00:00", "rolled_back_by": "bo"}
    assert status(Version("2", tags), "1", {}) == (
        "Champion until 2026-12-01 10:00 UTC, when bo rolled it back."
    )
    assert with_status("Champion since then.\n\nbody", "") == "body"


def test_a_champion_that_came_back_decides_since_then():
    change = {"version": "2", "at": "2026-12-01T11:00:00+00:00", "by": "bo", "why": "back"}
    assert "Champion since 2026-12-01 11:00 UTC, promoted by bo." in status(
        Version("2", PROMOTED), "2", change
    )
    assert "moved by hand" in status(Version("3", PROMOTED), "3", change)


def test_an_alias_that_was_moved_by_hand_is_named_as_such():
    assert "moved by hand" in status(Version("1"), "1", {})


def test_the_table_shows_the_figures_of_the_evidence_with_intervals():
    metric = {"value": 0.74, "low": 0.71, "high": 0.77}
    evidence = json.dumps({"newest_window": {"auc": metric, "log_loss": None}})
    tags = {"verdict": "better", "data_until": "2026-11-29T23:00:00Z", "evidence": evidence}
    text = of_model([Version("3", tags)], "", {}).replace("&ensp;", "")
    assert "| 3 | 2026-11-29 | better | 0.740 (0.710 to 0.770) |" in text


@pytest.mark.parametrize("evidence", ["", "{", "[]", '{"newest_window": null}'])
def test_a_version_of_another_hand_leaves_its_cells_empty(evidence):
    assert "| 3 | no dates |" in of_model([Version("3", {"evidence": evidence})], "", {}).replace(
        "&ensp;", ""
    )


def test_tables_get_room_between_their_columns_and_stay_tables():
    assert spaced("a | b\n| a | b |\n|---|---|") == "a | b\n| a&ensp; | b |\n|---|---|"


@pytest.mark.parametrize(("length", "kept"), [(LONGEST, LONGEST), (LONGEST + 1, LONGEST)])
def test_a_description_is_as_long_as_mlflow_keeps(length, kept):
    text = shortened("x" * length)
    assert len(text) == kept
    assert text.endswith("…") is (length > kept)
