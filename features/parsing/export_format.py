"""How an export is written: learned once from the tables of training, kept with the model."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

import pandas as pd

from features.parsing.number_format import is_whole, number_format, shown_sign
from features.parsing.time_format import TimeFormat
from features.parsing.times import parse_times
from features.parsing.values import text_column
from leadgate.config import Data
from leadgate.config.data import Decimal
from leadgate.errors import DataError
from leadgate.jsonfile import JsonValues

VERSION = 1

_SAMPLE = 1_000


@dataclass(frozen=True)
class ExportFormat(JsonValues):
    """How the columns of an export are written.

    Nothing of it is a value of a lead. A model without one, of an earlier version, lets each
    column of a file decide for itself.

    Attributes
    ----------
    times
        By column, how its times are written.
    decimals
        By column, the sign before its decimals, where single values do not tell.
    columns
        The columns of the leads.
    version
        Of these attributes.
    """

    times: dict[str, TimeFormat] = field(default_factory=dict)
    decimals: dict[str, Decimal] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    version: int = VERSION

    @classmethod
    def learn(
        cls,
        data: Data,
        leads: pd.DataFrame,
        times: Iterable[pd.Series],
        numbers: Iterable[pd.Series] = (),
    ) -> Self:
        """Learn how an export is written.

        Parameters
        ----------
        data
            What its owner says of it.
        leads
            The table of leads, as it was read.
        times
            The columns of times of all tables, each under its name. A column that decides nothing
            is left to whoever reads it, who asks.
        numbers
            The columns of numbers of the other tables.
        """
        formats: dict[str, list[TimeFormat]] = {}
        for column in times:
            with suppress(DataError):
                written = _times(column, data)
                if written.kinds:
                    formats.setdefault(str(column.name), []).append(written)
        return cls(
            {name: how[0].joined(how[1:]) for name, how in sorted(formats.items())},
            _decimals([*(leads[name] for name in leads), *numbers], data),
            tuple(map(str, leads.columns)),
        )

    def applied_to(self, data: Data) -> Data:
        """Return the settings of an export with what its columns decided.

        What the settings say of a column stays.
        """
        update: dict[str, object] = {}
        orders = {name: how.order for name, how in self.times.items() if how.order}
        for key, learned in (("date_format", orders), ("decimal", self.decimals)):
            given = getattr(data, key)
            if learned and (given == "auto" or isinstance(given, dict)):
                update[key] = learned if given == "auto" else {**learned, **given}
        return data.model_copy(update=update)


def _decimals(columns: Iterable[pd.Series], data: Data) -> dict[str, Decimal]:
    """Return what stands before the decimals, by column; columns of one name must agree."""
    signs: dict[str, set[Decimal]] = {}
    shown, whole = set[Decimal](), set[str]()
    for column in columns:
        name, sample = str(column.name), _sample(column, data)
        sign = _decimal(column, data)
        if sign != "auto":
            signs.setdefault(name, set()).add(sign)
        elif is_whole(sample):
            whole.add(name)
        shown.add(shown_sign(sample))
    decided = {name: written.pop() for name, written in signs.items() if len(written) == 1}
    # A column of whole numbers decides nothing: what all others of the export show counts for it.
    common = {*shown, *decided.values()} - {"auto"}
    if len(common) == 1:
        (sign,) = common
        decided |= {name: sign for name in whole if name not in signs}
    return decided


def _sample(column: pd.Series, data: Data) -> list[str]:
    """Return some texts of a column that its owner says nothing of; typed ones need no sign."""
    if not isinstance(column.dtype, pd.StringDtype) or data.decimal_of(str(column.name)) != "auto":
        return []
    texts: list[str] = text_column(pd.Series(column.head(_SAMPLE).unique()), data.missing).tolist()
    return texts


def _times(column: pd.Series, data: Data) -> TimeFormat:
    """Return how a column of times is written."""
    name = str(column.name)
    return parse_times(
        column,
        timezone=data.timezone,
        date_format=data.date_format_of(name),
        missing=data.missing,
        where=name,
    ).format


def _decimal(column: pd.Series, data: Data) -> Decimal:
    """Return what stands before the decimals of a column; ``"auto"`` where none need to know."""
    if not isinstance(column.dtype, pd.StringDtype) or data.decimal_of(str(column.name)) != "auto":
        return "auto"
    texts = column.head(_SAMPLE)
    if not texts.str.contains(r"[.,]\d{3}(?:\D|$)").any() and len(column) > _SAMPLE:
        return "auto"
    return number_format(text_column(pd.Series(column.unique()), data.missing).tolist())
