"""The first sentence claims what was measured, and no more."""

from dataclasses import replace

import pytest

from experiments.summary.sentences import amount, deals, headline
from experiments.summary.worth import Range
from tests.experiments.summary.summaries import measured, summary


def test_a_proven_gain_is_one_sentence_with_its_interval_and_its_money():
    words = headline(measured())
    assert words.proven
    assert words.sentence == (
        "Sending the best 32 leads a week instead of what is done today would win about 14 more "
        "deals a quarter (90 %: 8 to 20), worth about 65,000."
    )
    assert words.sure == (
        "How sure: shown by a replay of 40 weeks of this firm's own past, in which sales took 45 a "
        "week. Money: 32,000 to 98,000."
    )


def test_without_the_other_arm_there_are_never_more_deals():
    for changed in ({}, {"proven": False}, {"wins": Range(-5.0, -9.0, -2.0), "proven": False}):
        words = headline(measured(all_leads=False, **changed))
        assert "deals" not in words.sentence
        assert "wins among the leads handed off" in words.sentence
        assert "these are not more deals" in words.notes[0]


def test_an_interval_that_reaches_zero_is_not_proven_and_says_what_would_prove_it():
    words = headline(measured(wins=Range(4.0, -2.0, 10.0), proven=False))
    assert not words.proven
    assert words.sentence.startswith("Not proven: sending the best 32 leads a week")
    assert "about 50 more weeks" in words.sure  # 40 (6 / 4)^2 - 40
    assert "policy.control" in words.sure


@pytest.mark.parametrize("wins", [Range(0.1, -6, 6), Range(0.0, -6, 6), Range(-1.0, -6, 4)])
def test_weeks_that_would_never_prove_it_are_not_promised(wins):
    sure = headline(measured(wins=wins, proven=False)).sure
    assert "more weeks" not in sure
    assert "policy.control" in sure


def test_a_weaker_verdict_is_not_called_proven_though_the_interval_excludes_zero():
    words = headline(measured(proven=False, assumes=("The first call stands in.",)))
    assert words.sentence.startswith("Not proven:")
    assert "more weeks" not in words.sure
    assert words.notes == ("The first call stands in.",)


def test_a_loss_says_to_keep_what_is_done_today():
    words = headline(measured(wins=Range(-14.0, -20.0, -8.0), proven=False))
    assert words.sentence == (
        "Do not change: sending the best 32 leads a week instead of what is done today "
        "would win about 14 fewer deals a quarter (90 %: 8 to 20)."
    )


@pytest.mark.parametrize(
    ("rival", "says"),
    [
        ("current_score", "instead of the best by the current CRM score"),
        ("newest_first", "instead of the newest"),
    ],
)
def test_what_stands_for_today_is_named(rival, says):
    sentence = headline(measured(rival=rival, proven=False)).sentence
    assert says in sentence
    assert "done today" not in sentence


def test_a_refused_estimate_gives_its_reason():
    words = headline(measured(wins=None, profit=None, proven=False, refused="31 effective leads"))
    assert "The past does not show it: 31 effective leads." in words.sure
    assert not words.proven


def test_what_is_not_measured_is_not_claimed():
    words = headline(summary())
    assert words.sentence.startswith("Not proven yet: what sending the best 19 leads a week")
    assert "leadgate backtest" in words.sure
    assert "the best leads" in headline(summary(capacity=None)).sentence


def test_without_signal_every_lead_goes_to_sales_whatever_was_measured():
    words = headline(replace(measured(), signal=False, why="Chance."))
    assert words.sentence.startswith("Go on sending every lead to sales")
    assert words.sure == "Chance."


@pytest.mark.parametrize(
    ("wins", "shown"),
    [
        (Range(14.2, 8.1, 20.4), ("14", "8", "20")),
        (Range(1.26, -0.04, 2.5), ("1.3", "0.0", "2.5")),
        (Range(4.0, -10.0, 2.0), ("4", "\N{MINUS SIGN}10", "2")),
    ],
)
def test_deals_have_digits_that_matter(wins, shown):
    assert deals(wins) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (65_123.0, "65,000"),
        (-1_449.0, "\N{MINUS SIGN}1,400"),
        (99.6, "100"),
        (3.2, "3"),
    ],
)
def test_money_has_two_digits_that_matter(value, shown):
    assert amount(value) == shown


@pytest.mark.parametrize(
    ("score", "says"),
    [
        (Range(1.0, 0.0, 4.0), "may do as well as the gate"),
        (Range(-5.0, -9.0, -1.0), "would do better than the gate"),
        (Range(5.0, 1.0, 9.0), ""),
        (None, ""),
    ],
)
def test_a_current_score_that_does_as_well_is_said(score, says):
    sure = headline(measured(proven=False, score=score)).sure
    assert says in sure
    assert ("current CRM score" in sure) == bool(says)
