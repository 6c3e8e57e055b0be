"""How the times of one column are written: what its values decided together, kept for later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from leadgate.jsonfile import JsonValues

# Which number of 03-04-2026, or of 03-04-05, is what; "" where no date needs it.
Order: TypeAlias = Literal["", "dmy", "mdy", "ymd"]
ORDERS: dict[str, Order] = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd"}
Kind: TypeAlias = Literal[
    "typed", "format", "iso", "day", "epoch", "serial", "numbers", "month_name"
]
# A column that holds nothing else may as well hold amounts or ids: only its name can say.
BARE_NUMBERS: frozenset[Kind] = frozenset({"day", "epoch", "serial"})


@dataclass(frozen=True)
class TimeFormat(JsonValues):
    """How a column of times is written.

    Attributes
    ----------
    order
        Of day, month and year where all three are numbers and the year is not written first in
        full.
    clock
        Whether some value has a time of day.
    kinds
        The ways of writing that occur, ascending: typed values, the configured format, ISO 8601,
        yyyymmdd, time since 1970, days of a spreadsheet, three numbers, the name of a month.
    """

    order: Order = ""
    clock: bool = False
    kinds: tuple[Kind, ...] = ()

    def joined(self, others: Iterable[TimeFormat]) -> TimeFormat:
        """Return how columns of one name are written in several tables.

        Where they decide differently, each is left to decide for itself.
        """
        formats = [self, *others]
        orders = {how.order for how in formats if how.order}
        return TimeFormat(
            orders.pop() if len(orders) == 1 else "",
            any(how.clock for how in formats),
            tuple(sorted({kind for how in formats for kind in how.kinds})),
        )
