"""The figures stand alone and can be drawn whatever a run shows."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from training.evaluation.breakdown import break_down
from training.evaluation.gain import curves
from training.report.plots import above, draw_all


def test_a_legend_hides_nothing_of_what_is_drawn():
    figure = Figure(layout="constrained")
    axes = figure.add_subplot()
    for name in ("random", "the gate", "newest first", "current CRM score"):
        axes.plot([0, 1], [0, 1], label=name)
    above(axes)
    figure.draw_without_rendering()
    assert axes.get_legend().get_window_extent().y0 >= axes.get_window_extent().y1


def drawings(evaluated):
    return draw_all(evaluated, break_down(evaluated), curves(evaluated), 0.5)


@pytest.fixture(scope="module")
def drawn(evaluated):
    return drawings(evaluated)


def test_svg_stands_alone_and_takes_the_size_of_the_page(drawn):
    for drawing in drawn.values():
        start = drawing.svg[: drawing.svg.index(">")]
        assert "viewBox" in start
        assert "width" not in start
        assert not re.search("http|<style|<metadata|xlink", drawing.svg)


def test_ids_are_unique_over_all_figures(drawn):
    ids = [name for d in drawn.values() for name in re.findall(r' id="([^"]*)"', d.svg)]
    assert ids
    assert len(ids) == len(set(ids))


def test_what_an_svg_points_to_is_in_it(drawn):
    for drawing in drawn.values():
        ids = set(re.findall(r' id="([^"]*)"', drawing.svg))
        assert set(re.findall(r'(?:href="|url\()#([^")]*)', drawing.svg)) <= ids


def test_text_stays_text(drawn):
    assert ">share of wins captured<" in drawn["gain"].svg
    assert ">current CRM score<" in drawn["gain"].svg
    assert re.search(r">40 %<", drawn["gain"].svg)


@pytest.mark.parametrize(
    "change",
    [
        {"readiness": np.full(2000, 0.19)},
        {"readiness": np.zeros(2000)},
        {"y": np.zeros(2000)},
        {"y": np.ones(2000)},
        {"own_score": np.full(2000, np.nan)},
        {"as_of": np.zeros(2000, dtype=np.int64)},
    ],
    ids=["one readiness", "none ready", "no win", "all won", "no current CRM score", "one month"],
)
def test_a_degenerate_window_can_be_drawn(evaluated, change):
    drawn = drawings(dataclasses.replace(evaluated, **change))
    assert all(d.png.startswith(b"\x89PNG") and "NaN" not in d.svg for d in drawn.values())


def test_a_window_of_one_lead_can_be_drawn(evaluated):
    fields = dataclasses.fields(evaluated)
    arrays = {f.name: getattr(evaluated, f.name) for f in fields if f.name != "segments"}
    single = dataclasses.replace(evaluated, segments={}, **{k: v[:1] for k, v in arrays.items()})
    assert len(drawings(single)) == 5
