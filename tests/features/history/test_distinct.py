"""Attributes as codes of their distinct texts."""

import numpy as np
import pandas as pd

from features import LeadHistory
from features.history.distinct import Attribute
from features.parsing.times import US_PER_DAY

TEXTS = np.array(["b", "", "12", "b", "1.5", "12"], dtype=object)


def test_counts_and_values_are_those_of_the_texts():
    attribute, some = Attribute.of(TEXTS), np.array([0, 1, 3, 4])
    assert attribute.counts(some) == {"b": 2, "": 1, "1.5": 1}
    assert np.array_equal(attribute.numbers(some), [np.nan, np.nan, np.nan, 1.5], equal_nan=True)
    assert attribute.decoded(len, some).tolist() == [1, 0, 1, 3]


def test_a_cut_keeps_the_codes_of_its_leads():
    leads = pd.DataFrame({"lead_id": [*"ABCDEF"], "Source": TEXTS})
    leads["created_at"] = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(range(6), unit="D")
    history = LeadHistory.from_tables(leads)
    whole = history.attribute("Source")
    cut = history.cut(int(history.created[0]) + 3 * US_PER_DAY)
    assert cut.attribute("Source").distinct is whole.distinct
    assert cut.attribute("Source").counts(np.arange(3)) == {"b": 1, "": 1, "12": 1}
