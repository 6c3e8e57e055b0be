"""Leads that were scored low and were won, with the facts that spoke against them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.monitor.earlier import first_decisions, won_since
from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.parsing.times import iso_array, micros
from leadgate.arrays import Texts
from leadgate.bundle.bundle import Bundle
from leadgate.cells import list_text
from leadgate.policy import HAND_OFF
from leadgate.policy.participation import CALIBRATION, takes_part
from serving.scoring.reasons import Reasons

MOST, FACTS = 200, 3
_AGAINST = tuple(f"against_{place}" for place in range(1, FACTS + 1))
COLUMNS = ("lead_id", "as_of", "readiness", "threshold", "grade", "decision", "won_at", *_AGAINST)


@dataclass(frozen=True)
class Misses:
    """The list of leads that were won although their first score was below the line.

    `scored_low` is how many leads the line held back in all, or let through to explore; `won` how
    many of those were won. The table holds the first `MOST` of these, lowest readiness first.
    """

    scored_low: int
    won: int
    table: pd.DataFrame

    def write(self, path: Path) -> None:
        """Write the list, which replaces that of an earlier look."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(list_text(self.table), encoding="utf-8", newline="")


def misses(
    bundle: Bundle, history: LeadHistory, decisions: pd.DataFrame, horizon_days: float | None
) -> Misses:
    """List the leads whose first decision held them back, or explored, and that were won.

    Without those of the control group and of people (`leadgate.policy.participation`).

    The facts are those that move the model's log-odds down most, as the lead stood then.

    Parameters
    ----------
    decisions
        As `serving.store.StoredTables.decisions`, oldest first.
    """
    first = first_decisions(history, decisions, np.iinfo(np.int64).min, int(history.ends.max()))
    first = first[(first["decision"] != HAND_OFF) | first["explored"].astype(bool)]
    if "ruled_by" in first:
        # What chance or a person held back says nothing of the score.
        first = first[takes_part(CALIBRATION, first["ruled_by"], first["arm"])]
    lead, as_of = history.index_of(first["lead_id"]), micros(first["as_of"])
    won = won_since(history, lead, as_of, horizon_days)
    shown = np.flatnonzero(won)
    readiness, ids = first["readiness"].to_numpy(np.float64), first["lead_id"].to_numpy(object)
    shown = shown[np.lexsort((ids[shown].astype(str), readiness[shown]))][:MOST]
    rows, at = first.iloc[shown], (lead[shown], as_of[shown])
    features = FeatureSet.from_dict(bundle.features)
    X = features.matrix(history, *at)
    against = np.minimum(bundle.model.explain(X)[1], 0.0)
    reasons = Reasons(features.features_, features.vocabularies_).sentences(X, against)
    table = pd.DataFrame(
        {
            **{name: rows[name].to_numpy() for name in COLUMNS[:6]},
            "as_of": iso_array(as_of[shown]),
            "won_at": iso_array(history.closes[lead[shown]]),
            **_facts(reasons),
        }
    )
    return Misses(len(first), int(won.sum()), table[list(COLUMNS)])


def _facts(reasons: Texts) -> dict[str, Texts]:
    return dict(zip(_AGAINST, reasons[:, :FACTS].T, strict=True))
