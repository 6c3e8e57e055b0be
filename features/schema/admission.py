"""Which rows are let in: a rejected lead takes the rows about it along."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from features.parsing.categorical import Categorical
from features.schema.columns import ROW
from features.schema.source import Source
from features.validation.faults import Faults
from leadgate.arrays import Bools

TABLE = "table"
LEAD_REJECTED = "its lead was rejected"


class Admission:
    """Lets leads in, then the rows about them.

    Every frame that is let in carries the columns ``table`` and ``row``: where its rows stand.

    Attributes
    ----------
    faults
        Every rejected row, and the faults of whole files.
    """

    def __init__(self) -> None:
        self.faults = Faults()
        self._name = ""
        self._named: frozenset[str] = frozenset()
        self._let_in: frozenset[str] = frozenset()
        self._erased: frozenset[str] = frozenset()

    def erase(self, lead_ids: frozenset[str]) -> None:
        """Leave out every row about some leads, without a trace among the rejected rows."""
        self._erased = lead_ids

    def leads(self, source: Source, leads: pd.DataFrame, faults: Faults) -> pd.DataFrame:
        """Let leads in; whatever comes later must be about them."""
        self._name = source.name
        self._named, self._let_in = frozenset(faults.lead_ids), frozenset(leads["lead_id"])
        return self.rows(source, leads, faults)

    def rows(self, source: Source, frame: pd.DataFrame, faults: Faults) -> pd.DataFrame:
        """Let rows about such leads in; `faults` are about all rows of the source."""
        if self._erased:
            faults.leave_out(_among(pd.Series(faults.lead_ids), self._erased))
        self.faults.take(source.name, faults)
        kept = self.about_leads(frame.assign(table=source.name))
        if kept.empty and (read := faults.rows_read()) and read <= self.faults.rows(source.name):
            reasons = [r for table, r, _ in self.faults.summary() if table == source.name]
            self.faults.add(
                f"{source.name}: all {len(read)} rows were rejected: {'; '.join(reasons)}.",
                code="all_rows_refused",
            )
        return kept

    def about_leads(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Reject the rows about leads that are not, or no longer, let in."""
        if self._erased:
            frame = frame[~_among(frame["lead_id"], self._erased)]
        let_in = _among(frame["lead_id"], self._let_in)
        if let_in.all():
            return frame
        named = _among(frame["lead_id"], self._named)
        self.reject(frame[~let_in & named], LEAD_REJECTED)
        self.reject(frame[~named], "its lead is not among the leads")
        return frame[let_in]

    def reject(self, frame: pd.DataFrame, reason: str) -> None:
        """Reject rows that were let in."""
        for table, part in frame.groupby(TABLE, sort=False):
            ids = part["lead_id"].to_numpy(dtype=object)
            self.faults.reject_rows(str(table), part[ROW], ids, reason)

    def drop_leads(self, leads: pd.DataFrame, ids: Collection[str]) -> pd.DataFrame:
        """Drop leads whose outcome was rejected: what became of them is not known."""
        gone = leads["lead_id"].isin(ids)
        self._let_in -= frozenset(ids)
        listed = set(self.faults.rows(self._name))
        self.reject(leads[gone & ~leads[ROW].isin(listed)], "its outcome was rejected")
        return leads[~gone]


def _among(ids: pd.Series, wanted: frozenset[str]) -> Bools:
    # `Series.isin` takes long to make an array of a large set.
    return Categorical.of(ids.to_numpy(dtype=object)).where(wanted.__contains__)
