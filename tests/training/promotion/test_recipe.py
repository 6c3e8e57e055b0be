"""What makes a recipe another one, and what does not."""

import pytest

from leadgate.config import Config
from training.promotion.recipe import Recipe, of_the_outcome

BASE = {
    "data": {
        "leads": "leads.csv",
        "activities": [{"path": "a.csv", "type": "kind"}, {"path": "b.csv", "prefix": "mail"}],
    },
    "columns": {"lead_id": "Id", "created_at": "Created", "outcome": "Stage", "won": ["A", "B"],
                "closed_at": "Closed", "personal": ["Email", "Phone"]},
    "target": {"horizon_days": 90},
    "policy": {"capacity_per_week": 10},
}  # fmt: skip


def recipe(keep=(), **changes):
    """The recipe of the base with some keys of its sections replaced."""
    sections = {name: section | changes.get(name, {}) for name, section in BASE.items()}
    return Recipe.of(Config.from_dict(sections), keep)


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"leads": "leads-week-49.csv"}},
        {"data": {"leads": {"path": "crm.xlsx", "sheet": "Deals"}}},
        {"data": {"activities": [{"path": "y.csv", "prefix": "mail"},
                                 {"path": "z.csv", "type": "kind"}]}},
        {"data": {"separator": ";", "encoding": "cp1252", "until": "2026-01-31"}},
        {"columns": {"personal": ["Phone", "Email"], "won": ["B", "A"]}},
        {"policy": {"capacity_per_week": 99}},
    ],
)  # fmt: skip
def test_next_weeks_export_has_the_recipe_of_this_weeks(changes):
    assert recipe(**changes).digest == recipe().digest
    assert recipe(**changes).changed(recipe()) == []


@pytest.mark.parametrize(
    ("changes", "keys", "of_outcome"),
    [
        ({"columns": {"won": ["A"]}}, ["columns.won"], True),
        ({"columns": {"unknown": ["Rating"]}}, ["columns.unknown"], False),
        ({"columns": {"segments": ["Source"]}}, ["columns.segments"], False),
        ({"target": {"horizon_days": 60}}, ["target.horizon_days"], True),
        ({"target": {"snapshot_ages_days": [0]}}, ["target.snapshot_ages_days"], False),
        ({"data": {"activities": []}}, ["data.activities"], False),
        ({"data": {"handoffs": "h.csv"}}, ["data.handoffs"], True),
        ({"data": {"sales_types": ["call"]}}, ["data.sales_types"], False),
        ({"keep": ["Size"]}, ["keep"], False),
    ],
)
def test_another_recipe_names_the_keys_that_differ(changes, keys, of_outcome):
    other = recipe(**changes)
    assert other.changed(recipe()) == keys
    assert recipe().changed(other) == keys
    assert of_the_outcome(keys) == (keys if of_outcome else [])


def test_code_and_catalogue_are_part_of_it(monkeypatch):
    before = recipe()
    monkeypatch.setattr("training.promotion.recipe.__version__", "9.9")
    monkeypatch.setattr("training.promotion.recipe.FAMILIES", ())
    assert recipe().changed(before) == ["catalogue", "code"]


def test_a_bundle_holds_it():
    given = recipe(["Size"])
    held = given.to_dict()
    assert held["digest"] == given.digest
    assert Recipe.from_meta({"recipe": held}) == given


def test_a_bundle_of_an_earlier_version_is_of_other_code():
    config = Config.from_dict(BASE)
    meta = {
        "export": config.model_dump(include={"columns", "data"}),
        "settings": {"horizon_days": 90.0, "ages_days": config.target.snapshot_ages_days},
    }
    assert recipe().changed(Recipe.from_meta(meta)) == ["code"]
