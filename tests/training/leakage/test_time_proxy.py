"""How well a column separates late from early."""

import numpy as np
import pandas as pd
import pytest

from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.leakage.time_proxy import TimeProxies, late_auc, time_proxy_aucs
from training.validation.windows import Window


@pytest.mark.parametrize("category", [False, True])
def test_noise_is_no_time_proxy_however_few_the_leads(category):
    rng = np.random.default_rng(0)
    aucs = []
    for _ in range(200):
        early, late = rng.integers(0, 30, 25) * 1.0, rng.integers(0, 30, 15) * 1.0
        aucs.append(late_auc(early, late, category, rng.random(40) < 0.5))
    assert np.mean(aucs) == pytest.approx(0.5, abs=0.02)


def test_missing_values_and_new_codes_separate_late_from_early():
    half = np.arange(200) % 2 == 0
    early, late = np.zeros(100), np.full(100, np.nan)
    assert late_auc(early, late, False, half) == pytest.approx(1.0)
    assert late_auc(early, np.ones(100), True, half) == pytest.approx(1.0)
    assert late_auc(early, early, True, half) == pytest.approx(0.5)


def test_a_lead_counts_once_as_it_was_first_seen():
    """Seen again at greater ages, leads from before a window would hide a time proxy."""
    n = 400
    rng = np.random.default_rng(0)
    created = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.linspace(0, 300, n), unit="D")
    ids = [f"L{i:03d}" for i in range(n)]
    leads = pd.DataFrame(
        {
            "lead_id": ids,
            "created_at": created,
            "number": np.arange(n) + 0.5,
            "noise": rng.normal(size=n),
        }
    )
    visits = pd.DataFrame({"lead_id": ids, "type": "visit", "occurred_at": created})
    lost = pd.DataFrame({"lead_id": ids[:300], "outcome": ["won", "lost"] * 150})
    lost["closed_at"] = created[:300] + pd.Timedelta(days=100)
    history = LeadHistory.from_tables(leads, activities=visits, outcomes=lost)
    sample = Sample.of(history, Settings((), (), None, (0.0, 30.0, 90.0)))
    features = FeatureSet().fit(history, sample.snapshots)
    start, end = (int(np.quantile(history.created, at)) for at in (0.6, 0.8))
    aucs = time_proxy_aucs(
        sample, features, [Window(start, end), Window(end, int(history.created.max()))]
    )
    assert aucs == {
        "number": pytest.approx(1.0, abs=0.03),
        "noise": pytest.approx(0.5, abs=0.1),
    }
    assert time_proxy_aucs(sample, features, [Window(start - 2, start - 1)]) == {}


def test_a_time_proxy_is_named_and_young_leads_are_left_out_beside_it():
    assert TimeProxies({}, young=True).sentences() == []
    assert not TimeProxies({}, young=True).mature_only
    aloud = TimeProxies({"rate": 0.97}, young=False)
    assert not aloud.mature_only
    assert aloud.sentences() == [
        "rate (AUC 0.97) is a time proxy: it says when a lead came, and of the leads to come that "
        "is nothing."
    ]
    young = TimeProxies({"rate": 0.97, "number": 1.0}, young=True)
    assert young.mature_only
    [said] = young.sentences()
    assert "rate (AUC 0.97), number (AUC 1.00) are time proxies: they say" in said
    assert "left out of every fit" in said


@pytest.mark.parametrize(("horizon", "young"), [(None, False), (30.0, True)])
def test_a_horizon_has_young_leads(horizon, young):
    n = 600
    created = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.linspace(0, 300, n), unit="D")
    ids = [f"L{i:03d}" for i in range(n)]
    leads = {"lead_id": ids, "created_at": created, "number": np.arange(n) + 0.5}
    closed = {
        "lead_id": ids,
        "outcome": ["won", "lost"] * (n // 2),
        "closed_at": created + pd.Timedelta(days=5),
    }
    history = LeadHistory.from_tables(pd.DataFrame(leads), outcomes=pd.DataFrame(closed))
    sample = Sample.of(history, Settings((), (), horizon, (0.0,)))
    features = FeatureSet().fit(history, sample.snapshots)
    start = int(np.quantile(history.created, 0.7))
    proxies = TimeProxies.of(sample, features, [Window(start, int(history.until))])
    assert list(proxies.aucs) == ["number"]
    assert proxies.mature_only is young
