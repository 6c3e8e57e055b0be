"""What exploration costs, and what it finds: six retrainings on what the gate itself let through.

    python benchmarks/bench_exploration.py [--repeats 30] [--leads 4000] [--out exploration.png]

Labels exist for handed-off leads only, weighted by their inverse propensity; each round a logistic
regression is fitted on all rounds so far and the gate of `leadgate.policy` hands off half of the
next leads. The first round sends everything. In the stationary world a segment of 30 % wins less;
in the other one it becomes the better one after the third retraining. Shown: expected wins of the
gate's handoffs, as a share of what the true probabilities would have reached with as many.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from leadgate.config import PolicySettings
from leadgate.policy import HAND_OFF, Policy, decide_many

RATES = (0.0, 0.01, 0.03, 0.05)
RETRAININGS, CHANGE = 6, 3
CLIP = 100.0
WORLDS = {"stationary": -1.5, "the segment improves": 0.8}


def leads(n: int, effect: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return what the model sees of n leads, and their true chances."""
    x, segment = rng.normal(size=n), rng.random(n) < 0.3
    chance = 1 / (1 + np.exp(1.8 - x - effect * segment))
    return np.column_stack([x, segment, x * segment]), chance


def run(improved: float, explore: float, n: int, seed: int) -> list[float]:
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


def draw(found: dict[str, dict[float, np.ndarray]], path: Path) -> None:
    """Draw the mean over the repeats with its 90 % band."""
    figure = Figure(figsize=(9.6, 3.6), layout="constrained")
    at = np.arange(1, RETRAININGS + 1)
    for axes, (name, by_rate) in zip(
        figure.subplots(1, 2, sharey=True), found.items(), strict=True
    ):
        for rate, values in by_rate.items():
            mean = values.mean(axis=0)
            error = 1.645 * values.std(axis=0, ddof=1) / np.sqrt(len(values))
            axes.plot(at, mean, marker="o", ms=3, label=f"{rate:.0%} explored")
            axes.fill_between(at, mean - error, mean + error, alpha=0.15, lw=0)
        axes.set(title=name, xlabel="retraining", ylabel="of the possible wins")
        axes.legend()
    figure.savefig(path, dpi=150)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--leads", type=int, default=4000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    found = {
        name: {
            rate: np.array([run(effect, rate, given.leads, s) for s in range(given.repeats)])
            for rate in RATES
        }
        for name, effect in WORLDS.items()
    }
    table = Table("world", "explored", *(f"{i + 1}" for i in range(RETRAININGS)))
    for name, by_rate in found.items():
        for rate, values in by_rate.items():
            cells = (f"{v:.1%}" for v in values.mean(axis=0))
            table.add_row(name, f"{rate:.0%}", *cells)
    Console(width=110).print(table)
    if given.out:
        draw(found, given.out)


if __name__ == "__main__":
    main()
