"""Times: int64 microseconds since 1970-01-01 UTC inside, ISO 8601 UTC with ``Z`` outside."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from features.parsing.date_order import parse_slashed
from features.parsing.values import MISSING_WORDS, text_column
from leadgate.arrays import Bools, Ints, Texts
from leadgate.errors import LeadError

NAT = int(np.iinfo(np.int64).min)
US_PER_DAY = 86_400_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = r"^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
_SLASHED = r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"
_OFFSET = r"[T ][0-9:.]+ ?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)$"
_EPOCH_MS = re.compile(r"[0-9]{12,13}(?:\.[0-9]+)?")
# Smaller numbers are seconds or something else: read as milliseconds they would fall into 1973.
_EPOCH_MS_FROM, _EPOCH_MS_UNTIL = 1e11, 1e13
# CRMs write 0001-01-01 or 9999-12-31 for "never".
_EARLIEST, _LATEST = (
    (datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
    for year in (1900, 2286)
)


@dataclass(frozen=True)
class ParsedTimes:
    """A column of times.

    Attributes
    ----------
    us
        Microseconds since the epoch, UTC; `NAT` where missing or unreadable; shape (n,).
    bad
        Given but unreadable; shape (n,).
    """

    us: Ints
    bad: Bools


def parse_times(
    values: pd.Series,
    *,
    timezone: str = "UTC",
    date_format: str = "auto",
    missing: Collection[str] = (),
    where: str,
) -> ParsedTimes:
    """Read a column of times.

    Parameters
    ----------
    values
        Datetimes of any unit and zone; text or numbers: ISO 8601 with or without an offset,
        yyyymmdd, epoch milliseconds, or dates with the year last, whose order of day and month
        the whole column decides.
    timezone
        Zone of times without an offset.
    date_format
        A strptime format tried first; ``"auto"`` for none.
    missing
        Words that mean "missing", as in `features.parsing.values.to_text`.
    where
        File and column, for messages.

    Raises
    ------
    DataError
        ``ambiguous_dates``: the column does not say which number is the day.
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        us = micros(localise(values, timezone) if values.dt.tz is None else values)
        return _in_range(us, given=us != NAT)
    text = _given(values, missing)
    zoned = text.str.match(_ISO) & text.str.contains(_OFFSET, regex=True)
    utc, local = np.full(len(values), NAT), np.full(len(values), NAT)
    _read_zoned(text, text[zoned], date_format, utc)
    _read_local(text[~zoned & (utc[text.index] == NAT)], date_format, where, local)
    us = np.where(utc != NAT, utc, micros(localise(_naive(local), timezone)))
    given = np.zeros(len(us), dtype=bool)
    given[text.index] = True
    return _in_range(us, given)


def _in_range(us: Ints, given: Bools) -> ParsedTimes:
    us = np.where((us < _EARLIEST) | (us > _LATEST), NAT, us)
    return ParsedTimes(us, given & (us == NAT))


def _given(values: pd.Series, missing: Collection[str]) -> pd.Series:
    """Return the values that are not missing as text, indexed by position."""
    if isinstance(values.dtype, pd.StringDtype):
        text = values.reset_index(drop=True).dropna().str.strip()
        text = text[~text.isin(frozenset(missing))]
        return text[~text.str.lower().isin(MISSING_WORDS)]
    text = pd.Series(text_column(values, missing), dtype="str")
    return text[text != ""]


def _read_zoned(text: pd.Series, iso: pd.Series, date_format: str, us: Ints) -> None:
    """Write the times that name their instant, UTC, into `us`."""
    if "%z" in date_format:
        us[text.index] = micros(pd.to_datetime(text, format=date_format, utc=True, errors="coerce"))
    us[iso.index] = micros(pd.to_datetime(iso, format="ISO8601", utc=True, errors="coerce"))
    epoch = text[text.str.fullmatch(_EPOCH_MS.pattern)]
    us[epoch.index] = np.rint(epoch.to_numpy(dtype=np.float64) * 1000).astype(np.int64)


def _read_local(text: pd.Series, date_format: str, where: str, us: Ints) -> None:
    """Write the times without a zone into `us`, as they stand."""
    if date_format != "auto" and "%z" not in date_format:
        us[text.index] = micros(pd.to_datetime(text, format=date_format, errors="coerce"))
        text = text[us[text.index] == NAT]
    iso = text[text.str.match(_ISO)].str.replace("/", "-", regex=False)
    us[iso.index] = micros(pd.to_datetime(iso, format="ISO8601", errors="coerce"))
    days = text[text.str.fullmatch(r"[0-9]{8}(?:\.0)?")].str.slice(0, 8)
    us[days.index] = micros(pd.to_datetime(days, format="%Y%m%d", errors="coerce"))
    slashed = text[text.str.match(_SLASHED)]
    if date_format == "auto" and len(slashed):
        us[slashed.index] = micros(parse_slashed(slashed, where=where))


def _naive(us: Ints) -> pd.Series:
    return pd.Series(us.view("datetime64[us]"))


def localise(naive: pd.Series, timezone: str) -> pd.Series:
    """Give local times their zone.

    An hour that a clock change repeats is taken as its first pass; one that it skips becomes
    the next instant that exists.
    """
    first_pass = np.ones(len(naive), dtype=bool)
    zoned = naive.dt.tz_localize(timezone, ambiguous=first_pass, nonexistent="shift_forward")
    return pd.Series(zoned)


def micros(times: pd.Series) -> Ints:
    """Return datetimes (naive ones are UTC) as microseconds since the epoch; NaT is `NAT`."""
    utc = times.dt.tz_localize(None) if times.dt.tz is None else times.dt.tz_convert(None)
    return np.array(utc.dt.as_unit("us"), dtype="datetime64[us]").view(np.int64)


def timestamps(us: Ints) -> pd.Series:
    """Return microseconds as a Series of datetime64[us, UTC]; `NAT` is NaT."""
    return pd.Series(_naive(us).dt.tz_localize("UTC"))


def has_clock(us: Ints, timezone: str) -> bool:
    """Whether some time is not midnight in its zone, so that the order within a day is known."""
    local = micros(timestamps(us[us != NAT]).dt.tz_convert(timezone).dt.tz_localize(None))
    return bool((local % US_PER_DAY != 0).any())


def now() -> int:
    """Return the present instant."""
    return _micros_of(datetime.now(UTC))


def parse_instant(value: object, *, field: str) -> int:
    """Read one time of a request.

    Parameters
    ----------
    value
        ISO 8601 text with an offset, or epoch milliseconds as a number or as text.
    field
        Name of the field, for the message.

    Returns
    -------
    int
        Microseconds since the epoch, UTC.

    Raises
    ------
    LeadError
        ``bad_time``: anything else.
    """
    if isinstance(value, str):
        text = value.strip()
        # The hyphen first: this runs for every time of every request.
        if text[4:5] == "-" or not _EPOCH_MS.fullmatch(text):
            return _parse_iso(text, field)
        value = float(text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) < _EPOCH_MS_UNTIL else math.nan
        if number >= _EPOCH_MS_FROM:
            return round(number * 1000)
    raise _bad_time(field, "is no time")


def _parse_iso(text: str, field: str) -> int:
    try:
        instant = datetime.fromisoformat(text)
        us = _micros_of(instant) if instant.tzinfo else NAT
    except (ValueError, OverflowError):
        raise _bad_time(field, "is no time") from None
    if us == NAT:
        raise _bad_time(field, "has no offset")
    if not _EARLIEST <= us <= _LATEST:
        raise _bad_time(field, "is out of range")
    return us


def _bad_time(field: str, problem: str) -> LeadError:
    wanted = "Send ISO 8601 with an offset, such as 2026-01-02T03:04:05Z, or epoch milliseconds."
    return LeadError(f"{field} {problem}. {wanted}", field=field, code="bad_time")


def _micros_of(instant: datetime) -> int:
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def iso(us: int) -> str:
    """Return ``2026-01-02T03:04:05Z``, with a fraction only when there is one; "" for `NAT`."""
    if us == NAT:
        return ""
    precision = "seconds" if us % 1_000_000 == 0 else "milliseconds"
    if us % 1000:
        precision = "microseconds"
    instant = _EPOCH + timedelta(microseconds=int(us))
    return instant.isoformat(timespec=precision).removesuffix("+00:00") + "Z"


def iso_array(us: Ints) -> Texts:
    """Return `iso` of every time; shape (n,), Python strings."""
    codes, uniques = pd.factorize(us)
    return np.array([*map(iso, uniques.tolist()), ""], dtype=object)[codes]
