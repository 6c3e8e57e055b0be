"""An export as leadgate sees it, short enough to be read at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.crm.personal import personal
from leadgate.jsonfile import JsonValues

_SHOWN, _MONTHS = 10, 12
_QUANTILES = (0.25, 0.5, 0.75, 0.9)
_HIDDEN = "(personal)"


@dataclass(frozen=True)
class Preview(JsonValues):
    """What became of an export's leads.

    Attributes
    ----------
    leads
        Ten leads from all over the table: ``lead_id, created, outcome, closed, account``, "" where
        there is none; nothing that is personal.
    months
        For each of the last twelve months in which leads were created
        ``{month, leads, won, lost, open}``.
    days_to_win
        Quantiles of the days from creation to a win, by names such as ``q50``.
    """

    leads: list[dict[str, str]]
    months: list[dict[str, Any]]
    days_to_win: dict[str, float]

    @classmethod
    def of(cls, leads: pd.DataFrame, outcomes: pd.DataFrame) -> Preview:
        """Look at canonical tables of leads and of outcomes."""
        ended = outcomes.set_index("lead_id")
        table = pd.DataFrame({"lead_id": leads["lead_id"]})
        nothing = pd.Series(pd.NaT, index=leads.index, dtype="datetime64[us, UTC]")
        table["created"] = leads.get("created_at", nothing)
        kinds = leads["lead_id"].map(ended["outcome"]).fillna("")
        table["outcome"] = kinds.where(kinds != "", "open")
        table["closed"] = leads["lead_id"].map(ended["closed_at"])
        accounts = leads.get("account_id", pd.Series("", index=leads.index, dtype="str"))
        table["account"] = accounts.astype("str")
        return cls(_rows(table), _months(table), _days(table))


def _rows(table: pd.DataFrame) -> list[dict[str, str]]:
    places = np.linspace(0, max(len(table) - 1, 0), min(_SHOWN, len(table))).astype(int)
    shown = table.iloc[places]
    for name in ("lead_id", "account"):
        if personal(name, shown[name].drop_duplicates()):
            shown = shown.assign(**{name: _HIDDEN})
    days = {name: shown[name].dt.strftime("%Y-%m-%d").fillna("") for name in ("created", "closed")}
    return [
        {str(k): str(v) for k, v in row.items()}
        for row in shown.assign(**days).to_dict(orient="records")
    ]


def _months(table: pd.DataFrame) -> list[dict[str, Any]]:
    dated = table[table["created"].notna()]
    month = dated["created"].dt.tz_localize(None).to_numpy().astype("datetime64[M]")
    counts = dated.groupby([month, dated["outcome"].to_numpy()]).size().unstack(fill_value=0)
    return [
        {
            "month": f"{first:%Y-%m}",
            "leads": int(row.sum()),
            **{kind: int(row.get(kind, 0)) for kind in ("won", "lost", "open")},
        }
        for first, row in counts.tail(_MONTHS).iterrows()
    ]


def _days(table: pd.DataFrame) -> dict[str, float]:
    won = table[table["outcome"] == "won"]
    days = ((won["closed"] - won["created"]).dt.total_seconds() / 86_400).dropna()
    if days.empty:
        return {}
    return {f"q{q * 100:.0f}": round(float(days.quantile(q)), 1) for q in _QUANTILES}
