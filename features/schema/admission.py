"""Which rows are let in: refused rows go to the quarantine, refused leads take theirs along."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from features.schema.columns import ROW
from features.schema.sources import Source
from features.validation.quarantine import Quarantine
from features.validation.refusals import Faults, Refusal
from leadgate.arrays import Bools, Texts

TABLE = "table"
LEAD_REFUSED = "its lead was refused"


class Admission:
    """Lets leads in, then the rows about them.

    Every frame that is let in carries the columns ``table`` and ``row``: where its rows stand.

    Attributes
    ----------
    quarantine
        Every refused row.
    faults
        Faults of whole files.
    """

    def __init__(self) -> None:
        self.quarantine = Quarantine()
        self.faults = Faults()
        self._name = ""
        self._told: frozenset[str] = frozenset()
        self._let_in: frozenset[str] = frozenset()
        self._erased: frozenset[str] = frozenset()

    def erase(self, lead_ids: frozenset[str]) -> None:
        """Leave out every row about some leads, without a trace in the quarantine."""
        self._erased = lead_ids

    def leads(
        self, source: Source, ids: Texts, leads: pd.DataFrame, refused: Sequence[Refusal]
    ) -> pd.DataFrame:
        """Let leads in; whatever comes later must be about them."""
        self._name = source.name
        self._told, self._let_in = frozenset(ids), frozenset(leads["lead_id"])
        return self.rows(source, ids, leads, refused)

    def rows(
        self, source: Source, ids: Texts, frame: pd.DataFrame, refused: Sequence[Refusal]
    ) -> pd.DataFrame:
        """Let rows about known leads in; `ids` and `refused` are about all rows of the source."""
        self.quarantined(source.name, refused, ids)
        kept = self.about_leads(frame.assign(table=source.name))
        if len(self.quarantine.rows(source.name)) == len(source.frame) > 0:
            reasons = [r for table, r, _ in self.quarantine.summary() if table == source.name]
            self.faults.add(
                f"{source.name}: all {len(source.frame)} rows were refused: {'; '.join(reasons)}.",
                code="all_rows_refused",
            )
        return kept

    def quarantined(self, name: str, refused: Sequence[Refusal], ids: Texts | None = None) -> None:
        """Put refused rows of a table into the quarantine."""
        if ids is not None and self._erased:
            there = ~np.isin(ids.astype(str), [*self._erased])
            refused = [(mask & there, reason) for mask, reason in refused]
        for mask, reason in refused:
            rows = np.flatnonzero(mask) + 1
            self.quarantine.add(name, rows, None if ids is None else ids[mask], reason)

    def about_leads(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Refuse the rows about leads that are not, or no longer, let in."""
        if self._erased:
            frame = frame[~_among(frame["lead_id"], self._erased)]
        known = _among(frame["lead_id"], self._let_in)
        if known.all():
            return frame
        told = _among(frame["lead_id"], self._told)
        self.refuse(frame[~known & told], LEAD_REFUSED)
        self.refuse(frame[~told], "its lead is not among the leads")
        return frame[known]

    def refuse(self, frame: pd.DataFrame, reason: str) -> None:
        """Put rows that were let in into the quarantine."""
        for table, part in frame.groupby(TABLE, sort=False):
            ids = part["lead_id"].to_numpy(dtype=object)
            self.quarantine.add(str(table), part[ROW], ids, reason)

    def drop_leads(self, leads: pd.DataFrame, ids: Collection[str]) -> pd.DataFrame:
        """Drop leads whose outcome was refused: what became of them is not known."""
        gone = leads["lead_id"].isin(ids)
        self._let_in -= frozenset(ids)
        listed = set(self.quarantine.rows(self._name))
        self.refuse(leads[gone & ~leads[ROW].isin(listed)], "its outcome was refused")
        return leads[~gone]


def _among(ids: pd.Series, known: frozenset[str]) -> Bools:
    # `Series.isin` takes long to make an array of a large set.
    codes, uniques = pd.factorize(ids)
    found = [lead_id in known for lead_id in uniques.tolist()]
    return np.array([*found, False], dtype=bool)[codes]
