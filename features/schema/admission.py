"""Which rows are let in: a rejected lead takes the rows about it along."""

from __future__ import annotations

from collections.abc import Collection, Set
from functools import cached_property

import numpy as np
import pandas as pd

from features.parsing.categorical import Categorical
from features.schema.canonical import Place
from features.schema.source import Source
from features.validation.faults import Faults
from leadgate.arrays import Bools, Texts

LEAD_REJECTED = "its lead was rejected"


class Admission:
    """Lets leads in, then the rows about them.

    Every frame that is let in carries the columns of `Place`: where its rows stand.

    Attributes
    ----------
    faults
        Every rejected row, and the faults of whole files.
    lead_ids
        Of all rows of the table of leads, rejected ones too.
    """

    def __init__(self) -> None:
        self.faults = Faults()
        self.lead_ids: Texts = np.zeros(0, dtype=object)
        self._name = ""
        self._kept = np.zeros(0, dtype=bool)
        self._dropped: set[str] = set()
        self._erased: frozenset[str] = frozenset()

    def erase(self, lead_ids: frozenset[str]) -> None:
        """Leave out every row about some leads, without a trace among the rejected rows."""
        self._erased = lead_ids

    def leads(self, source: Source, leads: pd.DataFrame, faults: Faults) -> pd.DataFrame:
        """Let leads in; whatever comes later must be about them."""
        self._name = source.name
        self.lead_ids = faults.lead_ids
        self._kept = faults.kept.copy()
        return self.rows(source, leads, faults, of_leads=True)

    def rows(
        self, source: Source, frame: pd.DataFrame, faults: Faults, *, of_leads: bool = False
    ) -> pd.DataFrame:
        """Let rows about such leads in.

        Parameters
        ----------
        source, frame
            The table, and the rows of it that can be.
        faults
            Of all rows of the table.
        of_leads
            Whether the rows are those of the leads that are let in, so that none is about another.
        """
        if self._erased:
            faults.leave_out(_among(faults.lead_ids, self._erased))
        self.faults.lies_in(source.name, source.files)
        self.faults.take(source.name, faults)
        frame = _placed(frame, source)
        kept = self._not_erased(frame) if of_leads else self.about_leads(frame)
        if kept.empty and (read := faults.rows_read()) and read <= self.faults.rows(source.name):
            reasons = [r for table, r, _ in self.faults.summary() if table == source.name]
            self.faults.add(
                f"{source.name}: all {len(read)} rows were rejected: {'; '.join(reasons)}.",
                code="all_rows_refused",
            )
        return kept

    def about_leads(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Reject the rows about leads that are not, or no longer, let in."""
        if frame.empty:
            return frame
        frame = self._not_erased(frame)
        ids = frame["lead_id"].to_numpy(dtype=object)
        let_in = _among(ids, self._let_in) & ~_among(ids, self._dropped)
        if let_in.all():
            return frame
        named = _among(ids, self._named)
        self.reject(frame[~let_in & named], LEAD_REJECTED)
        self.reject(frame[~named], "its lead is not among the leads")
        return frame[let_in]

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(self.lead_ids.tolist())

    @cached_property
    def _let_in(self) -> frozenset[str]:
        return frozenset(self.lead_ids[self._kept].tolist()) - self._erased

    def _not_erased(self, frame: pd.DataFrame) -> pd.DataFrame:
        if not self._erased:
            return frame
        return frame[~_among(frame["lead_id"].to_numpy(dtype=object), self._erased)]

    def reject(self, frame: pd.DataFrame, reason: str) -> None:
        """Reject rows that were let in."""
        for table, part in frame.groupby(frame[Place.TABLE].astype("str"), sort=False):
            ids = part["lead_id"].to_numpy(dtype=object)
            self.faults.reject_rows(str(table), part[Place.ROW], ids, reason)

    def drop_leads(self, leads: pd.DataFrame, ids: Collection[str]) -> pd.DataFrame:
        """Drop leads whose outcome was rejected: what became of them is not known."""
        gone = leads["lead_id"].isin(ids)
        self._dropped.update(ids)
        listed = set(self.faults.rows(self._name))
        self.reject(leads[gone & ~leads[Place.ROW].isin(listed)], "its outcome was rejected")
        return leads[~gone]


def _placed(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Return the rows with the name of their table."""
    frame = frame.copy(deep=False)
    codes = np.zeros(len(frame), dtype=np.int8)
    frame[Place.TABLE] = pd.Categorical.from_codes(codes, categories=pd.Index([source.name]))
    return frame


def _among(ids: Texts, wanted: Set[str]) -> Bools:
    # `Series.isin` takes long to make an array of a large set.
    return Categorical.of(ids).where(wanted.__contains__)
