"""The champion of a registry, and the line of those before it."""

import json
from types import SimpleNamespace

import pytest

from features.parsing.times import NAT
from leadgate.errors import BundleError, NoChampionError
from training.promotion import champion as module
from training.promotion.champion import champion_of, end_of_data

CONFIG = SimpleNamespace(tracking=None, folder=None)


@pytest.fixture
def registry(monkeypatch):
    """A function that makes a registry of versions, whose bundles are named after them."""

    def made(tags, champion="", gone=()):
        def version(_alias):
            if not champion:
                raise NoChampionError("None yet.")
            return champion

        def load(name):
            if name in gone:
                raise BundleError(f"{name} is gone.")
            return f"bundle of {name}"

        held = SimpleNamespace(
            version=version,
            tags=lambda number: tags[number],
            bundle=lambda number: number,
            evaluated=lambda number: f"evaluated {number}" if number == "1" else None,
        )
        monkeypatch.setattr(module, "open_registry", lambda _tracking, _folder: held)
        monkeypatch.setattr(module, "load_bundle", load)

    return made


def test_before_the_first_promotion_there_is_none(registry):
    registry({})
    assert champion_of(CONFIG) is None


def test_the_line_goes_back_promotion_by_promotion(registry):
    registry({"3": {"from_version": "2"}, "2": {"from_version": "1"}, "1": {}}, "3")
    champion = champion_of(CONFIG)
    assert (champion.version, champion.bundle) == ("3", "bundle of 3")
    assert list(champion.earlier()) == ["bundle of 2", "bundle of 1"]
    assert champion.evaluated() is None


def test_the_line_ends_where_it_closes_or_its_files_are_gone(registry):
    registry({"2": {"from_version": "1"}, "1": {"from_version": "2"}}, "2")
    assert list(champion_of(CONFIG).earlier()) == ["bundle of 1"]
    tags = {"3": {"from_version": "2"}, "2": {"from_version": "1"}, "1": {}}
    registry(tags, "3", gone={"2"})
    assert list(champion_of(CONFIG).earlier()) == []


def test_a_recalibrated_champion_stands_by_the_training_it_comes_from(registry):
    trained = {"evidence": json.dumps({"separation": [1]})}
    registry({"2": {"recalibrated_from": "1", "evidence": "{}"}, "1": trained}, "2")
    champion = champion_of(CONFIG)
    assert champion.bundle == "bundle of 2"
    assert champion.evidence == {"separation": [1]}
    assert champion.evaluated() == "bundle of evaluated 1"


def test_data_without_dates_have_no_end():
    assert end_of_data(SimpleNamespace(meta={"data_until": None})) == NAT
    assert end_of_data(SimpleNamespace(meta={"data_until": "1970-01-01T00:00:01Z"})) == 1_000_000
