"""What the error of a driver means: the store is away, others hold it, or a record does not fit."""

from __future__ import annotations

import sqlite3

from leadgate.errors import (
    BadRecordError,
    LeadgateError,
    StoreBusyError,
    StoreError,
    StoreLostError,
)

# SQLSTATEs: lock not available, query canceled (by its timeout), serialization failure, deadlock.
_BUSY = frozenset({"55P03", "57014", "40001", "40P01"})
# A connection that the server ended: by hand, by a crash, after it was idle for too long.
_CUT = frozenset({"57P01", "57P02", "57P05", "25P03"})
# Classes of them: data exception, integrity constraint violation, program limit exceeded.
_BAD_RECORD = ("22", "23", "54")
_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SQLITE_BAD_RECORD = frozenset({sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH})
# What Python says of a value before SQLite sees it.
_UNFIT = (sqlite3.IntegrityError, sqlite3.DataError, OverflowError, UnicodeEncodeError)


def is_failure(error: BaseException, driver: type[Exception]) -> bool:
    """Return whether an error is one of the store, and no defect of leadgate.

    Parameters
    ----------
    driver
        The base of the driver's errors.
    """
    if any(base.__name__ == "ProgrammingError" for base in type(error).__mro__):
        # The server's own have a SQLSTATE: a table or a permission is missing.
        return bool(getattr(error, "sqlstate", None))
    return isinstance(error, (driver, *_UNFIT))


def store_error(error: BaseException, *, cut: bool = False) -> LeadgateError:
    """Return the refusal that the error of a driver means; of a value it says nothing.

    What is neither a fault of the record nor others' doing is an outage: a server that goes, a
    full disk, a missing permission. Only who runs the store can end it.

    Parameters
    ----------
    cut
        Whether the connection ended with it.
    """
    state = getattr(error, "sqlstate", None) or ""
    what = type(error).__name__ + (f", SQLSTATE {state}" if state else "")
    if _is_busy(error, state):
        return StoreBusyError(
            f"The store is busy: {what}; nothing was kept.", hint="Ask again in a moment."
        )
    if _is_bad_record(error, state):
        return BadRecordError(
            f"The store cannot keep this: {what}. "
            "A value is too long, too large or of a kind that it does not take."
        )
    kind = StoreLostError if cut or state in _CUT else StoreError
    return kind(
        f"The store is away: {what}.",
        hint="See that serving.store of leadgate.toml names it, that it can be reached "
        "and that this user may write there.",
    )


def _is_busy(error: BaseException, state: str) -> bool:
    return state in _BUSY or _sqlite_code(error) in _SQLITE_BUSY


def _is_bad_record(error: BaseException, state: str) -> bool:
    # psycopg refuses some values itself, such as a text with NUL, and then has no SQLSTATE.
    if isinstance(error, _UNFIT) or _sqlite_code(error) in _SQLITE_BAD_RECORD:
        return True
    return state.startswith(_BAD_RECORD) or (not state and type(error).__name__ == "DataError")


def _sqlite_code(error: BaseException) -> int:
    # The extended codes hold the plain one in their lowest byte.
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
