"""A policy and the leads before it, for the tests of the gate."""

from __future__ import annotations

import numpy as np

from leadgate.config import PolicySettings
from leadgate.policy import Policy

SCORES = np.random.default_rng(0).beta(2, 8, 5000)
MONDAY = 1_767_571_200_000_000  # 2026-01-05 00:00 UTC
HOUR = 3_600_000_000
DAY = 24 * HOUR
WEEK = 7 * DAY


def policy_of(scores=SCORES, leads_per_week=100.0, **settings):
    """Return a policy learned from scores, under settings."""
    learned = Policy.learn(scores, base_rate=0.2, leads_per_week=leads_per_week, key="k")
    return learned.with_settings(PolicySettings(**settings))
