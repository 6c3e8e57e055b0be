"""Why the scores of a file moved since the decision before, for all of its leads at once.

What was known then is read from the file of today: its events with their dates, and its attributes
as they stand. What the file says otherwise of the past than the decision before knew, such as an
attribute that was overwritten, is a new fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from features.history.activities import Activities
from features.history.csr import owners
from features.history.field_changes import Changes
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from leadgate.arrays import Bools, Floats, Ints
from leadgate.policy import Lead, LeadState
from leadgate.policy.pacing import line_now
from leadgate.policy.score_change import (
    ScoreChange,
    Scored,
    above_line,
    change_of,
    trend,
)
from serving.decisions.replay import state_of_row
from serving.decisions.score_change import CHANGE, TREND, WHY, ScoreChanges
from serving.scoring.lead_file import LeadFile
from serving.scoring.scorer import Scorer
from serving.store import Store

COLUMNS = (CHANGE, WHY, TREND)
_NOTHING: tuple[float, str, str] = (np.nan, "", "")

Row = dict[str, Any]


@dataclass(frozen=True)
class _Asked:
    """A lead that was decided on now: its row of the file, and its decisions up to now."""

    place: int
    lead: Lead
    rows: Sequence[Row]

    @property
    def model(self) -> tuple[str, str]:
        """The digests of model and policy of the decision before."""
        return self.rows[-2]["bundle_digest"], self.rows[-2]["policy_digest"]

    @property
    def comparable(self) -> bool:
        """Whether there is a decision before, and both had a readiness."""
        return len(self.rows) > 1 and all(r["readiness"] is not None for r in self.rows[-2:])


def explained(
    store: Store, scorer: Scorer, file: LeadFile, leads: Mapping[int, Lead], run: str
) -> pd.DataFrame:
    """Return the columns ``change``, ``change_why`` and ``trend`` of each row of a file.

    Parameters
    ----------
    leads
        Those that were decided on, by row of the file.
    run
        Names their decisions; what was decided before them is the past.
    """
    asked, result = [], [_NOTHING] * len(file.position)
    for place, lead in leads.items():
        rows = store.decisions_on(lead.lead_id)
        last = next((k for k, row in enumerate(rows) if row["request_id"] == run), None)
        if last is not None:
            asked.append(_Asked(place, lead, rows[: last + 1]))
    groups: dict[tuple[str, str], list[_Asked]] = defaultdict(list)
    for each in asked:
        *before, now = (Scored(r["as_of"], r["readiness"], r["decision"]) for r in each.rows)
        result[each.place] = (np.nan, "", trend(now, before))
        if each.comparable:
            groups[each.model].append(each)
    changes = ScoreChanges(store)
    for digests, group in groups.items():
        then = changes.scorer(*digests)
        if then is None:
            continue
        scores = _Scores.of((then, scorer), file, group)
        for k, each in enumerate(group):
            change = _change(each, scores, k)
            if not np.isnan(change.total):
                result[each.place] = (change.total, change.in_words(), result[each.place][2])
    table = pd.DataFrame(result, columns=list(COLUMNS))
    return table.astype({CHANGE: "float64", WHY: "str", TREND: "str"})


def _change(each: _Asked, scores: _Scores, k: int) -> ScoreChange:
    """Return the change of one lead; what the file says otherwise of the past is a fact."""
    states = [state_of_row(row) for row in each.rows[-2:]]

    def score(facts: bool, time: bool, model: bool, policy: bool) -> float:
        return scores.score(k, each.lead, (facts, time, model), policy, states[policy])

    change = change_of(score)
    ends = [above_line(row["readiness"], row["threshold"]) for row in each.rows[-2:]]
    otherwise = (ends[1] - score(*[True] * 4)) - (ends[0] - score(*[False] * 4))
    return replace(change, facts=change.facts + otherwise)


@dataclass(frozen=True)
class _Scores:
    """Readiness and arms of some leads, by facts, time and model as of then or of now."""

    scorers: tuple[Scorer, Scorer]
    readiness: Mapping[tuple[bool, ...], Floats]
    arms: Mapping[tuple[bool, ...], Floats | None]

    @classmethod
    def of(cls, scorers: tuple[Scorer, Scorer], file: LeadFile, group: Sequence[_Asked]) -> _Scores:
        """Assess a group of leads with every choice of facts, time and model of then and of now."""
        places = np.array([each.place for each in group])
        position = file.position[places]
        then = np.array([each.rows[-2]["as_of"] for each in group], dtype=np.int64)
        times = then, file.as_of[places]
        histories = _histories(file.history, position, *times)
        readiness, arms = {}, {}
        for chosen in product((False, True), repeat=3):
            facts, time, model = chosen
            scorer, history = scorers[model], histories[facts, time]
            X = scorer.feature_set.matrix(history, position, times[time])
            assessment = scorer.assessor(X, reasons=False)
            readiness[chosen], arms[chosen] = assessment.readiness[:, 0], assessment.arms
        return cls(scorers, readiness, arms)

    def score(
        self, k: int, lead: Lead, chosen: tuple[bool, ...], policy: bool, state: LeadState
    ) -> float:
        """Return how far lead `k` lies above the line."""
        readiness, arms = float(self.readiness[chosen][k]), self.arms[chosen]
        unworked, uplift = (np.nan, np.nan) if arms is None else arms[k, :2].tolist()
        seen = replace(lead, readiness=readiness, readiness_unworked=unworked, uplift=uplift)
        return above_line(readiness, line_now(self.scorers[policy].policy, seen, state).score)


def _histories(
    history: LeadHistory, position: Ints, then: Ints, now: Ints
) -> dict[tuple[bool, bool], LeadHistory]:
    """Return the history with the facts of then or of now, to be looked at then or now."""
    ends = [np.full(len(history), NAT), np.full(len(history), NAT)]
    for end, at in zip(ends, (then, now), strict=True):
        np.maximum.at(end, position, at)
    cut, pulled = _cut(history, ends[0]), _pulled(history, *ends)
    return {
        (False, False): cut,
        (False, True): cut,
        (True, False): pulled,
        (True, True): history,
    }


def _cut(history: LeadHistory, then: Ints) -> LeadHistory:
    """Return the history without what was recorded of each lead after an instant."""
    a = history.activities
    kept = (then[a.owner] == NAT) | (a.recorded <= then[a.owner])
    changes = {}
    for name, field in history.changes.items():
        end = then[owners(field.ptr)]
        changes[name] = _changes(field, (end == NAT) | (field.changed <= end), field.changed)
    return replace(
        history, activities=_activities(a, kept, a.occurred, a.recorded), changes=changes
    )


def _pulled(history: LeadHistory, then: Ints, now: Ints) -> LeadHistory:
    """Return the history with what became known from then to now dated just before then."""
    a = history.activities
    begin, end = then[a.owner], now[a.owner]
    new = (begin != NAT) & (a.recorded > begin) & (a.recorded <= end) & (a.occurred < end)
    occurred = np.where(new, np.minimum(a.occurred, begin - 1), a.occurred)
    recorded = np.where(new, begin, a.recorded)
    changes = {}
    for name, field in history.changes.items():
        owner = owners(field.ptr)
        late = (then[owner] != NAT) & (field.changed > then[owner]) & (field.changed <= now[owner])
        changed = np.where(late, then[owner], field.changed)
        changes[name] = _changes(field, np.ones(len(field), dtype=bool), changed)
    every = np.ones(len(a), dtype=bool)
    return replace(history, activities=_activities(a, every, occurred, recorded), changes=changes)


def _activities(a: Activities, kept: Bools, occurred: Ints, recorded: Ints) -> Activities:
    rows = np.flatnonzero(kept)
    return Activities.build(
        len(a.ptr) - 1, a.owner[rows], occurred[rows], recorded[rows], a.type.take(rows),
        a.value[rows], channel=a.channel.take(rows), content=a.content.take(rows),
    )  # fmt: skip


def _changes(field: Changes, kept: Bools, changed: Ints) -> Changes:
    # Changes that fall on one instant keep their order: the last of them counts.
    rows = np.flatnonzero(kept)
    owner = owners(field.ptr)[rows]
    ptr = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(field.ptr) - 1))])
    return Changes(ptr, changed[rows], field.value.take(rows))
