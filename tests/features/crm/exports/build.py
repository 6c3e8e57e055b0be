"""Small made-up exports with the columns that each CRM gives each of its objects."""

from dataclasses import dataclass, field

import pandas as pd

N = 60
DAYS = pd.date_range("2026-01-05", periods=N, freq="D")
LATER = DAYS + pd.Timedelta(days=9)
ENDED = [i % 3 < 2 for i in range(N)]


def cycle(*values):
    """Return the values over and over: for won, lost and open leads, where there are three."""
    return [values[i % len(values)] for i in range(N)]


def closing(pattern="%Y-%m-%d", *, wins_only=False):
    """The day of closing of the leads that have ended."""
    ends = [i % 3 == 0 for i in range(N)] if wins_only else ENDED
    return [day if end else "" for day, end in zip(LATER.strftime(pattern), ends, strict=True)]


def created(pattern="%Y-%m-%d %H:%M:%S"):
    """The day of creation."""
    return list((DAYS + pd.Timedelta(hours=8)).strftime(pattern))


def ids(prefix=""):
    """One id a lead."""
    return [f"{prefix}{1000 + i}" for i in range(N)]


def firms():
    """A company for every third lead or so."""
    return [f"Firm {i % 20}" for i in range(N)]


@dataclass(frozen=True)
class Export:
    """One export and what `init` is to make of it.

    Attributes
    ----------
    file
        Of the object, in ``features/crm/objects``.
    columns
        Names and values.
    means
        Keys of ``[columns]`` and what they are to be.
    after_outcome, unknown
        Columns that are to stand there, among others.
    """

    file: str
    columns: dict
    means: dict = field(default_factory=dict)
    after_outcome: tuple = ()
    unknown: tuple = ()

    @property
    def frame(self):
        return pd.DataFrame({name: list(values) for name, values in self.columns.items()})


WON_LOST = ("Closed Won", "Closed Lost", "Negotiation")
RATING, OWNER, SOURCE = cycle("Hot", "Cold"), cycle("a", "b"), cycle("Web", "Partner")
LEAD_STATUS = cycle("Closed - Converted", "Closed - Not Converted", "Open - Not Contacted")
FLAG, UNFLAG = cycle("1", "0", "0"), cycle("0", "1", "0")
CHANCE = cycle("100", "0", "40")
