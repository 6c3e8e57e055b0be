"""Where the last months end, and why."""

import dataclasses
import re

import numpy as np

from features.parsing.times import NAT, US_PER_DAY
from training.report.formats import day
from training.report.maturity import why_it_ends


def test_the_end_the_reason_and_the_next_figures_are_said(trained):
    newest = int(trained.evaluation.evaluated.as_of.max())
    dated = dataclasses.replace(trained, data_until=newest + 100 * US_PER_DAY)
    said = why_it_ends(dated)
    horizon = dated.settings.horizon_days
    assert said.startswith(f"It ends with leads seen on {day(newest)}, 100 days before the data do")
    assert f"is known {horizon:g} days after it is seen" in said
    again = re.search(r"With data until (\S+) it covers 30 days more\.", said)
    days = np.timedelta64(int(horizon) + 30, "D")
    assert np.datetime64(again[1]) >= np.datetime64(day(newest)) + days


def test_without_dates_horizon_or_evaluation_nothing_is_said(trained):
    assert why_it_ends(dataclasses.replace(trained, data_until=NAT)) == ""
    assert why_it_ends(dataclasses.replace(trained, evaluation=None)) == ""
    endless = dataclasses.replace(trained.settings, horizon_days=None)
    assert why_it_ends(dataclasses.replace(trained, settings=endless)) == ""
