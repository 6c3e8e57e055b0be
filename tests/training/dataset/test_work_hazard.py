"""The hazard of being worked, against a queue whose law is known."""

import numpy as np
import pytest

from features.parsing.times import NAT, US_PER_DAY
from tests.training.queues import HORIZON, queue
from training.dataset.unworked import unworked_arm
from training.dataset.work_hazard import WorkHazard


def left_alone(history, seen):
    """The share of wins among leads that nobody works, as the arm has it."""
    labels = unworked_arm(history, [0.0], HORIZON, seen).labels
    labelled = labels.weight > 0
    return float(np.average(labels.y[labelled], weights=labels.weight[labelled]))


def test_a_queue_by_rating_does_not_move_the_rate_of_leads_left_alone():
    history, truth = queue(weekly=(0.01, 0.25))
    assert left_alone(history, ("Rating",)) == pytest.approx(truth, abs=0.03)


def test_one_curve_of_all_leads_would_be_wrong():
    history, truth = queue(weekly=(0.01, 0.25))
    assert abs(left_alone(history, ()) - truth) > 0.05


def test_the_chance_of_being_left_alone_is_that_of_the_queue():
    history, _ = queue(weekly=(0.05, 0.05))
    hazard = WorkHazard.fit(history, ())
    ends = [np.where(t == NAT, history.until, t) for t in (history.closes, history.first_worked)]
    lead = np.flatnonzero(np.minimum(*ends) - history.created > 42 * US_PER_DAY)
    begin = history.created[lead]
    after = hazard.unworked(lead, begin, begin + 42 * US_PER_DAY)
    assert after.mean() == pytest.approx(0.95**6, abs=0.03)
    assert hazard.unworked(lead, begin, begin) == pytest.approx(1.0)
    expected = hazard.expected(lead, begin, 42.0)
    assert expected.mean() == pytest.approx(1 - 0.95**6, abs=0.03)


def test_sales_that_takes_every_good_lead_and_no_other_leaves_nothing_to_compare():
    history, _ = queue(weekly=(1e-6, 0.999))
    assert unworked_arm(history, [0.0], HORIZON, ("Rating",)).refused


def test_too_few_worked_leads_say_nothing():
    history, _ = queue(n=60, weekly=(2e-3, 2e-3))
    assert WorkHazard.fit(history, ("Rating",)) is None
    assert "too few" in unworked_arm(history, [0.0], HORIZON, ()).refused
