"""The probe on the leads of a simulator that declares its own leaks."""

import pytest

from benchmarks.inputs.leadforge import PLANTED, SEEN_AFTER_DAYS, forged
from leadgate.config import Config
from training.leakage.probe import find_leaks

pytest.importorskip("leadforge", reason="leadforge is not installed")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_planted_leak_is_found():
    settings = Config.from_dict(
        {
            "data": {"leads": "leads.csv"},
            "columns": {"lead_id": "lead_id", "outcome": "outcome", "won": ["won"]},
            "target": {"snapshot_ages_days": [SEEN_AFTER_DAYS]},
        }
    )
    report = find_leaks(forged(3000, "intermediate", seed=7)["with touches"], settings)
    assert set(report.left_out("column")) == set(PLANTED)
