"""What people said of leads that are erased by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from serving.store import tables as t
from serving.store.store import Store

TABLES = (t.feedback, t.overrides)


def forget_said(store: Store, erased: Mapping[str, int], digest: Callable[[str], str]) -> None:
    """Remove what was said of leads before they were erased.

    A replica of the last release erases a lead without it: it does not know these tables.

    Parameters
    ----------
    erased
        The digests of erased leads, with when they were erased.
    digest
        Returns that of a lead.
    """
    for table in TABLES:
        with store.connection.changing() as connection:
            for lead_id in (
                connection.execute(sa.select(table.c.lead_id).distinct()).scalars().all()
            ):
                at = erased.get(digest(lead_id))
                if at is not None:
                    before = sa.and_(table.c.lead_id == lead_id, table.c.said_at <= at)
                    connection.execute(sa.delete(table).where(before))
