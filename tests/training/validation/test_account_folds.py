"""Account folds are those of the ids, whatever else an export holds."""

import numpy as np
import pandas as pd
import pytest

from features import LeadHistory
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.validation.account_folds import PARTS, part_of

SETTINGS = Settings((), (), None, (0.0,))


def sample(numbers):
    """Return a sample of the leads with these numbers, three to an account."""
    numbers = np.asarray(numbers)
    leads = pd.DataFrame(
        {
            "lead_id": [f"L{i}" for i in numbers],
            "created_at": pd.Timestamp("2026-01-01") + pd.to_timedelta(numbers, unit="h"),
            "account_id": [f"A{i // 3}" for i in numbers],
        }
    )
    return Sample.of(LeadHistory.from_tables(leads), SETTINGS)


def parts(of):
    return dict(zip(of.history.lead_ids[of.snapshots.lead], of.part.tolist(), strict=True))


def test_parts_hold_about_a_fifth_each():
    counts = np.bincount(sample(range(6000)).part, minlength=PARTS)
    assert counts / 6000 == pytest.approx([1 / PARTS] * PARTS, abs=0.03)


def test_an_account_is_in_one_part():
    of = sample(range(900))
    assert len({*zip(of.account.tolist(), of.part.tolist(), strict=True)}) == 300


def test_tomorrows_export_has_the_same_parts():
    today, tomorrow = parts(sample(range(300))), parts(sample(range(200, 900)))
    both = today.keys() & tomorrow.keys()
    assert len(both) == 100
    assert {lead: today[lead] for lead in both} == {lead: tomorrow[lead] for lead in both}


def test_a_cut_has_the_same_parts():
    of = sample(range(300))
    cut = Sample.of(of.history.cut(int(np.median(of.history.created))), SETTINGS)
    assert parts(cut).items() <= parts(of).items()


def test_parts_are_numbers_from_zero_to_four():
    assert part_of(np.array([0, 4, 5, 2**62])).tolist() == [0, 4, 0, 2**62 % 5]
