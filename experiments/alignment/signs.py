"""Which leads sales gave up or accepted, where the export says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.history.lead_history import LeadHistory
from features.schema.columns import lead_ids, texts
from features.schema.outcome_table import words
from features.schema.source import read_source
from leadgate.arrays import Bools, Texts
from leadgate.config import Config, Sign
from leadgate.errors import DataError


class Signs:
    """The ids of the leads that bear each of the signs of a configuration, read once.

    Parameters
    ----------
    config
        Its ``columns.abandoned`` and ``columns.accepted``.

    Raises
    ------
    DataError
        ``missing_column``, or as `features.schema.source.read_source`.
    """

    def __init__(self, config: Config) -> None:
        columns = config.columns
        self._abandoned = _ids(config, columns.abandoned, "columns.abandoned")
        self._accepted = _ids(config, columns.accepted, "columns.accepted")

    def abandoned(self, history: LeadHistory) -> Bools:
        """Mark the leads that sales gave up without an answer; shape (n,)."""
        return np.isin(history.lead_ids.astype(str), self._abandoned)

    def accepted(self, history: LeadHistory) -> Bools:
        """Mark the leads that sales accepted; shape (n,)."""
        return np.isin(history.lead_ids.astype(str), self._accepted)


def _ids(config: Config, sign: Sign | None, key: str) -> NDArray[np.str_]:
    if sign is None:
        return np.array([], dtype=str)
    columns, data = config.columns, config.data
    leads = read_source(config, data.leads, "leads").frame
    ids = lead_ids(leads, columns, data, where="data.leads")
    if sign.path is None:
        marked = np.isin(_texts(config, leads, sign.column, key), words(sign.values))
        return ids[marked].astype(str)
    table = read_source(config, sign.path, f"{key}.path").accepted
    bears = np.isin(_texts(config, table, sign.column, key), words(sign.values))
    keys = _texts(config, table, sign.key, key)[bears]
    of_lead = ids if sign.lead_key is None else _texts(config, leads, sign.lead_key, key)
    return ids[np.isin(of_lead.astype(str), keys[keys != ""].astype(str))].astype(str)


def _texts(config: Config, frame: pd.DataFrame, column: str | None, key: str) -> Texts:
    if column not in frame.columns:
        raise DataError(
            f"{key}: there is no column {column} in its table.",
            code="missing_column",
            hint=f"Check {key} in leadgate.toml.",
        )
    return texts(frame, column, config.data)
