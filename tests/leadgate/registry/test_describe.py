"""What the page of a model says of its champion: since when, by whom, why."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from leadgate.registry.describe import (
    HEADING,
    INTRODUCTION,
    describe,
    in_words,
    of_model,
    status,
    with_status,
)
from leadgate.registry.markdown import LONGEST, shortened, spaced
from leadgate.registry.tags import ASKED, CHANGE, EVIDENCE, change_of, evidence_of, verdict_in_words

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
    assert with_status("Not promoted. Then.\n\nbody", "Champion now.") == "Champion now.\n\nbody"


def test_a_champion_that_was_taken_back_and_promoted_again_was_promoted():
    tags = {**PROMOTED, "rolled_back_at": "2026-11-29T10:00:00+00:00", "rolled_back_by": "bo"}
    assert status(Version("2", tags), "3", {}).startswith("Champion once, promoted 2026-11-30")


def test_the_way_back_says_who_went_it_and_why():
    change = {
        "version": "2", "from": "3", "at": "2026-12-01T11:00:00+00:00", "by": "bo",
        "why": "sales asked for it.", "rolled_back": True,
    }  # fmt: skip
    assert status(Version("2", PROMOTED), "2", change) == (
        "Champion since 2026-12-01 11:00 UTC, when bo rolled back version 3, first promoted "
        "2026-11-30 09:05 UTC. Reason: sales asked for it."
    )
    assert in_words(change) == (
        "version 2 since 2026-12-01 11:00 UTC, rolled back from version 3 by bo: "
        "sales asked for it."
    )
    assert in_words({**change, "rolled_back": False}).startswith(
        "version 2 since 2026-12-01 11:00 UTC, promoted by bo: "
    )


def test_a_version_that_was_never_promoted_says_what_its_training_asks():
    tags = {ASKED: "Wait: champion version 1 stays."}
    assert status(Version("2", tags), "1", {}) == (
        "Not promoted. What its training asks: Wait: champion version 1 stays."
    )
    assert status(Version("2"), "1", {}) == ""


def test_a_recalibrated_version_is_named_as_such_in_the_table():
    tags = {"verdict": "refresh", "compared_with": "2", "recalibrated_from": "2"}
    text = of_model([Version("3", tags)], {"champion": "3"}, {}).replace("&ensp;", "")
    assert "| **3, champion** | no dates | refresh, 2 recalibrated |" in text


def test_tags_of_an_earlier_release_are_read():
    assert evidence_of({"evidence": '{"n": 1}'}) == {"n": 1}
    assert evidence_of({EVIDENCE: '{"n": 2}', "evidence": "in words"}) == {"n": 2}
    assert change_of({"gate_champion": '{"version": "1"}'}) == {"version": "1"}
    assert change_of({CHANGE: "{}", "gate_champion": "version 1"}) == {}


@pytest.mark.parametrize(
    ("verdict", "champion", "words"),
    [
        ("better", "", "first"),
        ("better", "2", "better"),
        ("refresh", "2", "refresh"),
        ("no_signal", "", "no signal"),
        ("not_better_than_champion", "2", "not better"),
    ],
)
def test_a_verdict_reads_as_people_say_it(verdict, champion, words):
    assert verdict_in_words(verdict, champion) == words


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
    tags = {"verdict": "better", "data_until": "2026-11-29T23:00:00Z", EVIDENCE: evidence}
    text = of_model([Version("3", tags)], {"challenger": "3"}, {}).replace("&ensp;", "")
    assert "| 3, challenger | 2026-11-29 | first | 0.740 (0.710 to 0.770) |" in text


@pytest.mark.parametrize("evidence", ["", "{", "[]", '{"newest_window": null}'])
def test_a_version_of_another_hand_leaves_its_cells_empty(evidence):
    assert "| 3 | no dates |" in of_model([Version("3", {EVIDENCE: evidence})], {}, {}).replace(
        "&ensp;", ""
    )


def test_tables_get_room_between_their_columns_and_stay_tables():
    assert spaced("a | b\n| a | b |\n|---|---|") == "a | b\n| a&ensp; | b |\n|---|---|"


@pytest.mark.parametrize(("length", "kept"), [(LONGEST, LONGEST), (LONGEST + 1, LONGEST)])
def test_a_description_is_as_long_as_mlflow_keeps(length, kept):
    text = shortened("x" * length)
    assert len(text) == kept
    assert text.endswith("has all of it.)") is (length > kept)
    assert shortened(text) == text


def test_a_shortened_description_ends_with_a_whole_line():
    lines = "\n".join(f"line {k}" for k in range(1_000))
    body, _, rest = shortened(lines).partition("\n\n(Shortened")
    assert lines.startswith(f"{body}\n")
    assert rest
    assert shortened(f"Champion since then.\n\n{shortened(lines)}").count("(Shortened") == 1
