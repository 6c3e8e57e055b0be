"""One transaction of the store: what is read and written while nobody else has these leads."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from features.io.erased import erased_digest
from leadgate.policy import LeadState, week_start
from serving.idempotency import NO_KEY, CallKey
from serving.scoring.earlier_calls import Additions, Outcome, earlier_identity
from serving.store import locks
from serving.store.lead_state import Answered, Seen, in_all, loads, newest_handoff, state_of
from serving.store.pool import Raw
from serving.store.statements import Statements


@dataclass(frozen=True)
class Transaction:
    """One transaction in which leads are added to, and decisions taken and kept.

    Nobody else has its leads meanwhile. What is read together is asked for together, and what is
    written is not waited for: see `Connection`.
    """

    raw: Raw
    sql: Statements
    salt: str
    timezone: str

    def lock(self, lead_ids: Iterable[str], *, week: bool = False, key: CallKey = NO_KEY) -> None:
        """Have leads for oneself until the end of the transaction, a key, and the week."""
        if not self.sql.lock:
            return
        named = [*lead_ids, *([key.digest] if key else ())]
        for numbers in (locks.numbers(named), [locks.WEEK] * week):
            if numbers:
                self.raw.execute(self.sql.lock, {"numbers": numbers})

    def see(self, lead_id: str, key: CallKey, at: int, received_at: int) -> Seen:
        """Return what a decision about a lead has to know at an instant.

        Parameters
        ----------
        key
            Of the call.
        received_at
            When it came in.
        """
        answer = self.raw.execute(self.sql.answer, _of(key)) if key else None
        erased = self._erased([lead_id])
        revisions = self._revisions([lead_id])
        state = self._state(lead_id, at)
        row = None if answer is None else answer.fetchone()
        return Seen(
            None if row is None else Answered(*row),
            _after(erased[lead_id], received_at),
            _first(revisions[lead_id]),
            state_of(at, *(cursor.fetchall() for cursor in state)),
        )

    def free(self, key: CallKey) -> None:
        """Let a key be used anew whose answer is too old."""
        self.raw.execute(self.sql.free_key, _of(key))

    def results(self, key: CallKey, since: int) -> str | None:
        """Return what was kept of a call about many leads since an instant; None for nothing.

        Raises
        ------
        HttpError
            422: the key was used for another call.
        """
        row = self.raw.execute(self.sql.call, {"digest": key.digest, "since": since}).fetchone()
        if row is None:
            return None
        key.check(row[0])
        return row[1] or ""

    def keep_results(self, key: CallKey, at: int, results: str | None = None) -> None:
        """Keep what became of the items of a call (JSON), or that there was one."""
        row = {"digest": key.digest, "fingerprint": key.fingerprint}
        self.raw.execute(self.sql.put_call, {**row, "kept_at": at, "results": results})

    def hold_week(self, state: LeadState) -> LeadState:
        """Have the capacity of the week for oneself; return a state with its newest count."""
        if not self.sql.lock:
            return state
        self.raw.execute(self.sql.lock, {"numbers": [locks.WEEK]})
        week = self.raw.execute(self.sql.week, {"week": week_start(state.now or 0, self.timezone)})
        people = loads(week.fetchall())
        return replace(state, people=people, this_week=in_all(people))

    def say(self, table: str, said: Mapping[str, Any]) -> None:
        """Keep what somebody said of a lead: a row of `feedback` or of `overrides`."""
        self.raw.execute(getattr(self.sql, f"add_{table}"), said)

    def erase(self, lead_id: str, at: int) -> dict[str, int]:
        """Erase a lead and write its tombstone; return how many rows each table held."""
        of = {"lead_id": lead_id}
        deleted = {table: self.raw.execute(sql, of) for table, sql in self.sql.erase.items()}
        tombstone = {"digest": erased_digest(self.salt, lead_id), "erased_at": at}
        self.raw.execute(self.sql.put_erased, tombstone)
        # With PostgreSQL the counts are there with the first result that is asked for.
        self._revisions([lead_id])[lead_id].fetchall()
        return {table: int(cursor.rowcount) for table, cursor in deleted.items()}

    def erasure(self, lead_id: str) -> CallKey:
        """Return the key of the erasure of a lead, which names it no more than its tombstone."""
        return CallKey(f"erasure {erased_digest(self.salt, lead_id)}", "erasure")

    def erased_among(self, lead_ids: Iterable[str], since: int) -> set[str]:
        """Return those of some leads that were erased at or after an instant."""
        cursors = self._erased(set(lead_ids))
        return {lead_id for lead_id, cursor in cursors.items() if _after(cursor, since)}

    def erased_since(self, at: int) -> dict[str, int]:
        """Return the digests of leads that were erased since an instant, with when."""
        return dict(self.raw.execute(self.sql.erased_since, {"since": at}).fetchall())

    def revision(self, lead_id: str) -> int:
        """Return how many additions to a lead there were."""
        return _first(self._revisions([lead_id])[lead_id])

    def state(self, lead_id: str, now: int) -> LeadState:
        """Return what the policy needs of the week of an instant, and of a lead."""
        return state_of(now, *(cursor.fetchall() for cursor in self._state(lead_id, now)))

    def states(self, lead_ids: Iterable[str], now: int) -> dict[str, LeadState]:
        """Return what the policy needs of the week of an instant, and of each of some leads."""
        week = self.raw.execute(self.sql.week, {"week": week_start(now, self.timezone)})
        of_leads = {
            of: [
                self.raw.execute(sql, {"lead_id": of})
                for sql in (self.sql.last_decision, self.sql.outcome, self.sql.override)
            ]
            for of in lead_ids
        }
        rows = week.fetchall()
        return {
            of: state_of(now, rows, *(cursor.fetchall() for cursor in cursors))
            for of, cursors in of_leads.items()
        }

    def answers(self, decision_ids: Iterable[str]) -> dict[str, str]:
        """Return the answers (JSON) of those of some decisions that are kept."""
        cursors = {
            of: self.raw.execute(self.sql.answer_of, {"decision_id": of}) for of in decision_ids
        }
        rows = {of: cursor.fetchone() for of, cursor in cursors.items()}
        return {of: row[0] for of, row in rows.items() if row is not None}

    def add(self, additions: Additions) -> bool:
        """Keep what a call reported of a lead; return whether anything of it is new."""
        added = self.add_all([additions])
        return _says(additions) or bool(added)

    def add_all(self, given: Sequence[Additions]) -> set[str]:
        """Keep what calls reported of leads, one for each; return which activities are new."""
        given = [additions for additions in given if additions]
        cursors = self._revisions([additions.lead_id for additions in given])
        revisions = {lead_id: _first(cursor) + 1 for lead_id, cursor in cursors.items()}
        added = self._add_activities(given, revisions)
        for additions in given:
            if _says(additions) or not added.isdisjoint(additions.activities):
                self._add_fields(additions, revisions[additions.lead_id])
        return added

    def add_new(self, additions: Additions, revision: int) -> int:
        """Keep what is new of a lead at a revision; return its revision from now on."""
        if not additions:
            return revision
        self._add_activities([additions], {additions.lead_id: revision + 1}, wait=False)
        self._add_fields(additions, revision + 1)
        return revision + 1

    def add_outcomes(self, given: Sequence[Outcome], recorded_at: int) -> list[bool]:
        """Keep outcomes that were reported at an instant; return of each whether it is new."""
        lead_ids = {outcome.lead_id for outcome in given}
        cursors = {of: self.raw.execute(self.sql.outcome, {"lead_id": of}) for of in lead_ids}
        last = {of: _newest(cursor) for of, cursor in cursors.items()}
        new = []
        for outcome in given:
            worked = None if outcome.worked is None else int(outcome.worked)
            values = (*outcome[1:4], worked)
            new.append(last[outcome.lead_id] != values)
            if new[-1]:
                row = {**outcome._asdict(), "worked": worked, "recorded_at": recorded_at}
                self.raw.execute(self.sql.add_outcome, row)
                last[outcome.lead_id] = values
        return new

    def add_late_outcome(self, outcome: Outcome, recorded_at: int) -> None:
        """Keep an outcome that waited, unless it is there already."""
        row = {"lead_id": outcome.lead_id, "outcome": outcome.outcome, "recorded_at": recorded_at}
        if not self.raw.execute(self.sql.same_outcome, row).fetchone():
            self.add_outcomes([outcome], recorded_at)

    def keep_late(self, decision: Mapping[str, Any], additions: Additions) -> bool:
        """Keep a decision that was taken while the store was away; return whether it is new.

        What it lacked is corrected: a lead that sales has already uses no capacity again.
        """
        if self.raw.execute(self.sql.decided, {"decision_id": decision["decision_id"]}).fetchone():
            return False
        self.add(additions)
        lead_id, person = decision["lead_id"], decision["person"]
        state = self.state(lead_id, decision["decided_at"])
        handed_off_at, handed_to = newest_handoff(decision["decision"], person, state)
        key = decision["idempotency_key"]
        late = {
            "idempotency_key": None if key and self._taken(key) else key,
            "revision": self.revision(lead_id),
            "uses_capacity": int(decision["uses_capacity"] and state.handed_off_at is None),
            "handed_off_at": handed_off_at,
            "handed_to": handed_to,
        }
        # The last release let decisions wait without a fingerprint or an arm.
        self.keep({"fingerprint": None, "arm": "", "ruled_by": "", **decision, **late})
        return True

    def keep(self, decision: Mapping[str, Any]) -> None:
        """Keep a new decision, a value for each column but `id`.

        One that uses capacity is counted in its week, unless it is a shadow.
        """
        self.raw.execute(self.sql.add_decision, decision)
        if decision["uses_capacity"] and not decision["shadow"]:
            week = week_start(decision["decided_at"], self.timezone)
            value = decision["expected_value"]
            row = {"week": week, "person": decision["person"], "count": 1, "value": value}
            self.raw.execute(self.sql.count_handoff, row)

    def _taken(self, idempotency_key: str) -> bool:
        row = {"idempotency_key": idempotency_key}
        return self.raw.execute(self.sql.key_is_taken, row).fetchone() is not None

    def _erased(self, lead_ids: Collection[str]) -> dict[str, Raw]:
        return {
            of: self.raw.execute(self.sql.erased_at, {"digest": erased_digest(self.salt, of)})
            for of in lead_ids
        }

    def _revisions(self, lead_ids: Iterable[str]) -> dict[str, Raw]:
        sql = self.sql.revision
        return {of: self.raw.execute(sql, {"lead_id": of}) for of in dict.fromkeys(lead_ids)}

    def _state(self, lead_id: str, now: int) -> tuple[Raw, Raw, Raw, Raw]:
        return (
            self.raw.execute(self.sql.week, {"week": week_start(now, self.timezone)}),
            self.raw.execute(self.sql.last_decision, {"lead_id": lead_id}),
            self.raw.execute(self.sql.outcome, {"lead_id": lead_id}),
            self.raw.execute(self.sql.override, {"lead_id": lead_id}),
        )

    def _add_activities(
        self, given: Sequence[Additions], revisions: Mapping[str, int], *, wait: bool = True
    ) -> set[str]:
        """Keep activities; return the identities of the new ones, where that is waited for."""
        rows = [
            {
                **activity._asdict(),
                "lead_id": additions.lead_id,
                "revision": revisions[additions.lead_id],
                "identity": identity,
                "earlier": earlier_identity(additions.lead_id, activity),
            }
            for additions in given
            for identity, activity in additions.activities.items()
        ]
        if not rows:
            return set()
        if not self.sql.add_activities:
            cursors = ((row, self.raw.execute(self.sql.add_activity, row)) for row in rows)
            return {str(row["identity"]) for row, cursor in cursors if cursor.rowcount > 0}
        arrays = {name: [row[name] for row in rows] for name in rows[0]}
        cursor = self.raw.execute(self.sql.add_activities, arrays)
        return {row[0] for row in cursor.fetchall()} if wait else set()

    def _add_fields(self, additions: Additions, revision: int) -> None:
        common = {"lead_id": additions.lead_id, "revision": revision}
        if additions.fields:
            fields = json.dumps(additions.fields, ensure_ascii=False)
            row = {**common, "changed_at": additions.at, "fields": fields}
            self.raw.execute(self.sql.add_change, row)
        row = {"account_id": additions.account_id or None, "created_at": additions.created_at}
        self.raw.execute(self.sql.put_lead, {**common, **row})


def _says(additions: Additions) -> bool:
    """Return whether a call says anything of a lead beside its activities."""
    return bool(additions.fields or additions.account_id or additions.created_at)


def _first(cursor: Raw) -> int:
    row = cursor.fetchone()
    return 0 if row is None else int(row[0])


def _after(cursor: Raw, instant: int) -> bool:
    row = cursor.fetchone()
    return row is not None and row[0] >= instant


def _newest(cursor: Raw) -> tuple[Any, ...] | None:
    row = cursor.fetchone()
    return None if row is None else tuple(row[:4])


def _of(key: CallKey) -> dict[str, str]:
    return {"digest": key.digest, "plain": key.plain}
