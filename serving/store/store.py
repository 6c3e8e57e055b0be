"""The store behind the endpoint: decisions, activities, outcomes and fields of leads."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

from features.history.from_records import Activity, Other
from features.io.erased import SALT, erased_digest
from features.parsing.times import NAT, iso, now
from leadgate.policy import Load, week_start
from serving.scoring.earlier_calls import (
    NO_EARLIER_CALLS,
    Additions,
    EarlierCalls,
    Outcome,
    identity,
)
from serving.store.connection import Connection, Raw
from serving.store.statements import Statements
from serving.store.transaction import Transaction, loads

_NEWEST = 2**62


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
        of, up_to = {"lead_id": lead_id}, {"lead_id": lead_id, "revision": revision}
        sql = self._sql
        queries = (sql.lead, of), (sql.changes, up_to), (sql.activities, up_to)
        # Where a query costs no round trip, a new lead needs no more than the first.
        leads, *more = self.connection.ask(*(queries[:1] if self.connection.quick else queries))
        if not leads:
            return NO_EARLIER_CALLS
        changes, activities = more or self.connection.ask(*queries[1:])
        (lead,) = leads
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
        account, sql = {"account_id": account_id, "lead_id": lead_id}, self._sql
        leads, outcomes, activities = self.connection.ask(
            (sql.others, account), (sql.others_outcomes, account), (sql.others_activities, account)
        )
        newest = {of: outcome for of, *outcome in outcomes}
        activities_of: dict[str, list[Activity]] = {of: [] for of, _ in leads}
        for of, occurred_at, recorded_at, type_ in activities:
            # Not those of a lead that came between the queries.
            if of in activities_of:
                activities_of[of].append(Activity(occurred_at, recorded_at, type_))
        return [_other(of, at, newest.get(of), activities_of[of]) for of, at in leads]

    def answers(self, lead_id: str) -> list[dict[str, Any]]:
        """Return every answer that was given about a lead, with when and why, oldest first."""
        (rows,) = self.connection.ask((self._sql.answers, {"lead_id": lead_id}))
        return [
            {**json.loads(answer), "decided_at": iso(at), "why": why, "person": person}
            for answer, at, why, person in rows
        ]

    def decisions(self, request_id: str) -> list[dict[str, Any]]:
        """Return the decisions of a request as they are kept, oldest first."""
        with self.connection.reading() as raw:
            cursor = raw.execute(self._sql.of_request, {"request_id": request_id})
            rows = cursor.fetchall()
            names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def policy(self, digest: str) -> dict[str, Any] | None:
        """Return the policy of a digest as it was kept."""
        (rows,) = self.connection.ask((self._sql.policy, {"digest": digest}))
        return json.loads(rows[0][0]) if rows else None

    def bundle(self, digest: str) -> tuple[str, str] | None:
        """Return version and path of the bundle of a digest."""
        (rows,) = self.connection.ask((self._sql.bundle, {"digest": digest}))
        return (rows[0][0], rows[0][1]) if rows else None

    def handoffs(self, now: int) -> dict[str, Load]:
        """Return what the week of an instant has handed off, by person."""
        (rows,) = self.connection.ask((self._sql.week, {"week": week_start(now)}))
        return loads(rows)

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
    def transaction(
        self, lead_ids: Iterable[str] = (), *, durable: bool = False, week: bool = False
    ) -> Iterator[Transaction]:
        """Hand out a transaction, during which nobody else decides about or adds to some leads.

        Parameters
        ----------
        durable
            Whether it has to survive a power cut, and not only the end of this process.
        week
            Whether nobody else may hand off a lead meanwhile, either.
        """
        with self.connection.writing(durable=durable) as raw:
            transaction = Transaction(raw, self._sql, self._salt(raw))
            transaction.lock(lead_ids, week=week)
            yield transaction

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
        by_lead: dict[str, dict[str, Activity]] = {}
        first: dict[str, int] = {}
        keys = [identity(*item) for item in given]
        for place, (key, (lead_id, activity)) in enumerate(zip(keys, given, strict=True)):
            by_lead.setdefault(lead_id, {}).setdefault(key, activity)
            first.setdefault(key, place)
        with self.transaction(by_lead, durable=True) as transaction:
            erased = transaction.erased_among(by_lead, received_at)
            kept = [(of, new) for of, new in by_lead.items() if of not in erased]
            added = transaction.add_all([Additions(of, 0, activities=new) for of, new in kept])
        return [key in added and first[key] == place for place, key in enumerate(keys)]

    def add_outcomes(self, given: Sequence[Outcome], received_at: int | None = None) -> list[bool]:
        """Keep outcomes; return of each whether it differs from the last one of its lead.

        Parameters
        ----------
        received_at
            As in `add_activities`.
        """
        received_at = now() if received_at is None else received_at
        lead_ids = {outcome.lead_id for outcome in given}
        with self.transaction(lead_ids, durable=True) as transaction:
            erased = transaction.erased_among(lead_ids, received_at)
            kept = [outcome for outcome in given if outcome.lead_id not in erased]
            new = iter(transaction.add_outcomes(kept, now()))
        return [outcome.lead_id not in erased and next(new) for outcome in given]

    def erase(self, lead_id: str) -> dict[str, int]:
        """Erase a lead but for its tombstone, a salted hash of its id with the instant.

        The tombstone is written whether or not anything is stored: what others still hold of the
        lead from before this instant is never kept again. Return how many rows each table held.
        """
        with self.connection.writing(durable=True) as raw:
            salt = self._salt(raw)
            Transaction(raw, self._sql, salt).lock([lead_id])
            tombstone = {"digest": erased_digest(salt, lead_id), "erased_at": now()}
            sql, of = self._sql.erase, {"lead_id": lead_id}
            deleted = {table: raw.execute(delete, of) for table, delete in sql.items()}
            raw.execute(self._sql.put_erased, tombstone)
        return {table: int(cursor.rowcount) for table, cursor in deleted.items()}

    def _salt(self, raw: Raw) -> str:
        """Return the salt of this store, made when it is first asked for, in a transaction."""
        connection, salt = self._salted
        if connection is raw:
            return salt
        row = raw.execute(self._sql.setting, {"name": SALT}).fetchone()
        if row is not None:
            self._salted = (raw, row[0])
            return str(row[0])
        # Not remembered: the transaction may yet fail.
        raw.execute(self._sql.put_setting, {"name": SALT, "value": secrets.token_hex(16)})
        return str(raw.execute(self._sql.setting, {"name": SALT}).fetchone()[0])


def _other(
    lead_id: str, created_at: int | None, newest: Sequence[Any] | None, activities: list[Activity]
) -> Other:
    outcome, closed_at, recorded_at = newest or ("", None, NAT)
    times = (NAT if at is None else at for at in (created_at, closed_at, recorded_at))
    created, closed, recorded = times
    return Other(lead_id, created, outcome, closed, recorded, activities)
