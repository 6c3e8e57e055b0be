"""The decisions of many leads at once, by the fixed threshold or as the best of one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leadgate.arrays import Bools, Floats, Texts
from leadgate.policy.bands import stages_of
from leadgate.policy.control import CONTROL, GATE, in_control
from leadgate.policy.decision import HAND_OFF, NURTURE, REVIEW
from leadgate.policy.exploration import draws
from leadgate.policy.policy import NEVER, Policy
from leadgate.policy.ranking import top
from leadgate.policy.wording import IN_CONTROL, NOBODY, UNKNOWN, by_rank, by_the_fixed_line


@dataclass(frozen=True)
class Decisions:
    """The decisions of many leads; every array has shape (n,)."""

    decision: Texts
    threshold: Floats
    propensity: Floats
    explored: Bools
    grade: Texts
    stage: Texts
    arm: Texts
    person: Texts
    why: Texts
    ruled_by: Texts


def decide_many(
    readiness: Floats,
    lead_ids: Sequence[str] | NDArray[Any],
    policy: Policy,
    values: Floats | None = None,
    uplift: Floats | None = None,
    account_ids: Sequence[str] | NDArray[Any] | None = None,
    segments: Sequence[Texts] | None = None,
    rule: Texts | None = None,
) -> Decisions:
    """Decide on many leads by the fixed threshold, each as `decide` would without a past.

    Parameters
    ----------
    readiness
        Shape (n,); NaN for `review`.
    lead_ids
        Shape (n,), text.
    policy
        The rule.
    values
        What winning each lead brings, shape (n,); NaN or None: the policy's value.
    uplift
        What working each lead adds to its chance, shape (n,); NaN or None: not known.
    account_ids
        Shape (n,), text, "" for none: what is drawn for the control group; None: no lead has one.
    segments
        The values of each segment column, shape (n,) each; None: who takes a lead is not asked.
        A lead that only one of the team takes is theirs; who gets any other follows from the loads
        of the week, which only the store knows.
    rule
        The rule that applies to each lead, shape (n,), "" for none; None: none applies.
    """
    score = _score(readiness, policy, uplift)
    line = _line(policy, readiness.size, values, uplift)
    scored = ~np.isnan(score)
    someone, person = _takers(policy, segments, readiness.size)
    above = scored & ((score >= line) | (not policy.signal)) & someone
    even, slope = policy.exploration_rates
    chance = np.minimum(1.0, even + slope * np.maximum(np.nan_to_num(score), 0.0))
    chance[above | ~scored | ~someone] = 0.0
    drawable = np.flatnonzero(chance)
    ids = np.asarray(lead_ids, dtype=object)[drawable]
    explored = np.zeros(readiness.size, dtype=bool)
    explored[drawable] = draws(ids, policy.key) < chance[drawable]
    chance[above] = 1.0
    control = in_control(lead_ids, account_ids, policy)
    why = by_the_fixed_line(policy, line, uplift, above, explored)
    why[~someone] = NOBODY
    handed_off, ruled_by = above | explored, _ruled_by(rule, readiness.size)
    return _decisions(
        readiness, handed_off, line, chance, explored, control, policy, person, why, ruled_by
    )


def decide_best(
    readiness: Floats,
    lead_ids: Sequence[str] | NDArray[Any],
    policy: Policy,
    n: int,
    values: Floats | None = None,
    uplift: Floats | None = None,
    account_ids: Sequence[str] | NDArray[Any] | None = None,
    segments: Sequence[Texts] | None = None,
    rule: Texts | None = None,
) -> Decisions:
    """Hand off the best `n` of these leads, none below break-even, and explore none.

    Ties go by the one tie rule (`leadgate.policy.ranking`). The threshold shown is the higher one
    of break-even and the lowest score handed off. Parameters as in `decide_many`.
    """
    score = _score(readiness, policy, uplift)
    pays = _by_value(policy.break_even, readiness.size, values)
    if uplift is not None and not policy.by_uplift:
        free = np.where((uplift < pays) & (pays > 0), NEVER, 0.0)
        pays = np.where(np.isnan(uplift), pays, free)
    someone, person = _takers(policy, segments, readiness.size)
    ruled_by = _ruled_by(rule, readiness.size)
    able = (score >= pays) & someone & (ruled_by == "")
    control = in_control(lead_ids, account_ids, policy)
    chosen = top(np.where(able & ~control, score, np.nan), lead_ids, n) & able & ~control
    line = pays
    if chosen.sum() == n:
        line = np.maximum(pays, score[chosen].min() if n > 0 else NEVER)
    nothing = np.zeros(readiness.size, dtype=bool)
    chance = np.where(chosen | (control & able & (score >= line)), 1.0, 0.0)
    why = by_rank(policy, n, able, chosen, uplift)
    why[~someone] = NOBODY
    return _decisions(
        readiness, chosen, line, chance, nothing, control, policy, person, why, ruled_by
    )


def _ruled_by(rule: Texts | None, n: int) -> Texts:
    return np.full(n, "", dtype=object) if rule is None else rule


def _score(readiness: Floats, policy: Policy, uplift: Floats | None) -> Floats:
    """Return what leads are ranked by."""
    if not policy.by_uplift:
        return readiness
    if uplift is None:
        raise ValueError("leads that are ranked by uplift need one")
    return uplift


def _line(policy: Policy, n: int, values: Floats | None, uplift: Floats | None) -> Floats:
    """Return what `Policy.line` does, for many leads."""
    line = _by_value(policy.line, n, values)
    if uplift is None or policy.by_uplift or not policy.signal:
        return line
    pays = _by_value(policy.break_even, n, values)
    by_uplift = np.where((uplift < pays) & (pays > 0), NEVER, policy.capacity_line)
    return np.where(np.isnan(uplift), line, by_uplift)


def _by_value(rule: Callable[[float | None], float], n: int, values: Floats | None) -> Floats:
    if values is None:
        return np.full(n, rule(None))
    unique, where = np.unique(values, return_inverse=True)
    return np.array([rule(v) for v in unique.tolist()], dtype=np.float64)[where]


def _decisions(
    readiness: Floats,
    handed_off: Bools,
    line: Floats,
    chance: Floats,
    explored: Bools,
    control: Bools,
    policy: Policy,
    person: Texts,
    why: Texts,
    ruled_by: Texts,
) -> Decisions:
    """Return the decisions; `chance` is that of a handoff of each lead, did it have no arm."""
    scored, free = ~np.isnan(readiness), np.asarray(ruled_by == "")
    control = control & free
    handed_off, explored = handed_off & free & ~control, explored & free & ~control
    decision = np.where(handed_off, HAND_OFF, NURTURE).astype(object)
    decision[~scored] = REVIEW
    for rule in policy.rules:
        decision[ruled_by == rule.name] = rule.decision
    taken = chance * (1.0 - policy.control)
    propensity = np.where(scored & free, np.where(handed_off, taken, 1.0 - taken), 1.0)
    arm = np.where(control, CONTROL, GATE if policy.control else "").astype(object)
    arm[~free] = ""
    grade, stage = policy.bands.names(readiness)
    unnamed = ~scored if policy.signal else np.ones(readiness.size, dtype=bool)
    grade[unnamed], stage[unnamed] = "", ""
    stage = stages_of(stage, handed_off & ~explored)
    why[control] = IN_CONTROL
    why[~scored] = UNKNOWN
    for rule in policy.rules:
        why[ruled_by == rule.name] = rule.why
    person = np.where(handed_off, person, "").astype(object)
    return Decisions(decision, line, propensity, explored, grade, stage, arm, person, why, ruled_by)


def _takers(policy: Policy, segments: Sequence[Texts] | None, n: int) -> tuple[Bools, Texts]:
    """Return whether somebody takes each lead, and who where that is settled; each shape (n,)."""
    if segments is None or not policy.people or not policy.signal:
        return np.ones(n, dtype=bool), np.full(n, "", dtype=object)
    count, place = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    able = [person for person in policy.team if person.left({}) >= 1]
    for number, person in enumerate(able):
        takes = np.full(n, not person.segments)
        for texts in segments:
            takes |= np.isin(texts, person.segments)
        count += takes
        place[takes] = number
    names = np.array([person.name for person in able] or [""], dtype=object)
    return count > 0, np.where(count == 1, names[place], "").astype(object)
