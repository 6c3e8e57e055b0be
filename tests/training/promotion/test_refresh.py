"""What is asked of a refresh, one part after the other."""

import dataclasses
import json
import math
import re

import pytest

from training.evaluation.evaluated import Metric
from training.promotion.paired import SegmentGain
from training.promotion.past import Look, Past
from training.promotion.refresh import SAME_FIRST_REASON, Refresh, strong_facts
from training.promotion.separation import Fall
from training.promotion.since import Level
from training.promotion.written import as_json

GOOD = Refresh(
    champion="3",
    level=Level(Metric(1.0, 0.8, 1.2), 60),
    segments=[SegmentGain("Source", "web", 900, 120, 0.0, -0.01, 0.01)],
    falls=[],
    first_reasons=0.9,
    separated=3,
    facts={"Source": (0.2, 0.2)},
    past=Past(Look(400, 0.5), Look(400, 0.5)),
)


def test_nothing_that_got_worse_is_accepted():
    assert GOOD.objections() == []
    assert GOOD.refusal == ""
    assert GOOD.not_made() == []


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"level": Level(Metric(1.4, 1.11, 1.8), 60)}, "of the 60 wins .* predicted 1.40"),
        ({"level": Level(Metric(0.7, 0.5, 0.89), 60)}, "0.9 to 1.1 is asked for"),
        (
            {"segments": [SegmentGain("Source", "web", 900, 120, -0.02, -0.04, -0.001)]},
            "where Source is web its log loss is higher: the gain is -0.0200",
        ),
        (
            {"segments": [SegmentGain("", "", 900, 120, -0.02, -0.04, -0.001)]},
            "over all leads its log loss is higher",
        ),
        ({"falls": [Fall("Source", "web", 0.8, 0.6)]}, "fell from 0.800 to 0.600"),
        ({"first_reasons": SAME_FIRST_REASON - 0.01}, "keep their first reason"),
        ({"first_reasons": 0.49, "own_reasons": 0.5}, "only 49% .* and 50% is asked for"),
        ({"first_reasons": 0.69, "own_reasons": 0.9}, "and 70% is asked for"),
        ({"facts": {"Size": (0.2, 0.09)}, "own_facts": {"Size": 0.5}}, "Size made 20%"),
        ({"facts": {"Size": (0.2, 0.13)}, "own_facts": {"Size": 0.9, "Age": 0.1}}, "Size made 20%"),
        ({"facts": {"Size": (0.2, 0.13)}}, "Size made 20% of what moves leads, and makes 13%"),
    ],
)
def test_each_part_that_fails_is_harm(part, words):
    harmed = dataclasses.replace(GOOD, **part)
    assert harmed.refusal == "harm"
    (objection,) = harmed.objections()
    assert re.search(words, objection)


@pytest.mark.parametrize(
    "part",
    [
        {"level": Level(Metric(1.4, 1.1, 1.8), 60)},
        {"level": Level(Metric(0.7, 0.5, 0.9), 60)},
        {"first_reasons": SAME_FIRST_REASON},
        {"first_reasons": 0.5, "own_reasons": 0.5},
        {"facts": {"Size": (0.2, 0.1)}, "own_facts": {"Size": 0.5}},
        {"facts": {"Size": (0.2, 0.14), "Source": (0.1, 0.4)}},
        {"segments": [SegmentGain("Source", "web", 900, 120, -0.02, -0.04, 0.0)]},
    ],
)
def test_what_meets_its_bound_is_accepted(part):
    assert dataclasses.replace(GOOD, **part).objections() == []


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (
            {"level": Level(None, 12, "12 wins matured since")},
            "level on what matured since (12 wins matured since)",
        ),
        ({"segments": None}, "segments on the newest leads (the fit"),
        ({"segments": []}, "segments on the newest leads (fewer than 100 wins"),
        ({"separated": 0}, "separation in the forward windows"),
        ({"facts": {}}, "facts that made 5% of what moves leads"),
        ({"first_reasons": math.nan}, "same first reason"),
        ({"past": Past()}, "the champion's past"),
    ],
)
def test_a_check_that_cannot_be_made_is_named_and_fails_nothing(part, words):
    unmade = dataclasses.replace(GOOD, **part)
    assert unmade.objections() == []
    (check,) = unmade.not_made()
    assert words in check
    assert len(unmade.checks()) == 6


def test_a_fact_was_strong_from_five_percent_on():
    before, now = {"a": 0.9, "b": 0.05, "c": 0.049}, {"a": 0.5, "d": 0.5}
    assert strong_facts(before, now) == {"a": (0.9, 0.5), "b": (0.05, 0.0)}


def test_what_is_written_down_is_json_with_every_figure():
    against = json.loads(as_json(None, GOOD))["against"]
    assert against["champion"] == "3"
    assert (against["refusal"], against["objections"], against["reason_asked"]) == ("", [], "")
    assert against["refresh"]["level"]["wins"] == 60
    assert against["refresh"]["first_reasons"] == 0.9
    assert against["refresh"]["bound_of_first_reasons"] == SAME_FIRST_REASON
