"""The guessed meaning of the columns of a table of leads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from features.crm import match, outcome_words
from features.crm.match import Preset, known_after_outcome, looks_overwritten
from features.crm.outcome_words import Outcomes
from features.crm.personal import personal
from features.profiling import roles
from features.profiling.column_profile import ColumnProfile
from features.profiling.fill_pattern import revealed_by_filling
from features.profiling.roles import Role
from features.schema.columns import ROW
from leadgate.arrays import Bools


@dataclass(frozen=True)
class LeadsGuess:
    """What each column of a table of leads seems to be.

    Attributes
    ----------
    crm
        Whose export it is; "" when that is not known.
    lead_id, account_id, created_at, order, outcome, closed_at, amount, own_score
        Names of columns, None where there is none; ``lead_id`` and ``order`` may be "row".
    created_by_name
        Whether the name of ``created_at`` says what it is.
    unread_times
        Without ``created_at``: columns whose names say that they are it, and whose values do not.
    kinds
        Which values of `outcome` mean what.
    personal, after_outcome, unknown
        Names with the reason.
    segments
        Names.
    untimed_wins
        Won leads without a closing time.
    """

    crm: str
    lead_id: str
    account_id: str | None
    created_at: str | None
    created_by_name: bool
    unread_times: Sequence[str]
    order: str | None
    outcome: str | None
    kinds: Outcomes
    closed_at: str | None
    amount: str | None
    own_score: str | None
    personal: Mapping[str, str]
    after_outcome: Mapping[str, str]
    unknown: Mapping[str, str]
    segments: Sequence[str]
    untimed_wins: int


def guess_leads(profiles: Sequence[ColumnProfile], changed: Collection[str] = ()) -> LeadsGuess:
    """Guess the meaning of every column of a table of leads.

    Parameters
    ----------
    profiles
        Of its columns.
    changed
        The fields whose changes are dated: what they hold today does no harm.
    """
    preset = match.recognise(p.name for p in profiles) or Preset()

    def role(key: str, common: Role) -> Role:
        return common.preferring(preset.columns.get(key, ()))

    lead_id = role("lead_id", roles.LEAD_ID).find(profiles) or _first_unique(profiles) or ROW
    closes, pays = role("closed_at", roles.CLOSED_AT), role("amount", roles.AMOUNT)
    dated = role("created_at", roles.CREATED_AT).find(profiles, [lead_id])
    created_at = dated or _only_time(profiles, [lead_id, *closes.find_all(profiles)])
    outcome, kinds = _outcome(preset, profiles, [lead_id, created_at])
    taken = [lead_id, created_at, outcome]
    order = None if created_at else roles.ORDER.find(profiles, taken) or ROW
    closed_at = closes.find(profiles, taken) if created_at and outcome else None
    amount = pays.find(profiles, taken) if outcome else None
    own_score = roles.OWN_SCORE.find(profiles, taken)
    account_id = role("account_id", roles.ACCOUNT_ID).find(profiles, taken)
    taken += [order, closed_at, amount, own_score, account_id]
    by_name = {p.name: p for p in profiles}
    ended = _ended(by_name[outcome], kinds) if outcome else {}
    rest = [p for p in profiles if p.name not in taken]
    private = _reasons(rest, lambda p: personal(p.name, p.values))
    rest = [p for p in rest if p.name not in private]
    after = _reasons(rest, lambda p: _after_outcome(p, ended))
    rest = [p for p in rest if p.name not in after]
    unknown = _reasons(
        [p for p in rest if p.name not in changed],
        lambda p: preset.why_overwritten(p.name) or _overwritten(p),
    )
    segments = role("segments", roles.SEGMENTS)
    untimed = by_name[closed_at].texts == "" if closed_at else None
    return LeadsGuess(
        crm=preset.name,
        lead_id=lead_id,
        account_id=account_id,
        created_at=created_at,
        created_by_name=bool(dated),
        unread_times=[] if created_at else _unread(roles.CREATED_AT, profiles),
        order=order,
        outcome=outcome,
        kinds=kinds,
        closed_at=closed_at,
        amount=amount,
        own_score=own_score,
        personal=private,
        after_outcome=after,
        unknown=unknown,
        segments=segments.find_all([p for p in rest if p.name not in unknown])[:2],
        untimed_wins=0 if untimed is None else int((untimed & ended["won leads"]).sum()),
    )


def _first_unique(profiles: Sequence[ColumnProfile]) -> str | None:
    """Return the first column that identifies a lead and is not personal."""
    unique = (p for p in profiles if p.unique and not p.is_time)
    return next((p.name for p in unique if not personal(p.name, p.values)), None)


def _only_time(profiles: Sequence[ColumnProfile], taken: Sequence[str]) -> str | None:
    """Return the one column that is a time in every row, of those whose name does not object."""
    times = [
        p.name
        for p in profiles
        if p.name not in taken and p.is_time and (p.texts != "").all()
        if not known_after_outcome(p.name) and not looks_overwritten(p.name)
    ]
    return times[0] if len(times) == 1 else None


def _unread(role: Role, profiles: Sequence[ColumnProfile]) -> list[str]:
    """Return the columns with a name of this role and texts that are not what it holds."""
    filled = [p for p in profiles if len(p.values)]
    return replace(role, holds=lambda p: not role.holds(p)).find_all(filled)


def _outcome(
    preset: Preset, profiles: Sequence[ColumnProfile], taken: Sequence[str | None]
) -> tuple[str | None, Outcomes]:
    """Choose the column whose values separate wins from losses, else one that names wins.

    A column whose name says nothing is chosen where values of it end in "won" and "lost".
    """
    values = {p.name: p.values for p in profiles}
    role = roles.OUTCOME.preferring(preset.columns.get("outcome", ()))
    names = role.find_all(profiles, taken)
    names += [
        p.name
        for p in profiles
        if p.name not in [*names, *taken] and role.holds(p) and outcome_words.speak(p.values)
    ]
    outcomes = {
        name: preset.outcomes_of(name, values[name]) or outcome_words.of_values(values[name])
        for name in names
    }
    best = [name for name in names if outcomes[name].complete]
    best += [name for name in names if outcomes[name].won]
    if not best:
        return None, Outcomes([], [], [])
    chosen = outcomes[best[0]]
    ended = {*chosen.won, *chosen.lost, *chosen.unworked}
    return best[0], replace(chosen, rest=[v for v in values[best[0]] if v not in ended])


def _ended(outcome: ColumnProfile, kinds: Outcomes) -> dict[str, Bools]:
    named = {
        "won leads": kinds.won,
        "lost leads": kinds.lost,
        "leads never worked": kinds.unworked,
    }
    return {words: outcome.texts.isin(values).to_numpy() for words, values in named.items()}


def _reasons(
    profiles: Sequence[ColumnProfile], why: Callable[[ColumnProfile], str]
) -> dict[str, str]:
    return {p.name: reason for p in profiles if (reason := why(p))}


def _after_outcome(profile: ColumnProfile, ended: Mapping[str, Bools]) -> str:
    filled = (profile.texts != "").to_numpy(dtype=bool)
    return known_after_outcome(profile.name) or revealed_by_filling(filled, ended)


def _overwritten(profile: ColumnProfile) -> str:
    if profile.is_time:
        return "a date that may be set after creation"
    if looks_overwritten(profile.name):
        return "by its name it holds what is true today"
    return ""
