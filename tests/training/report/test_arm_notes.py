"""What a run says about leads left to marketing."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from training.dataset.overlap import NO_OVERLAP, Overlap
from training.dataset.unworked import Unworked
from training.report.arm_notes import CONFOUNDING, NO_SIGNAL, arm_notes

FINE = Overlap(outside=0.04, leads=900.0, won=60, lost=1200)


def arm(*, handoffs=True, refused="", overlap=FINE):
    return Unworked(SimpleNamespace(has_handoffs=handoffs), None, None, overlap, refused)


def fitted(*, arms):
    return SimpleNamespace(model=SimpleNamespace(unworked=object() if arms else None))


def test_without_handoffs_nothing_is_said():
    assert arm_notes(arm(handoffs=False, refused="no"), fitted(arms=False), "readiness") == []


def test_both_arms_say_how_they_overlap_and_what_confounding_is():
    counts, confounding = arm_notes(arm(), fitted(arms=True), "uplift")
    assert "60 are known to have won and 1,200 not" in counts
    assert "4% of the leads" in counts
    assert confounding == CONFOUNDING


@pytest.mark.parametrize(
    ("overlap", "why"), [(NO_OVERLAP, "0 are known"), (replace(FINE, outside=0.4), "40% of the")]
)
def test_arms_that_are_refused_say_why(overlap, why):
    refused = arm(overlap=overlap, refused=overlap.refused)
    [note] = arm_notes(refused, fitted(arms=False), "readiness")
    assert note.startswith("There is no uplift and no readiness_unworked: ")
    assert why in note


def test_without_signal_there_is_no_uplift():
    assert arm_notes(arm(), fitted(arms=False), "readiness") == [NO_SIGNAL]


@pytest.mark.parametrize("handoffs", [True, False])
def test_leads_that_cannot_be_ranked_by_uplift_are_said_to_be_ranked_by_readiness(handoffs):
    notes = arm_notes(arm(handoffs=handoffs), fitted(arms=False), "uplift")
    assert "ranked by readiness, not by uplift" in notes[-1]
