"""The store behind the endpoint: decisions, activities, outcomes and fields of leads."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from features.history.from_records import Activity, Other
from features.io.erased import SALT, erased_digest
from features.parsing.times import NAT, iso, now
from leadgate.policy import HAND_OFF, LeadState, Load, week_start
from serving.scoring.earlier_calls import NO_EARLIER_CALLS, Additions, EarlierCalls, Outcome
from serving.store.connection import Connection, Raw
from serving.store.statements import Statements

_NEWEST = 2**62
OPEN = "open"


class Store:
    """Keeps what was sent and decided; opened by its first use, and again after it was away.

    Every method is one transaction. What `transaction` writes survives the end of this process;
    what the others write, or a durable `transaction`, survives a power cut.

    Parameters
    ----------
    url
        SQLAlchemy's, with its password: SQLite or PostgreSQL.

    Raises
    ------
    StoreError
        By every method, if the database cannot be reached, written, or does not answer.
    """

    def __init__(self, url: str) -> None:
        self.connection = Connection(url)
        self._sql = Statements(self.connection.dialect)
        # Of the connection that read it: another store may answer the next one.
        self._salted: tuple[Raw, str] = (None, "")

    def __enter__(self) -> Self:
        self.connection.open()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.connection.close()

    def earlier_calls(self, lead_id: str, revision: int = _NEWEST) -> EarlierCalls:
        """Return what earlier calls reported of a lead, up to a revision of it."""
        up_to = {"lead_id": lead_id, "revision": revision}
        with self.connection.reading() as raw:
            lead = raw.execute(self._sql.lead, {"lead_id": lead_id}).fetchone()
            if lead is None:
                return NO_EARLIER_CALLS
            changes = raw.execute(self._sql.changes, up_to).fetchall()
            activities = raw.execute(self._sql.activities, up_to).fetchall()
        return EarlierCalls(
            revision=min(lead[0], revision),
            account_id=lead[1] or "",
            created_at=lead[2],
            changes=[(changed_at, json.loads(fields)) for changed_at, fields in changes],
            activities={row[0]: Activity._make(row[1:]) for row in activities},
        )

    def others(self, account_id: str, lead_id: str) -> list[Other]:
        """Return the leads of an account but for `lead_id`.

        Their activities have type and times only: no feature needs more, and there may be many.
        """
        account = {"account_id": account_id, "lead_id": lead_id}
        with self.connection.reading() as raw:
            leads = raw.execute(self._sql.others, account).fetchall()
            if not leads:
                return []
            outcomes = raw.execute(self._sql.others_outcomes, account).fetchall()
            activities = raw.execute(self._sql.others_activities, account).fetchall()
        newest = {of: outcome for of, *outcome in outcomes}
        activities_of: dict[str, list[Activity]] = {of: [] for of, _ in leads}
        for of, occurred_at, recorded_at, type_ in activities:
            # Not those of a lead that came between the queries.
            if of in activities_of:
                activities_of[of].append(Activity(occurred_at, recorded_at, type_))
        return [_other(of, at, newest.get(of), activities_of[of]) for of, at in leads]

    def answers(self, lead_id: str) -> list[dict[str, Any]]:
        """Return every answer that was given about a lead, with when and why, oldest first."""
        with self.connection.reading() as raw:
            rows = raw.execute(self._sql.answers, {"lead_id": lead_id}).fetchall()
        return [
            {**json.loads(answer), "decided_at": iso(at), "why": why, "person": person}
            for answer, at, why, person in rows
        ]

    def decisions(self, request_id: str) -> list[dict[str, Any]]:
        """Return the decisions of a request as they are kept, oldest first."""
        with self.connection.reading() as raw:
            cursor = raw.execute(self._sql.of_request, {"request_id": request_id})
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def policy(self, digest: str) -> dict[str, Any] | None:
        """Return the policy of a digest as it was kept."""
        with self.connection.reading() as raw:
            row = raw.execute(self._sql.policy, {"digest": digest}).fetchone()
        return None if row is None else json.loads(row[0])

    def bundle(self, digest: str) -> tuple[str, str] | None:
        """Return version and path of the bundle of a digest."""
        with self.connection.reading() as raw:
            row = raw.execute(self._sql.bundle, {"digest": digest}).fetchone()
        return None if row is None else (row[0], row[1])

    def handoffs(self, now: int) -> dict[str, Load]:
        """Return what the week of an instant has handed off, by person."""
        with self.connection.reading() as raw:
            return _loads(raw.execute(self._sql.week, {"week": week_start(now)}).fetchall())

    def keep_model(
        self, bundle: tuple[str, str, str], policy_digest: str, policy: Mapping[str, Any]
    ) -> None:
        """Keep what decisions are taken with: bundle (digest, version, path) and policy."""
        with self.connection.writing(durable=True) as raw:
            names = ("digest", "version", "path")
            raw.execute(self._sql.put_bundle, dict(zip(names, bundle, strict=True)))
            row = {"digest": policy_digest, "policy": json.dumps(policy)}
            raw.execute(self._sql.put_policy, row)

    @contextlib.contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[Transaction]:
        """Hand out a transaction, during which nobody else decides or adds anything."""
        with self.connection.writing(durable=durable) as raw:
            yield Transaction(raw, self._sql, self._salt(raw))

    def add_activities(
        self, given: Sequence[tuple[str, Activity]], received_at: int | None = None
    ) -> list[bool]:
        """Keep activities of leads; return of each whether it is new.

        Parameters
        ----------
        received_at
            Nothing is kept of a lead that was erased since then; left out: now.
        """
        received_at = now() if received_at is None else received_at
        with self.transaction(durable=True) as transaction:
            erased = transaction.erased_among((of for of, _ in given), received_at)
            return [
                of not in erased and transaction.add(Additions.of_activity(of, activity))
                for of, activity in given
            ]

    def add_outcomes(self, given: Sequence[Outcome], received_at: int | None = None) -> list[bool]:
        """Keep outcomes; return of each whether it differs from the last one of its lead.

        Parameters
        ----------
        received_at
            As in `add_activities`.
        """
        received_at = now() if received_at is None else received_at
        with self.transaction(durable=True) as transaction:
            erased = transaction.erased_among((outcome.lead_id for outcome in given), received_at)
            return [
                outcome.lead_id not in erased and transaction.add_outcome(outcome, now())
                for outcome in given
            ]

    def erase(self, lead_id: str) -> dict[str, int]:
        """Erase a lead but for its tombstone, a salted hash of its id with the instant.

        The tombstone is written whether or not anything is stored: what others still hold of the
        lead from before this instant is never kept again. Return how many rows each table held.
        """
        with self.connection.writing(durable=True) as raw:
            deleted = {
                table: int(raw.execute(sql, {"lead_id": lead_id}).rowcount)
                for table, sql in self._sql.erase.items()
            }
            tombstone = {"digest": erased_digest(self._salt(raw), lead_id), "erased_at": now()}
            raw.execute(self._sql.put_erased, tombstone)
        return deleted

    def _salt(self, raw: Raw) -> str:
        """Return the salt of this store, made when it is first asked for, in a transaction."""
        connection, salt = self._salted
        if connection is not raw:
            raw.execute(self._sql.put_setting, {"name": SALT, "value": secrets.token_hex(16)})
            (salt,) = raw.execute(self._sql.setting, {"name": SALT}).fetchone()
            self._salted = (raw, salt)
        return salt


@dataclass(frozen=True)
class Transaction:
    """One transaction in which a decision is taken and kept."""

    raw: Raw
    sql: Statements
    salt: str

    def erased(self, lead_id: str, since: int) -> bool:
        """Return whether a lead was erased at or after an instant."""
        digest = erased_digest(self.salt, lead_id)
        row = self.raw.execute(self.sql.erased_at, {"digest": digest}).fetchone()
        return row is not None and row[0] >= since

    def erased_among(self, lead_ids: Iterable[str], since: int) -> set[str]:
        """Return those of some leads that were erased at or after an instant."""
        return {lead_id for lead_id in set(lead_ids) if self.erased(lead_id, since)}

    def answered(self, idempotency_key: str) -> tuple[str, str] | None:
        """Return lead id and answer (JSON) that were kept under an idempotency key."""
        row = self.raw.execute(self.sql.answer, {"idempotency_key": idempotency_key}).fetchone()
        return None if row is None else (row[0], row[1])

    def revision(self, lead_id: str) -> int:
        """Return how many additions to a lead there were."""
        row = self.raw.execute(self.sql.revision, {"lead_id": lead_id}).fetchone()
        return 0 if row is None else int(row[0])

    def state(self, lead_id: str, now: int) -> LeadState:
        """Return what the policy needs of the week of an instant, and of a lead."""
        week = _loads(self.raw.execute(self.sql.week, {"week": week_start(now)}).fetchall())
        last = self.raw.execute(self.sql.last_decision, {"lead_id": lead_id}).fetchone()
        newest = self.raw.execute(self.sql.outcome, {"lead_id": lead_id}).fetchone()
        decision, grade, stage, handed_off_at, handed_to = last or (None, "", "", None, "")
        outcome, _, _, worked, recorded_at = newest or ("", None, None, None, 0)
        since = handed_off_at is not None and recorded_at >= handed_off_at
        return LeadState(
            now=now,
            this_week=sum(load.handoffs for load in week.values()),
            people=week,
            last_decision=decision,
            grade=grade,
            stage=stage,
            handed_off_at=handed_off_at,
            person=handed_to,
            worked=since and bool(worked),
            returned=since and outcome == OPEN and worked == 0,
            outcome="" if outcome == OPEN else outcome,
        )

    def add(self, additions: Additions) -> bool:
        """Keep what a call reported of a lead; return whether anything of it is new."""
        if not additions:
            return False
        lead_id, revision = additions.lead_id, self.revision(additions.lead_id) + 1
        common = {"lead_id": lead_id, "revision": revision}
        new = bool(additions.fields or additions.account_id or additions.created_at)
        for key, activity in additions.activities.items():
            row = {**activity._asdict(), **common, "identity": key}
            new |= self.raw.execute(self.sql.add_activity, row).rowcount > 0
        if additions.fields:
            fields = json.dumps(additions.fields, ensure_ascii=False)
            row = {**common, "changed_at": additions.at, "fields": fields}
            self.raw.execute(self.sql.add_change, row)
        if new:
            row = {"account_id": additions.account_id or None, "created_at": additions.created_at}
            self.raw.execute(self.sql.put_lead, {**common, **row})
        return new

    def add_outcome(self, outcome: Outcome, recorded_at: int) -> bool:
        """Keep an outcome that was reported at an instant; return whether it is new."""
        worked = None if outcome.worked is None else int(outcome.worked)
        row = {**outcome._asdict(), "worked": worked, "recorded_at": recorded_at}
        if self.raw.execute(self.sql.same_outcome, row).fetchone():
            return False
        last = self.raw.execute(self.sql.outcome, {"lead_id": outcome.lead_id}).fetchone()
        if last is not None and tuple(last[:4]) == (*outcome[1:4], worked):
            return False
        self.raw.execute(self.sql.add_outcome, row)
        return True

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
            "idempotency_key": None if key and self.answered(key) else key,
            "revision": self.revision(lead_id),
            "uses_capacity": int(decision["uses_capacity"] and state.handed_off_at is None),
            "handed_off_at": handed_off_at,
            "handed_to": handed_to,
        }
        return self.keep({**decision, **late})

    def keep(self, decision: Mapping[str, Any]) -> bool:
        """Keep a decision, a value for each column but `id`; return whether it is new.

        One that uses capacity is counted in its week, unless it is a shadow.
        """
        new = bool(self.raw.execute(self.sql.add_decision, decision).rowcount)
        if new and decision["uses_capacity"] and not decision["shadow"]:
            week = week_start(decision["decided_at"])
            value = decision["expected_value"]
            row = {"week": week, "person": decision["person"], "count": 1, "value": value}
            self.raw.execute(self.sql.count_handoff, row)
        return new


def _loads(rows: Sequence[Sequence[Any]]) -> dict[str, Load]:
    return {person: Load(count, value) for person, count, value in rows}


def newest_handoff(decision: str, person: str, state: LeadState) -> tuple[int | None, str]:
    """Return when the newest handoff of a lead began, and to whom, after one more decision."""
    if decision == HAND_OFF and state.last_decision != HAND_OFF:
        return state.now, person
    return state.handed_off_at, state.person


def _other(
    lead_id: str, created_at: int | None, newest: Sequence[Any] | None, activities: list[Activity]
) -> Other:
    outcome, closed_at, recorded_at = newest or ("", None, NAT)
    times = (NAT if at is None else at for at in (created_at, closed_at, recorded_at))
    created, closed, recorded = times
    return Other(lead_id, created, outcome, closed, recorded, activities)
