import numpy as np
import pandas as pd
import pytest

from features.crm.crm_object import CrmObject
from features.parsing.times import US_PER_DAY
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.losses import Losses
from features.profiling.readings.outcome import OutcomeGuess

N = 200
CREATED = np.arange(N, dtype=np.int64) * US_PER_DAY


def losses(stages, *, closed=None, created=CREATED):
    profiles = ColumnProfile.of(pd.DataFrame({"Stage": stages, "Closed": closed or [""] * N}))
    outcome = OutcomeGuess.of(profiles, CrmObject(), ["Closed"])
    return Losses.of(profiles[0], outcome, profiles[1] if closed else None, created)


def closings(stages, *still_open):
    return ["" if stage in still_open else "2026-05-01" for stage in stages]


@pytest.mark.parametrize("word", ["Zermatscht", "Passé à la trappe", "Moved on", "Nada"])
def test_what_closes_as_losses_do_is_a_loss_whatever_it_is_called(word):
    stages = ["Won", "Lost", word, "Quoted"] * (N // 4)
    assert losses(stages, closed=closings(stages, "Quoted")) == Losses((word,))


def test_closing_times_that_open_leads_have_too_are_forecasts_and_say_nothing():
    stages = ["Won", "Lost", "Moved on", "Quoted"] * (N // 4)
    assert losses(stages, closed=closings(stages)).timed == ()


def test_leads_as_old_as_those_that_ended_may_have_ended():
    stages = ["Won", "Lost", "Moved on", "Lost"] * (N // 4)
    stages[-40:] = ["Quoted"] * 40
    assert losses(stages) == Losses(as_old=("Moved on",))


def test_where_closing_times_tell_open_leads_from_others_their_age_says_nothing():
    stages = ["Won", "Lost", "Moved on", "Quoted"] * (N // 4)
    assert losses(stages, closed=closings(stages, "Moved on", "Quoted")) == Losses()


def test_what_sounds_open_is_no_loss_however_old():
    stages = ["Won", "Lost", "Nurturing", "In progress"] * (N // 4)
    assert losses(stages) == Losses()


def test_few_leads_and_leads_without_dates_say_nothing():
    assert losses(["Moved on"] * 19 + ["Won", "Lost"] * 90 + ["Won"]) == Losses()
    stages = ["Moved on"] * 20 + ["Won", "Lost"] * 90
    assert losses(stages).as_old == ("Moved on",)
    assert losses(stages, created=None) == Losses()


@pytest.mark.parametrize(("since", "said"), [(33, ""), (34, "none of the newest 34 leads was won")])
def test_a_checkbox_is_asked_about_where_no_newest_lead_was_won(since, said):
    """Of 130 leads 24 are won: 34 in a row without a win come about in one of a thousand cases."""
    ticked = ["FALSE", "FALSE", "FALSE", "TRUE"] * 24
    profiles = ColumnProfile.of(pd.DataFrame({"Won?": [*ticked, *["FALSE"] * since]}))
    outcome = OutcomeGuess.of(profiles, CrmObject(), [])
    created = np.arange(len(profiles[0].texts), dtype=np.int64) * US_PER_DAY
    assert Losses.of(profiles[0], outcome, None, created).lately.startswith(said)
    assert bool(Losses.of(profiles[0], outcome, None, created).lately) is bool(said)
    assert Losses.of(profiles[0], outcome, None, None).lately == ""
