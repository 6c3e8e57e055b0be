"""What exploration costs, and what it finds: six retrainings on what the gate itself let through.

Labels exist for handed-off leads only, weighted by their inverse propensity; each round a logistic
regression is fitted on all rounds so far and the gate of `leadgate.policy` hands off half of the
next leads. The first round sends everything. In the stationary world a segment of 30 % wins less;
in the other one it becomes the better one after the third retraining. Shown: expected wins of the
gate's handoffs, as a share of what the true probabilities would have reached with as many.
"""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.machinery.catalogue import Figures
from leadgate.config import PolicySettings
from leadgate.policy import HAND_OFF, Policy, decide_many

USUAL_TIME = "20 s"
SMALL = {"repeats": 1, "leads": 500, "rates": (0.03,)}
RATES = (0.0, 0.01, 0.03, 0.05)
RETRAININGS, CHANGE = 6, 3
CLIP = 100.0
WORLDS = {"stationary": -1.5, "the segment improves": 0.8}


def leads(n: int, effect: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return what the model sees of n leads, and their true chances."""
    x, segment = rng.normal(size=n), rng.random(n) < 0.3
    chance = 1 / (1 + np.exp(1.8 - x - effect * segment))
    return np.column_stack([x, segment, x * segment]), chance


def reached_by(improved: float, explore: float, n: int, seed: int) -> list[float]:
    """Return for each retraining the share of the possible wins that the gate reaches."""
    rng = np.random.default_rng(seed)
    X, chance = leads(n, WORLDS["stationary"], rng)
    seen = [(X, rng.random(n) < chance, np.ones(n))]
    reached = []
    for number in range(RETRAININGS):
        X, y, weight = (np.concatenate(part) for part in zip(*seen, strict=True))
        model = LogisticRegression(C=10.0).fit(X, y, weight)
        X, chance = leads(n, improved if number >= CHANGE else WORLDS["stationary"], rng)
        readiness = model.predict_proba(X)[:, 1]
        policy = Policy.learn(
            readiness, base_rate=0.15, leads_per_week=100.0, key=f"{seed}"
        ).with_settings(PolicySettings(capacity_per_week=50, explore=explore))
        ids = np.array([f"{number}-{i}" for i in range(n)], dtype=object)
        decided = decide_many(readiness, ids, policy)
        taken = decided.decision == HAND_OFF
        best = np.sort(chance)[::-1][: int(taken.sum())]
        reached.append(float(chance[taken].sum() / best.sum()))
        won = rng.random(n) < chance
        seen.append((X[taken], won[taken], np.minimum(1 / decided.propensity[taken], CLIP)))
    return reached


def run(repeats: int = 10, leads: int = 4_000, rates: tuple[float, ...] = RATES) -> Figures:
    """Run as many worlds of each kind at each rate; a column for each retraining."""
    result = {}
    for name, effect in WORLDS.items():
        for rate in rates:
            shares = np.mean([reached_by(effect, rate, leads, s) for s in range(repeats)], axis=0)
            columns = {f"retraining_{n + 1}": share for n, share in enumerate(shares.tolist())}
            result[f"{name}, {rate:.0%} explored"] = columns
    return result
