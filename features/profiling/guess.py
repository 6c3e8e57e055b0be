"""The first configuration of an unknown export: every guess written out with its reason."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features.crm.outcome_words import Outcomes, of_activities
from features.io.files import read_table
from features.profiling.activities import guess_activities
from features.profiling.changes import ChangesGuess
from features.profiling.column_profile import ColumnProfile
from features.profiling.leads import LeadsGuess, guess_leads
from features.profiling.toml import listing, pair
from features.schema.columns import ROW
from leadgate.errors import DataError

_PLACEHOLDERS = {"Select", "-", "--", "?", "(not set)", "Not Specified"}
_FLAGS = {"0", "false", "no", "No", "n", "N"}
_NO_OUTCOME = """\
# No column says how leads ended. Where a file of outcomes does, name it in [data] above,
# outcomes = "deals.csv", and say here what its columns are:
# outcome = "Stage"
# won = ["Closed Won"]
# lost = ["Closed Lost"]
# closed_at = "ClosedDate"
# A file that lists nothing but wins needs only closed_at and this:
# lost = "rest\""""
_POLICY = """\
[policy]
# capacity_per_week = 125           # leads that sales can take in a week
# cost_per_handoff = 40.0
# value_per_win = 5000.0"""


@dataclass(frozen=True)
class Guess:
    """The guessed configuration of an export.

    Attributes
    ----------
    text
        Of a ``leadgate.toml``; comments give the reason of each guess, and what to add where
        nothing could be guessed.
    still_open
        The values of the outcome column that end no lead.
    doubts
        Sentences about what a person has to look at, because everything rests on it.
    """

    text: str
    still_open: list[str]
    doubts: list[str]


def guess(
    export: Path,
    activities: Sequence[Path] = (),
    field_changes: Path | None = None,
    *,
    folder: Path = Path(),
) -> Guess:
    """Guess the configuration of an export.

    Parameters
    ----------
    export
        The table of leads: CSV or Parquet.
    activities
        Tables of activities.
    field_changes
        A table of field changes.
    folder
        Where the configuration will lie: its paths are relative to it.

    Raises
    ------
    DataError
        If a file cannot be read, the export has no rows, a table of activities has no ids of
        leads or no times, or the columns of the field changes are unknown.
    """
    profiles = _profiles(export)
    changes = None
    if field_changes:
        changes = ChangesGuess.of(field_changes, _relative(field_changes, folder))
    leads = guess_leads(profiles, changes.fields if changes else ())
    ids = next((p.values for p in profiles if p.name == leads.lead_id), pd.Series(dtype="str"))
    tables = [
        guess_activities(read_table(path).accepted, _relative(path, folder), ids)
        for path in activities
    ]
    ending = of_activities(name for table in tables for name in table.types)
    if leads.outcome or not ending.won:
        ending = Outcomes([], [], [])
    sections = [
        [
            *_data(_relative(export, folder), leads.crm, _placeholders(profiles)),
            changes.key if changes else "",
        ],
        changes.lines if changes else [],
        *(table.lines for table in tables),
        _outcome_activities(ending),
        _columns(leads, [] if leads.outcome or ending.won else [_NO_OUTCOME]),
        _target(leads, timed=bool(leads.closed_at or ending.won)),
        [_POLICY],
    ]
    text = "\n\n".join("\n".join(filter(None, section)) for section in sections if section) + "\n"
    # Where nothing sounds like a loss or like an open lead, all others count as lost.
    some_open = leads.kinds.lost or leads.kinds.open
    return Guess(text, leads.kinds.rest if some_open else [], _doubts(leads))


def _doubts(leads: LeadsGuess) -> list[str]:
    return [
        f"{name} is named like the day of creation, but its values cannot be read as times. Say "
        'in data.date_format how they are written, such as "%d.%m.%Y %H:%M %z", and put '
        "columns.created_at in the place of columns.order."
        for name in leads.unread_times
    ]


def _profiles(export: Path) -> list[ColumnProfile]:
    table = read_table(export).accepted
    if table.empty:
        raise DataError(
            f"{export.name}: there is no row below the header.",
            code="empty_file",
            hint="Export the leads again, with those that are closed.",
        )
    return ColumnProfile.of(table)


def _relative(path: Path, folder: Path) -> Path:
    return path if path.is_absolute() else Path(os.path.relpath(path, folder))


def _placeholders(profiles: Sequence[ColumnProfile]) -> list[str]:
    placeholders = {value for p in profiles for value in _PLACEHOLDERS.intersection(p.values)}
    return sorted(placeholders)


def _data(export: Path, crm: str, missing: list[str]) -> list[str]:
    why = f"by its columns: {crm}" if crm else ""
    lines = ["[data]", pair("leads", export.as_posix(), why)]
    return lines + ([pair("missing", missing, "values that look like no answer")] * bool(missing))


def _outcome_activities(ending: Outcomes) -> list[str]:
    if not ending.won:
        return []
    return [
        "[data.outcome_activities]           # no column says how leads ended, these names do:",
        pair("won", ending.won, "keep only those that end a lead"),
        pair("lost", ending.lost),
    ]


def _columns(leads: LeadsGuess, no_outcome: list[str]) -> list[str]:
    identified = "no column identifies a lead: its row does" if leads.lead_id == ROW else ""
    dated = "" if leads.created_by_name else "the only time that every lead has"
    ordered = "no dates: rows are taken to be in the order of time"
    if leads.order != ROW:
        ordered = "no dates: its values are taken to rise with time"
    named = [
        ("account_id", leads.account_id, "leads of one account are never split"),
        ("created_at", leads.created_at, dated),
        ("order", leads.order, ordered),
    ]
    lines = ["[columns]", pair("lead_id", leads.lead_id, identified)]
    lines += [pair(key, name, why) for key, name, why in named if name]
    lines += _outcome(leads) if leads.outcome else no_outcome
    if leads.own_score:
        lines.append(pair("own_score", leads.own_score, "the score in use today, to compare with"))
    lines += [
        listing("personal", leads.personal),
        listing("after_outcome", leads.after_outcome),
    ]
    if leads.unknown:
        lines.append(
            "# Left out until someone decides: take out what is still as it was at creation."
        )
        lines.append(listing("unknown", leads.unknown))
    if leads.segments:
        lines.append(pair("segments", list(leads.segments)))
    return lines


def _outcome(leads: LeadsGuess) -> list[str]:
    kinds = leads.kinds
    lines = [pair("outcome", leads.outcome or ""), pair("won", kinds.won, "sounds like a win")]
    if not kinds.lost and kinds.open:
        lines.append(pair("lost", [], f"nothing sounds like a loss, and {_said(kinds.open)} open"))
    elif not kinds.lost:
        lines.append(pair("lost", "rest", "nothing sounds like a loss: all others count as lost"))
    elif _FLAGS.issuperset(kinds.lost):
        lines.append(pair("lost", kinds.lost, "are some of these leads still open?"))
    else:
        lines.append(pair("lost", kinds.lost, "sounds like a loss; all others are open"))
    if kinds.unworked:
        lines.append(pair("unworked", kinds.unworked, "sounds as if sales never worked the lead"))
    if leads.closed_at:
        lines.append(pair("closed_at", leads.closed_at))
    if leads.amount:
        lines.append(pair("amount", leads.amount))
    return lines


def _said(values: Sequence[str]) -> str:
    return f"{values[0]} sounds" if len(values) == 1 else f"{' and '.join(values)} sound"


def _target(leads: LeadsGuess, *, timed: bool) -> list[str]:
    lines = ["[target]"]
    if leads.created_at is None:
        lines.append("# Without dates readiness is the probability to be won at all.")
    elif leads.untimed_wins:
        lines.append(f"# horizon_days = 90   # {leads.untimed_wins} won leads have no closing time")
    elif timed:
        lines.append(pair("horizon_days", 90, "a win counts within so many days"))
    else:
        lines.append("# horizon_days = 90                 # needs the closing times of won leads")
    return lines
