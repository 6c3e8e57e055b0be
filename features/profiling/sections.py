"""The text of a guessed configuration, section by section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from features.crm.outcome_words import Outcomes
from features.profiling.changes import ChangesGuess
from features.profiling.column_profile import ColumnProfile
from features.profiling.leads import LeadsGuess
from features.profiling.outcome_table import OutcomeTable
from features.profiling.readings.closing import Closing
from features.profiling.readings.day_order import AUTO
from features.profiling.readings.horizon import DEFAULT
from features.profiling.readings.outcome import OutcomeGuess
from features.profiling.toml import commented, listing, pair, with_questions
from features.schema.flags import flag
from leadgate.config.question import literal
from leadgate.config.signs import FLAG_VALUES

_PLACEHOLDERS = {"Select", "-", "--", "?", "(not set)", "Not Specified"}
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
_LEFT_OUT = "# Left out until someone decides: take out what is still as it was at creation."


@dataclass(frozen=True)
class Paths:
    """Files as they are to stand in the configuration; "" where there is none."""

    leads: str | list[str]
    outcomes: str
    handoffs: str


def text(
    paths: Paths,
    leads: LeadsGuess,
    changes: ChangesGuess | None,
    activities: Sequence[Sequence[str]],
    deals: OutcomeTable | None,
    ending: Outcomes,
    profiles: Sequence[ColumnProfile],
) -> str:
    """Return the whole text.

    Parameters
    ----------
    paths
        The files.
    leads, changes, deals
        What the columns of each table mean.
    activities
        The lines about each table of handoffs and activities.
    ending
        The activities that are the outcome, where no column is.
    profiles
        Of the columns of the leads.
    """
    timed = bool(ending.won)
    sections = [
        _data(paths, leads, changes, deals, profiles),
        changes.lines if changes else [],
        *activities,
        _outcome_activities(ending),
        _columns(leads, deals, by_activities=timed),
        _target(leads, deals.closing if deals else leads.closing, timed=timed),
        [_POLICY],
    ]
    return "\n\n".join("\n".join(filter(None, lines)) for lines in sections if lines) + "\n"


def _data(
    paths: Paths,
    leads: LeadsGuess,
    changes: ChangesGuess | None,
    deals: OutcomeTable | None,
    profiles: Sequence[ColumnProfile],
) -> list[str]:
    crm = leads.crm_object.name
    sheet = leads.sheet.name if leads.sheet else None
    source = _source_of(paths.leads, sheet)
    lines = [commented(f"leads = {source}", f"by its columns: {crm}" if crm else "")]
    lines += [pair("outcomes", paths.outcomes)] * bool(paths.outcomes)
    if deals and deals.lead_id:
        lines.append(pair("outcome_lead_id", deals.lead_id, "it holds ids of the leads"))
    lines += [pair("handoffs", paths.handoffs)] * bool(paths.handoffs)
    lines += [changes.key] if changes else []
    missing = sorted({v for p in profiles for v in p.values[p.values.isin(_PLACEHOLDERS)]})
    if leads.days.date_format != AUTO:
        lines.append(pair("date_format", leads.days.date_format))
    if leads.sales.types:
        lines.append(pair("sales_types", list(leads.sales.types), "never a feature"))
    lines += [pair("missing", missing, "values that look like no answer")] * bool(missing)
    return ["[data]", *with_questions("data", lines, leads.questions)]


def _source_of(path: str | list[str], sheet: str | None) -> str:
    """Return a file, several files, or a sheet of one, as TOML."""
    if sheet is None:
        return literal(path)
    return f"{{ path = {literal(path)}, sheet = {literal(sheet)} }}"


def _outcome_activities(ending: Outcomes) -> list[str]:
    if not ending.won:
        return []
    return [
        "[data.outcome_activities]           # no column says how leads ended, these names do:",
        pair("won", ending.won, "keep only those that end a lead"),
        pair("lost", ending.lost),
    ]


def _columns(leads: LeadsGuess, deals: OutcomeTable | None, *, by_activities: bool) -> list[str]:
    order = leads.order
    named = [
        ("lead_id", leads.identity.column, leads.identity.why),
        ("account_id", leads.columns.get("account_id"), "leads of one account are never split"),
        ("created_at", leads.creation.column, leads.creation.why),
        ("order", order.order if order else None, order.why if order else ""),
    ]
    lines = [pair(key, name, why) for key, name, why in named if name]
    if deals:
        lines += _outcome(deals.outcome, deals.closing, deals.amount)
    elif leads.outcome.column:
        lines += _outcome(leads.outcome, leads.closing, leads.columns.get("amount"))
    elif not by_activities:
        lines.append(_NO_OUTCOME)
    lines += _further(leads)
    own = replace(leads, outcome=deals.outcome, closing=deals.closing) if deals else leads
    return ["[columns]", *with_questions("columns", filter(None, lines), own.questions)]


def _outcome(outcome: OutcomeGuess, closing: Closing, amount: str | None) -> Iterable[str]:
    kinds = outcome.kinds
    lines = []
    if outcome.column:
        lines += [pair("outcome", outcome.column), pair("won", kinds.won, "sounds like a win")]
    lines.append(pair("lost", closing.lost, closing.why_lost))
    if outcome.closed:
        lines.append(commented(f"closed = {_flag(outcome.closed)}", "the others are open"))
    if kinds.unworked:
        lines.append(pair("unworked", kinds.unworked, "sounds as if sales never worked the lead"))
    if closing.column:
        lines.append(pair("closed_at", closing.column))
    if amount:
        lines.append(pair("amount", amount))
    return lines


def _flag(profile: ColumnProfile) -> str:
    """Return a flag as TOML, with its values where they are not those of every flag."""
    said = [value for value in profile.values if flag(value)]
    values = "" if {v.lower() for v in said} <= {*FLAG_VALUES} else f", values = {literal(said)}"
    return f"{{ column = {literal(profile.name)}{values} }}"


def _further(leads: LeadsGuess) -> Iterable[str]:
    columns = leads.columns
    if "own_score" in columns:
        yield pair("own_score", columns["own_score"], "the score in use today, to compare with")
    if "deleted" in columns:
        deleted = f"deleted = {{ column = {literal(columns['deleted'])} }}"
        yield commented(deleted, "deleted records are left out")
    for key in ("merged_into", "merged_from"):
        if key in columns:
            yield pair(key, columns[key], "merged records count as one")
    yield listing("personal", leads.left_out.personal)
    yield listing("after_outcome", leads.left_out.after_outcome)
    if leads.left_out.unknown:
        yield _LEFT_OUT
        yield listing("unknown", leads.left_out.unknown)
    if leads.segments:
        yield pair("segments", list(leads.segments))


def _target(leads: LeadsGuess, closing: Closing, *, timed: bool) -> list[str]:
    lines = ["[target]"]
    if leads.creation.column is None:
        lines.append("# Without dates readiness is the probability to be won at all.")
    elif closing.untimed_wins:
        untimed = f"{closing.untimed_wins} won leads have no closing time"
        lines.append(f"# horizon_days = {DEFAULT}   # {untimed}")
    elif closing.horizon:
        lines.append(pair("horizon_days", closing.horizon.days, closing.horizon.why))
    elif timed or closing.column:
        lines.append(pair("horizon_days", DEFAULT, "a win counts within so many days"))
    else:
        lines.append(
            f"# horizon_days = {DEFAULT}                 # needs the closing times of won leads"
        )
    return lines
