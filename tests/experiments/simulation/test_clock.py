import numpy as np
import pandas as pd

from experiments.simulation.clock import days_since, instants, whole_seconds

START = "2025-01-06"


def test_instants_and_days_since_are_inverse():
    days = whole_seconds(np.array([0.0, 0.1234567, 364.9, np.inf]))

    when = instants(days, START)

    assert str(when.dtype) == "datetime64[us, UTC]"
    assert when.iloc[0] == pd.Timestamp("2025-01-06", tz="UTC")
    assert pd.isna(when.iloc[3])
    np.testing.assert_array_equal(days_since(when, START), days)


def test_days_since_reads_offsets_and_single_instants():
    first = days_since("2025-01-07T01:00:00+01:00", START)
    naive = days_since(pd.Timestamp("2025-01-07"), START)

    np.testing.assert_array_equal(first, [1.0])
    np.testing.assert_array_equal(naive, [1.0])
