"""The shapes of features: known effects come out as they are, rare values stay hidden."""

from __future__ import annotations

import math

import numpy as np
import pytest

from features.aggregation.definitions import Feature
from training.evaluation.importance import Explained, shapes
from training.report.shape_plots import draw_shapes

N = 1000
VOCABULARY = ("other", "retail", "steel", "rare")
BY_CODE = np.array([0.0, -0.3, 0.8, 2.0])


@pytest.fixture(scope="module")
def explained():
    """An additive model: 0.5 x for a number, a table for a category, -1 where it is unknown."""
    rng = np.random.default_rng(4)
    number = rng.normal(size=N)
    code = rng.choice([0.0, 1.0, 2.0], N)
    code[:5] = 3.0
    nothing = rng.normal(size=N)
    number[-100:] = np.nan
    effects = [
        np.where(np.isnan(number), -1.0, 0.5 * np.nan_to_num(number)),
        BY_CODE[code.astype(int)],
        np.zeros(N),
    ]
    features = [
        Feature("Employees", "number", "Employees", scope="column"),
        Feature("Industry", "category", "Industry", scope="column"),
        Feature("Noise", "number", "Noise", scope="column"),
    ]
    return Explained(
        features,
        {"Industry": VOCABULARY},
        np.column_stack([number, code, nothing]),
        np.column_stack(effects),
    )


def test_a_line_comes_out_as_a_line(explained):
    shaped = {shape.name: shape for shape in shapes(explained)}["Employees"]
    mean = explained.parts[:, 0].mean()
    assert shaped.effect == pytest.approx(0.5 * shaped.at - mean)
    assert shaped.unknown == pytest.approx(-1.0 - mean)
    assert (np.diff(shaped.at) > 0).all()
    assert ((shaped.low <= shaped.effect) & (shaped.effect <= shaped.high)).all()


def test_values_of_a_category_come_strongest_first_and_rare_ones_together(explained):
    shaped = {shape.name: shape for shape in shapes(explained)}["Industry"]
    mean = explained.parts[:, 1].mean()
    assert shaped.labels == ["other values", "steel", "other", "retail"]
    assert shaped.effect == pytest.approx(np.array([2.0, 0.8, 0.0, -0.3]) - mean)
    assert math.isnan(shaped.unknown)


def test_the_strongest_feature_comes_first_and_one_without_effect_not_at_all(explained):
    names = [shape.name for shape in shapes(explained)]
    strength = np.abs(explained.parts - explained.parts.mean(axis=0)).mean(axis=0)
    assert names == [explained.features[j].name for j in np.argsort(-strength)[:2]]
    assert len(shapes(explained, top=1)) == 1


def test_the_base_rate_has_no_shapes():
    assert shapes(None) == []


def test_a_feature_of_one_value_or_of_none_can_be_drawn():
    x = np.column_stack([np.full(30, 3.0), np.full(30, np.nan), np.tile([1.0, 2.0], 15)])
    parts = np.tile([[0.1, 0.2, 0.3], [-0.1, -0.2, -0.3]], (15, 1))
    features = [Feature(name, "number", name, scope="column") for name in ("one", "none", "two")]
    shaped = shapes(Explained(features, {}, x, parts))
    assert {shape.name for shape in shaped} == {"one", "none", "two"}
    drawn = draw_shapes(shaped)
    assert list(drawn) == ["shape_1", "shape_2", "shape_3"]
    assert all(
        shape.png.startswith(b"\x89PNG") and "NaN" not in shape.svg for shape in drawn.values()
    )
