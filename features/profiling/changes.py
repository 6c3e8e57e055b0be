"""The guessed meaning of the columns of a table of field changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features.crm.histories import recognise_history
from features.io.files import read_table
from features.parsing.values import text_column
from features.profiling.toml import pair
from leadgate.config import FieldChangeColumns
from leadgate.errors import DataError


@dataclass(frozen=True)
class ChangesGuess:
    """A recognised table of field changes.

    Attributes
    ----------
    key
        The line of the section ``[data]`` that names the file.
    columns
        What its columns mean.
    fields
        Whose changes it holds.
    """

    key: str
    columns: FieldChangeColumns
    fields: frozenset[str]

    @classmethod
    def of(cls, path: Path, named: Path) -> ChangesGuess:
        """Recognise a table of field changes by the names of its columns.

        Parameters
        ----------
        path, named
            The file, and how it is to stand in the configuration.

        Raises
        ------
        DataError
            If the file cannot be read, or ``no_field_changes``: no known CRM writes such columns.
        """
        frame = read_table(path).accepted
        recognised = recognise_history([str(name) for name in frame.columns])
        if recognised is None:
            raise DataError(
                f"{path.name}: its columns are those of no known table of field changes.",
                code="no_field_changes",
                hint="Name them in leadgate.toml under [data.field_change_columns].",
            )
        what, columns = recognised
        fields = columns.fields or text_column(pd.Series(frame[columns.field].unique()))
        key = pair("field_changes", named.as_posix(), f"by its columns: {what}")
        return cls(key, columns, frozenset(fields) - {""})

    @property
    def lines(self) -> list[str]:
        """The section that says what the columns mean."""
        named = self.columns.model_dump(exclude_none=True, exclude_defaults=True)
        if not named:
            return []
        why = {"old_value": "what the field was before its first change"}
        pairs = [pair(key, name, why.get(key, "")) for key, name in named.items()]
        return ["[data.field_change_columns]", *pairs]
