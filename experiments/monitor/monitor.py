"""One look at a model since it was trained, and whether somebody should look closer.

At most 5 % of firms in which nothing changes see an alarm, over all looks at everything that is
watched together: `experiments.monitor.error_rate`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from experiments.figures.share import Share
from experiments.monitor.drift import Drift, drift
from experiments.monitor.matured import by_grade, handoffs_of
from experiments.monitor.sentences import of_drift, of_wins
from experiments.monitor.wins import Wins, wins_of
from features.parsing.times import NAT, parse_instant
from features.stored_tables import StoredTables
from features.tables import Tables
from leadgate.bundle.bundle import Bundle
from leadgate.config import Config
from training.dataset.feedback import with_store


@dataclass(frozen=True)
class Monitored:
    """The result of `leadgate monitor`.

    Attributes
    ----------
    drift
        None where there is nothing to compare yet.
    wins
        Whether wins come as predicted; None where nothing was served.
    handoffs
        By grade, as `experiments.monitor.matured.by_grade`.
    """

    drift: Drift | None
    wins: Wins | None
    handoffs: dict[str, dict[str, Share]]

    @property
    def leads_differ(self) -> bool:
        """Whether the leads that come in surely changed."""
        return self.drift is not None and self.drift.alarming

    @property
    def wins_differ(self) -> bool:
        """Whether wins surely do not come as predicted."""
        return self.wins is not None and self.wins.alarming

    @property
    def alarm(self) -> bool:
        """Whether anything needs a look."""
        return self.leads_differ or self.wins_differ

    @property
    def why(self) -> str:
        """Why there is an alarm, or why there is none, in sentences."""
        parts = [(self.leads_differ, of_drift(self.drift)), (self.wins_differ, of_wins(self.wins))]
        return " ".join(text for differs, text in parts if differs or not self.alarm)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the command."""
        return {
            "alarm": self.alarm,
            "why": self.why,
            "drift": None if self.drift is None else self.drift.to_dict(),
            "calibration": None if self.wins is None else self.wins.to_dict(),
            "handoffs": {
                grade: {name: share.to_dict() for name, share in shares.items()}
                for grade, shares in self.handoffs.items()
            },
        }

    def with_misses(self, path: Path) -> Monitored:
        """Write the list of misses to a file, and return the look that names it."""
        if self.wins is None or self.wins.misses is None:
            return self
        self.wins.misses.write(path)
        return replace(self, wins=replace(self.wins, path=path))


def monitor(
    config: Config, bundle: Bundle, tables: Tables, stored: StoredTables | None
) -> Monitored:
    """Compare a model with what came after it; nothing is written.

    Parameters
    ----------
    config
        Of the data set.
    bundle
        The model.
    tables
        The export of today.
    stored
        What the endpoint's store holds; None where there is none.
    """
    if stored is not None:
        tables = with_store(config, tables, stored)
    history, since = tables.history(), trained_until(bundle)
    wins, grades = None, {}
    if stored is not None:
        handoffs = handoffs_of(history, stored.decisions)
        wins = wins_of(bundle, history, handoffs, stored.decisions, since)
        grades = by_grade(handoffs, bundle.meta["horizon_days"])
    return Monitored(drift(bundle, history, since), wins, grades)


def trained_until(bundle: Bundle) -> int:
    """Return the end of the data that a model learned from, microseconds UTC; `NAT` without.

    Following the base rate moves the end of a version's data, and no more than its offset.
    """
    level = bundle.meta.get("level") or {}
    until = level.get("since") or bundle.meta.get("data_until")
    return NAT if until is None else parse_instant(until, field="data_until")


def metrics(look: Monitored) -> dict[str, float]:
    """Return the figures that are worth following over time; defined ones only."""
    flat: dict[str, float] = {"alarm": float(look.alarm)}
    if look.drift is not None:
        flat["readiness_mean"] = look.drift.readiness
        if look.drift.separation is not None:
            apart = look.drift.separation
            flat |= {"drift_auc": apart.value, "drift_auc_low": apart.low}
            flat["drift_auc_high"] = apart.high
    if look.wins is not None:
        flat["evidence"] = look.wins.evidence
        if look.wins.matured is not None:
            ratio = look.wins.matured.ratio
            flat |= {"won_over_expected": ratio.value, "matured": float(look.wins.matured.leads)}
            flat |= {"won_over_expected_low": ratio.low, "won_over_expected_high": ratio.high}
    for grade, shares in look.handoffs.items():
        flat |= {f"{name}_{grade}": share.value for name, share in shares.items()}
        flat[f"handoffs_{grade}"] = float(shares["worked"].of)
    return {name: value for name, value in flat.items() if math.isfinite(value)}
