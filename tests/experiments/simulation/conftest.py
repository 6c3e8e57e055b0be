import pytest

from experiments.simulation import WorldSettings, simulate


@pytest.fixture(scope="session")
def world():
    """Return a world of 6,000 leads with the default law."""
    return simulate(WorldSettings(n_leads=6_000, seed=3))
