import numpy as np
import pytest

from features.parsing.times import NAT, iso_array
from serving.batch.batches import _iso

SECOND = 1_000_000


@pytest.mark.parametrize(
    "us",
    [
        np.array([], dtype=np.int64),
        np.full(3, 1_767_225_600) * SECOND,
        np.random.default_rng(0).integers(-2_000_000_000, 4_000_000_000, 500) * SECOND,
        np.array([0, SECOND + 1, -1]),
        np.array([0, NAT]),
    ],
    ids=["none", "the same", "whole seconds", "fractions", "no time"],
)
def test_times_are_written_as_everywhere_else(us):
    assert _iso(us).to_pylist() == iso_array(us).tolist()
