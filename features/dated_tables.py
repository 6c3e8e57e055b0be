"""Field changes and handoffs under canonical names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.columns import ROW, instants, named, needed, texts
from features.refusals import Refusal, Refusals
from features.times import timestamps
from leadgate.config import Data

FIELD_CHANGE = ("lead_id", "field", "value", "changed_at")
HANDOFF = ("lead_id", "handed_off_at")


def field_changes_from_frame(
    frame: pd.DataFrame, data: Data, *, where: str = "field_changes"
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Coerce field changes.

    Parameters
    ----------
    frame
        ``lead_id, field, value, changed_at``.
    data
        How the export is written.
    where
        Name of the file, for messages.

    Returns
    -------
    field_changes : DataFrame
        ``row``, ``lead_id``, ``field``, ``value`` (text) and ``changed_at`` (datetime64[us, UTC]).
        Only the accepted rows.
    refusals : list
        Masks over the rows of `frame`, each with its reason.

    Raises
    ------
    DataError
        ``missing_column`` or ``ambiguous_dates``.
    """
    refusals = Refusals(len(frame))
    for name in FIELD_CHANGE:
        needed(frame, name, where=where)
    changed = instants(frame, "changed_at", data, refusals, where=where, needed=True)
    changes = pd.DataFrame(
        {
            ROW: np.arange(1, len(frame) + 1),
            "lead_id": texts(frame, "lead_id", data),
            "field": texts(frame, "field", data),
            "value": texts(frame, "value", data),
            "changed_at": timestamps(changed.us),
        }
    )
    refusals.refuse((changes["lead_id"] == "").to_numpy(), "it has no lead id")
    refusals.refuse((changes["field"] == "").to_numpy(), "it names no field")
    return changes[refusals.kept].reset_index(drop=True), refusals.found


def handoffs_from_frame(
    frame: pd.DataFrame, data: Data, *, where: str = "handoffs"
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Coerce handoffs.

    Parameters
    ----------
    frame
        ``lead_id, handed_off_at, first_worked_at?, person?``.
    data
        How the export is written.
    where
        Name of the file, for messages.

    Returns
    -------
    handoffs : DataFrame
        ``row``, ``lead_id``, ``handed_off_at``, ``first_worked_at`` (datetime64[us, UTC]) and
        ``person``. Only the accepted rows.
    refusals : list
        Masks over the rows of `frame`, each with its reason.

    Raises
    ------
    DataError
        ``missing_column`` or ``ambiguous_dates``.
    """
    refusals = Refusals(len(frame))
    for name in HANDOFF:
        needed(frame, name, where=where)
    handed = instants(frame, "handed_off_at", data, refusals, where=where, needed=True)
    worked_at = named(frame, "first_worked_at")
    worked = instants(frame, worked_at, data, refusals, where=where)
    handoffs = pd.DataFrame(
        {
            ROW: np.arange(1, len(frame) + 1),
            "lead_id": texts(frame, "lead_id", data),
            "handed_off_at": timestamps(handed.us),
            "first_worked_at": timestamps(worked.us),
            "person": texts(frame, named(frame, "person"), data),
        }
    )
    refusals.refuse((handoffs["lead_id"] == "").to_numpy(), "it has no lead id")
    return handoffs[refusals.kept].reset_index(drop=True), refusals.found
