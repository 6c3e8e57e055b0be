"""Why the score of a lead moved from each decision to the next, from what the store kept of both.

Nothing is stored for it but what a decision rests on anyway: the revision of the lead, the instant,
the digests of model and policy, and the state of the week. The decisions are taken again with any
of these as of then or as of now.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from features.history.from_records import Activity
from leadgate.bundle.bundle import Bundle, load_bundle
from leadgate.errors import BundleError, LeadError
from leadgate.policy import Policy
from leadgate.policy.score_change import (
    ScoreChange,
    Scored,
    above_line,
    change_of,
    trend,
)
from serving.decisions.replay import earlier_calls_of, state_of_row
from serving.decisions.ruling import RECORDED
from serving.scoring.earlier_calls import EarlierCalls
from serving.scoring.lead_request import ScoreRequest
from serving.scoring.scorer import Scorer
from serving.store import Store

# Only the newest ones are taken again: each takes up to 16 scores.
MOST = 5
_SAME = 1e-9
CHANGE, WHY, TREND = "change", "change_why", "trend"

Row = dict[str, Any]


class ScoreChanges:
    """Explains the decisions of leads; keeps a few models.

    Parameters
    ----------
    store
        Holds the decisions.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bundle: Callable[[str], Bundle | None] = lru_cache(4)(self._load)
        # By the digests of model and policy; None where one is gone.
        self.scorer: Callable[[str, str], Scorer | None] = lru_cache(8)(self._make)

    def explained(self, lead_id: str) -> list[dict[str, Any]]:
        """Return every answer about a lead, oldest first, with why its score moved.

        Returns
        -------
        list of dict
            As `Store.answers`, with ``change``: what moved the distance from the line since the
            decision before, on the log-odds, ``change_why``: the parts, and ``trend``. Null and
            ``""`` for the first one, where a version that decided is gone, where the facts of a
            decision are not kept (those of files), and before the newest 5.
        """
        answers, rows = self._store.answers(lead_id), self._store.decisions_on(lead_id)
        scored = [Scored(row["as_of"], row["readiness"], row["decision"]) for row in rows]
        result = []
        for place, answer in enumerate(answers[: len(rows)]):
            change = None
            if place > 0 and len(rows) - place <= MOST:
                change = self.between(rows[place - 1], rows[place])
            result.append(
                {
                    **answer,
                    CHANGE: None if change is None else change.total,
                    WHY: "" if change is None else change.in_words(),
                    TREND: trend(scored[place], scored[:place]),
                }
            )
        return result

    def between(self, before: Row, now: Row) -> ScoreChange | None:
        """Return why the score moved from a decision to a later one; None where it cannot be said.

        Parameters
        ----------
        before, now
            Rows of the table `decisions` about one lead.
        """
        rows = before, now
        if any(row["readiness"] is None or _of_file(row) for row in rows):
            return None
        pair = _Pair(self._store, rows, self.scorer)
        change = change_of(pair.score)
        ends = [above_line(row["readiness"], row["threshold"]) for row in rows]
        same = all(
            abs(pair.score(*[as_now] * 4) - end) <= _SAME
            for as_now, end in zip((False, True), ends, strict=True)
        )
        return change if same and not math.isnan(change.total) else None

    def _load(self, digest: str) -> Bundle | None:
        kept = self._store.bundle(digest)
        try:
            bundle = None if kept is None or not kept[1] else load_bundle(Path(kept[1]))
        except BundleError:
            return None
        return bundle if bundle is not None and bundle.digest == digest else None

    def _make(self, bundle_digest: str, policy_digest: str) -> Scorer | None:
        bundle, policy = self._bundle(bundle_digest), self._store.policy(policy_digest)
        if bundle is None or policy is None:
            return None
        return Scorer(replace(bundle, policy=Policy.from_dict(policy)))


class _Pair:
    """Two decisions on a lead, and the score with each of their inputs of then or of now."""

    def __init__(
        self,
        store: Store,
        rows: tuple[Row, Row],
        scorer: Callable[[str, str], Scorer | None],
    ) -> None:
        self._store, self._rows, self._scorer = store, rows, scorer
        self._kept: dict[tuple[int, int, str, str], Any] = {}

    def score(self, facts: bool, time: bool, model: bool, policy: bool) -> float:
        """Return the distance from the line; NaN where a version is gone or the lead is unfit."""
        scorer = self._scorer(
            self._rows[model]["bundle_digest"], self._rows[policy]["policy_digest"]
        )
        if scorer is None:
            return math.nan
        key = (facts, time, scorer.bundle.digest, self._rows[policy]["policy_digest"])
        if key not in self._kept:
            try:
                record = scorer.reader.read(self._request(time), self._facts(facts, time, scorer))
            except LeadError:
                return math.nan
            self._kept[key] = scorer.assess(record)
        assessed = self._kept[key]
        decided = scorer.decide(assessed, state_of_row(self._rows[policy]))
        return above_line(float(assessed.readiness[0]), decided.threshold)

    def _request(self, time: bool) -> ScoreRequest:
        row = self._rows[time]
        return ScoreRequest({"lead_id": row["lead_id"]}, as_of=row["as_of"])

    def _facts(self, facts: bool, time: bool, scorer: Scorer) -> EarlierCalls:
        then, now = self._calls
        calls = (
            _known_at_once(now, then, *self._times) if facts and not time else (then, now)[facts]
        )
        created = calls.created_at
        if created is not None:
            created = min(created, self._rows[time]["as_of"])
        others = self._others if scorer.whole_accounts and calls.account_id else calls.others
        return replace(calls, created_at=created, others=others)

    @property
    def _times(self) -> tuple[int, int]:
        return self._rows[0]["as_of"], self._rows[1]["as_of"]

    @cached_property
    def _calls(self) -> tuple[EarlierCalls, EarlierCalls]:
        then, now = (earlier_calls_of(self._store, row) for row in self._rows)
        return then, now

    @cached_property
    def _others(self) -> Sequence[Any]:
        return self._store.others(self._calls[1].account_id, self._rows[1]["lead_id"])


def _known_at_once(now: EarlierCalls, then: EarlierCalls, at: int, until: int) -> EarlierCalls:
    """Return what became known between two decisions as if it had been known at the first one.

    So that facts move the score when they come, and not only when time passes.
    """

    def early(activity: Activity) -> Activity:
        if activity.occurred_at >= until or activity.recorded_at > until:
            return activity
        return activity._replace(
            occurred_at=min(activity.occurred_at, at - 1),
            recorded_at=min(activity.recorded_at, at),
        )

    changes = [
        (changed_at if changed_at > until else min(changed_at, at), fields)
        for changed_at, fields in now.changes
    ]
    activities = {
        key: activity if key in then.activities else early(activity)
        for key, activity in now.activities.items()
    }
    return replace(now, changes=changes, activities=activities)


def _of_file(row: Row) -> bool:
    """Return whether a decision was on a row of a file, whose facts the store does not hold."""
    return row["sent"] is not None and RECORDED in json.loads(row["sent"])
