"""An export -> typed tables with canonical names, and a quarantine for every rejected row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from features.history.field_names import as_columns
from features.history.first_values import with_first_values
from features.history.instants import instant
from features.history.lead_history import LeadHistory
from features.history.until import forecasts, newest, newest_outcome
from features.io.erased import erased_among
from features.io.raw_table import RawTable
from features.parsing.export_format import ExportFormat
from features.parsing.ids import check_ids, rounded_ids
from features.parsing.time_format import ORDERS
from features.parsing.times import NAT, US_PER_DAY, has_clock, iso, micros, timestamps
from features.schema.activities import activities_from_frame
from features.schema.admission import Admission
from features.schema.canonical import Place
from features.schema.dated_tables import field_changes_from_frame, handoffs_from_frame
from features.schema.leads import leads_from_frame
from features.schema.learned_format import learned_format
from features.schema.outcomes import outcomes_of_leads
from features.schema.source import Source
from features.schema.sources import Sources, read_sources
from features.validation.faults import Faults
from features.validation.table_notes import notes_on_changes, notes_on_rows
from leadgate.config import Config
from leadgate.errors import DataError

__all__ = [
    "Tables",
    "activities_from_frame",
    "field_changes_from_frame",
    "leads_from_frame",
    "load_tables",
]


@dataclass(frozen=True)
class Tables:
    """An export under canonical names: ids and attributes as text, times datetime64[us, UTC].

    Attributes
    ----------
    leads
        ``lead_id, account_id?, created_at`` (or ``order``) and the attributes.
    activities
        ``lead_id, occurred_at, recorded_at, type, value``.
    field_changes
        ``lead_id, field, value, old_value, changed_at``.
    outcomes
        ``lead_id, outcome, closed_at, amount, worked, recorded_at``; one row a lead.
    handoffs
        ``lead_id, handed_off_at, first_worked_at, person``.
    quarantine
        Every row that was rejected, with its reason.
    notes
        What is worth knowing, in plain sentences.
    dated
        Whether leads have a creation time.
    has_clock
        Whether creation or closing times have a time of day.
    until
        The end of the data: as configured, or else of what the tables record; microseconds, UTC.
        None without dates.
    format
        How the export is written, for what is read of it later.
    says_worked
        Whether the export has a column that says which leads sales worked.
    observed_until
        Until when leads were observed, by lead id, where another source says more of some; None
        where there is none.
    stands_for
        How many leads each lead stands for that a gate handed off, by lead id; None where none
        has. A lead that it does not name stands for itself.
    held_back
        How likely leads were to be held back, by lead id, of those that a gate held back.
    """

    leads: pd.DataFrame
    activities: pd.DataFrame
    field_changes: pd.DataFrame
    outcomes: pd.DataFrame
    handoffs: pd.DataFrame
    quarantine: Faults
    notes: list[str]
    dated: bool
    has_clock: bool
    until: int | None
    format: ExportFormat = field(default_factory=ExportFormat)
    stands_for: pd.Series | None = None
    held_back: pd.Series | None = None
    says_worked: bool = False
    observed_until: pd.Series | None = None

    def history(self) -> LeadHistory:
        """Return the lead history of these tables.

        Raises
        ------
        DataError
            As `LeadHistory.from_tables`.
        """
        end = self.until
        if end is not None and self.observed_until is not None:
            end = max(end, int(self.observed_until.max()))
        history = LeadHistory.from_tables(
            self.leads,
            self.activities,
            with_first_values(self.field_changes, self.leads),
            self.outcomes,
            self.handoffs,
            until=end,
            has_clock=self.has_clock,
        )
        if self.stands_for is not None:
            stands_for = self.stands_for.reindex(history.lead_ids).fillna(1.0)
            history = replace(history, stands_for=stands_for.to_numpy(dtype=np.float64))
        if self.held_back is not None:
            held_back = self.held_back.reindex(history.lead_ids)
            history = replace(history, held_back=held_back.to_numpy(dtype=np.float64))
        if self.until is not None and self.observed_until is not None:
            observed = self.observed_until.reindex(history.lead_ids, fill_value=self.until)
            observed_until = observed.to_numpy(dtype=np.int64)
            history = replace(history, until=self.until, observed_until=observed_until)
        return history


def load_tables(config: Config) -> Tables:
    """Read and validate everything that a configuration names.

    Raises
    ------
    DataError
        Naming every file that is missing, empty or no table, every missing column, ambiguous
        dates, a file none of whose rows can be used, and wins without a closing time where a
        horizon is set.
    ConfigError
        If a path names an environment variable that is not set.
    """
    _check_settings(config)
    sources, admission = read_sources(config), Admission()
    format_ = learned_format(config, sources)
    config = config.model_copy(update={"data": format_.applied_to(config.data)})
    for lookup in sources.lookups:
        admission.faults.take(lookup.name, lookup.faults)
    leads = _leads(config, sources, admission)
    admission.faults.raise_any()
    activities = _activities(config, sources, admission)
    admission.faults.raise_any()
    outcomes, leads, notes = outcomes_of_leads(config, sources, leads, activities, admission)
    events = activities
    if config.data.outcome_activities:
        decided = config.data.outcome_activities
        activities = activities[~activities["type"].isin([*decided.won, *decided.lost])]
    activities = admission.about_leads(activities)
    changes = _rows(config, sources.field_changes, field_changes_from_frame, admission)
    handoffs = _rows(config, sources.handoffs, handoffs_from_frame, admission)
    admission.faults.raise_any()
    changes = as_columns(changes, format_.columns, config.data)
    unused = changes["field"].isin(config.columns.never_features())
    notes += notes_on_changes(changes, unused)
    used = changes[~unused]
    dated = config.columns.order is None
    until = _until(config)
    if dated:
        end = _newest(leads, events, changes, outcomes)
        outcomes = _without_forecasts(config, outcomes, max(end, until or NAT), notes)
        until = end if until is None else until
    return Tables(
        leads=_bare(leads),
        activities=_bare(activities),
        field_changes=_bare(used),
        outcomes=_bare(outcomes),
        handoffs=_bare(handoffs),
        quarantine=admission.faults,
        notes=[
            *sources.notes,
            *notes_on_rows(leads, activities, admission.faults),
            *rounded_ids(leads, ("account_id",)),
            *notes,
        ],
        dated=dated,
        has_clock=dated and _has_clock(config, leads["created_at"], outcomes["closed_at"]),
        until=until,
        format=format_,
        says_worked=sources.outcomes is not None and "worked" in sources.outcomes.frame,
    )


def _check_settings(config: Config) -> None:
    try:
        ZoneInfo(config.data.timezone)
    except (KeyError, ValueError, OSError):
        raise DataError(
            f"data.timezone: there is no time zone {config.data.timezone}.",
            code="bad_timezone",
            hint='Give a name such as "Europe/Berlin".',
        ) from None
    given = config.data.date_format
    for format_ in {given} if isinstance(given, str) else {*given.values()}:
        _check_date_format(format_)


def _check_date_format(given: str) -> None:
    if given == "auto" or given in ORDERS:
        return
    try:
        pd.to_datetime(pd.Series(["-"]), format=given, errors="coerce")
    except ValueError:
        raise DataError(
            "data.date_format is no strptime format.",
            code="bad_date_format",
            hint='Give one such as "%d/%m/%Y", or dmy, mdy or ymd for the order alone.',
        ) from None


def _leads(config: Config, sources: Sources, admission: Admission) -> pd.DataFrame:
    source, columns, data = sources.leads, config.columns, config.data
    frame, faults = leads_from_frame(
        source.frame, columns, data, require_created=True, where=source.name, faults=source.faults
    )
    with admission.faults.collected():
        check_ids(faults.lead_ids, where=f"{source.name}, column {columns.lead_id}")
    admission.erase(erased_among(config, faults.lead_ids.tolist()))
    return admission.leads(source, frame, faults)


def _activities(config: Config, sources: Sources, admission: Admission) -> pd.DataFrame:
    frames = []
    for table, source in sources.activities:
        with admission.faults.collected():
            frame, faults = activities_from_frame(
                source.frame, [table], config.data, where=source.name, faults=source.faults
            )
            frames.append(admission.rows(source, frame, faults))
    if frames:
        return _together(frames)
    none = pd.DataFrame(columns=["lead_id", "occurred_at", "type"], dtype="str")
    return admission.rows(
        Source("", RawTable.of(none)), *activities_from_frame(none, [], config.data)
    )


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of several tables; texts stay categories, which sort as texts."""
    if len(frames) == 1:
        return frames[0]
    together = pd.concat(frames, ignore_index=True)
    for name in together.columns:
        parts = [frame[name] for frame in frames]
        if all(isinstance(part.dtype, pd.CategoricalDtype) for part in parts):
            together[name] = union_categoricals(parts, sort_categories=True)
    return together


def _rows(
    config: Config,
    source: Source,
    read: Callable[..., tuple[pd.DataFrame, Faults]],
    admission: Admission,
) -> pd.DataFrame:
    """Let the rows of a table about leads in."""
    with admission.faults.collected():
        frame, faults = read(source.frame, config.data, where=source.name, faults=source.faults)
        return admission.rows(source, frame, faults)
    return pd.DataFrame()


def _bare(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without where they stood, and without texts that only others had."""
    bare = frame.drop(columns=[*Place]).reset_index(drop=True)
    for name in bare.columns:
        if isinstance(bare[name].dtype, pd.CategoricalDtype) and not _all_used(bare[name]):
            bare[name] = bare[name].cat.remove_unused_categories()
    return bare


def _all_used(column: pd.Series) -> bool:
    """Whether each category is in some row; pandas would sort the rows to see it."""
    codes = column.cat.codes.to_numpy()
    counts = np.bincount(codes[codes >= 0], minlength=len(column.cat.categories))
    return bool(counts.all())


def _has_clock(config: Config, *times: pd.Series) -> bool:
    return any(has_clock(micros(t), config.data.timezone) for t in times)


def _until(config: Config) -> int | None:
    data = config.data
    if data.until == "auto":
        return None
    return instant(data.until, where="data.until", timezone=data.timezone)


def _newest(
    leads: pd.DataFrame, activities: pd.DataFrame, changes: pd.DataFrame, outcomes: pd.DataFrame
) -> int:
    """Return the latest instant that the tables record."""
    times = [leads["created_at"], activities["occurred_at"], activities["recorded_at"]]
    ended = (micros(outcomes[name]) for name in ("closed_at", "recorded_at"))
    won = (outcomes["outcome"] == "won").to_numpy()
    return max(newest(map(micros, [*times, changes["changed_at"]])), newest_outcome(won, *ended))


def _without_forecasts(
    config: Config, outcomes: pd.DataFrame, end: int, notes: list[str]
) -> pd.DataFrame:
    """Forget the closing times of losses that come after everything recorded."""
    closed = micros(outcomes["closed_at"])
    later = forecasts((outcomes["outcome"] == "lost").to_numpy(), closed, end)
    if not later.any():
        return outcomes
    days = np.ceil((closed[later] - end) / US_PER_DAY)
    name = config.columns.closed_at or "closed_at"
    # A loss on the very day of the newest record closes when that day ends.
    if (days > 1).any():
        notes.append(
            f"{(days > 1).sum():,} closing times lie after the newest record ({iso(end)}) by up to "
            f"{days.max():.0f} days: is {name} a forecast? When these leads were lost counts as "
            "unknown. Set data.until if the data end later."
        )
    return outcomes.assign(closed_at=timestamps(np.where(later, NAT, closed)).array)
