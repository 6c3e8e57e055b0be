"""The rule by which the champion is replaced, one part of it after the other."""

import dataclasses
import json
import math

import numpy as np
import pytest

from tests.training.promotion.contests import beside
from training.evaluation.evaluated import Metric
from training.promotion.evidence import Evidence, calibrated
from training.promotion.paired import Contest, Paired, SegmentGain
from training.promotion.written import as_json

RIGHT = Metric(1.0, 0.95, 1.05)


@pytest.fixture
def evidence(evaluation):
    """A challenger that is clearly better."""
    right = {**evaluation.metrics, "calibration_in_the_large": RIGHT}
    gathered = dataclasses.replace(evaluation, metrics=right)
    return beside("3", gathered, np.full(2000, 0.19))


def with_loss(evidence, gain, low):
    paired = Paired(0.5, 0.5 - gain, gain, low, gain + 0.01)
    return dataclasses.replace(
        evidence, contest=dataclasses.replace(evidence.contest, log_loss=paired), segments=[]
    )


def test_a_clear_gain_meets_no_objection(evidence):
    assert isinstance(evidence.contest, Contest)
    assert evidence.segments
    assert evidence.objections() == []
    assert evidence.refusal == ""


@pytest.mark.parametrize(
    ("gain", "low", "words"),
    [
        (0.002, -0.0049, ""),
        (0.002, -0.0051, "may be higher by more than 1%"),
        (0.0, 0.0, "is not lower"),
        (-0.002, -0.004, "is not lower"),
        (1e-12, 0.0, "is not lower"),
        (math.nan, math.nan, "is not lower"),
    ],
)
def test_the_log_loss_must_be_lower_and_surely_not_one_percent_higher(evidence, gain, low, words):
    objections = with_loss(evidence, gain, low).objections()
    assert len(objections) == (1 if words else 0)
    assert with_loss(evidence, gain, low).refusal == ("not_better" if words else "")
    assert words in " ".join(objections)


def test_harm_to_a_segment_is_an_objection(evidence):
    ends = {"worse": (-0.03, -0.001), "perhaps": (-0.03, 0.0), "better": (0.01, 0.03)}
    segments = [SegmentGain("Source", n, 900, 120, -0.01, *ends[n]) for n in ends]
    harmed = dataclasses.replace(evidence, segments=segments)
    assert harmed.refusal == "harm"
    assert harmed.objections() == [
        "it is worse where Source is worse: the gain is -0.0100 (-0.0300 to -0.0010)"
    ]


@pytest.mark.parametrize(
    ("low", "high", "right"),
    [(0.5, 0.9, True), (0.5, 0.89, False), (1.1, 1.4, True), (1.11, 1.4, False), (0.2, 3, True)],
)
def test_the_level_must_meet_its_band(evidence, low, high, right):
    level = Metric(1.0, low, high)
    assert calibrated(level) is right
    gathered = dataclasses.replace(evidence, calibration=level).objections()
    assert bool(gathered) is not right


def test_an_undefined_level_is_no_evidence():
    assert not calibrated(Metric(math.nan, math.nan, math.nan))


@pytest.mark.parametrize(
    ("gain", "refusal"), [(-0.02, "not_better"), (-0.005, ""), (0.0, ""), (0.02, "")]
)
def test_another_outcome_may_not_be_surely_worse(evidence, gain, refusal):
    """With both fitted to the new definition; a gain is not what it is about."""
    asked = dataclasses.replace(with_loss(evidence, gain, gain - 0.03), reason_asked="otherwise")
    assert asked.refusal == refusal


def test_another_outcome_at_the_wrong_level_does_harm(evidence):
    level = Metric(1.4, 1.3, 1.5)
    asked = dataclasses.replace(evidence, reason_asked="otherwise", calibration=level)
    assert asked.refusal == "harm"


def test_a_champion_that_cannot_be_judged_stays(evaluation):
    gathered = Evidence("3", None, [], RIGHT)
    assert gathered.refusal == "not_better"
    assert "too few outcomes were known before the window" in gathered.objections()[0]
    assert gathered.to_dict()["contest"] is None


def test_what_is_written_down_is_json_with_every_figure(evaluation, evidence):
    written = json.loads(as_json(evaluation, evidence))
    assert written["signal"]["low"] == pytest.approx(evaluation.pooled_auc.low, abs=1e-6)
    assert written["signal"]["accounts"] == 300.0
    assert written["newest_window"]["auc"]["value"] == pytest.approx(
        evaluation.metrics["auc"].value, rel=1e-5
    )
    against = written["against"]
    assert against["champion"] == "3"
    assert against["objections"] == []
    assert against["contest"]["log_loss"]["gain"] == pytest.approx(
        evidence.contest.log_loss.gain, rel=1e-5
    )
    assert against["segments"][0].keys() == {
        "column", "name", "leads", "wins", "gain", "low", "high",
    }  # fmt: skip
    nothing = dict.fromkeys(("signal", "newest_window", "against"))
    assert json.loads(as_json(None, None)) == nothing | {"separation": [], "look": None}
