"""The store behind the endpoint: decisions, activities, outcomes and fields of leads."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

from features.history.from_records import Activity, Other
from features.io.erased import SALT
from features.parsing.times import iso, now
from leadgate.policy import Load, week_start
from serving.idempotency import NO_KEY, CallKey, Once, RepeatedCall
from serving.scoring.earlier_calls import (
    NO_EARLIER_CALLS,
    Additions,
    EarlierCalls,
    Outcome,
    identity,
)
from serving.store.connection import CONNECTIONS, Connection
from serving.store.lead_state import Answered, loads
from serving.store.migrate import OLDEST_NAME, check_usable
from serving.store.others import others_of
from serving.store.pool import Raw
from serving.store.statements import SAID, Statements
from serving.store.transaction import Transaction

_NEWEST = 2**62
# A week: CRMs repeat for days what was not answered.
IDEMPOTENCY_HOURS = 168.0
_US_PER_HOUR = 3_600_000_000


class Store:
    """Keeps what was sent and decided; opened by its first use, and again after it was away.

    Every method is one transaction. What `transaction` writes survives the end of this process;
    what the others write, or a durable `transaction`, survives a power cut.

    Parameters
    ----------
    url
        SQLAlchemy's, with its password: SQLite or PostgreSQL.
    idempotency_hours
        How long what was answered under a key is answered again.
    connections
        As in `Connection`.
    timezone
        Whose weeks handoffs are counted in.

    Raises
    ------
    StoreError
        By every method, if the database cannot be reached, written, or does not answer.
    """

    def __init__(
        self,
        url: str,
        *,
        idempotency_hours: float = IDEMPOTENCY_HOURS,
        connections: int = CONNECTIONS,
        timezone: str = "UTC",
    ) -> None:
        self.timezone = timezone
        self.connection = Connection(url, connections)
        self._sql = Statements(self.connection.dialect)
        self._key_us = int(idempotency_hours * _US_PER_HOUR)
        # Of the connections that are open: another store may answer the next ones.
        self._salted = (-1, "")

    def __enter__(self) -> Self:
        self.connection.open()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.connection.close()

    def earlier_calls(self, lead_id: str, revision: int = _NEWEST) -> EarlierCalls:
        """Return what earlier calls reported of a lead, up to a revision of it."""
        return self.look_up(lead_id, NO_KEY, revision)[1]

    def look_up(
        self, lead_id: str, key: CallKey, revision: int = _NEWEST
    ) -> tuple[Answered | None, EarlierCalls]:
        """Return what was answered under a key, if anything was, and what is stored of a lead."""
        of, up_to = {"lead_id": lead_id}, {"lead_id": lead_id, "revision": revision}
        sql, first = self._sql, [(self._sql.lead, of)]
        if key:
            first.append((sql.answer, {"digest": key.digest, "plain": key.plain}))
        rest = [(sql.changes, up_to), (sql.activities, up_to)]
        # Where a query costs no round trip, a new lead needs no more than the first.
        rows = self.connection.ask(*first, *([] if self.connection.quick else rest))
        leads, answers, more = rows[0], rows[1] if key else [], rows[len(first) :]
        answered = Answered(*answers[0]) if answers else None
        if not leads or (answered and not self.is_old(answered.at)):
            return answered, NO_EARLIER_CALLS
        changes, activities = more or self.connection.ask(*rest)
        (lead,) = leads
        kept = [Activity._make(row) for row in activities]
        return answered, EarlierCalls(
            revision=min(lead[0], revision),
            account_id=lead[1] or "",
            created_at=lead[2],
            changes=[(changed_at, json.loads(fields)) for changed_at, fields in changes],
            activities={identity(lead_id, activity): activity for activity in kept},
        )

    def is_old(self, at: int) -> bool:
        """Return whether what was answered under a key at an instant is answered no more."""
        return at < self.keys_since

    @property
    def keys_since(self) -> int:
        """Since when what was answered under a key is answered again."""
        return now() - self._key_us

    def others(self, account_id: str, lead_id: str) -> list[Other]:
        """Return the leads of an account but for `lead_id`.

        Their activities have type and times only: no feature needs more, and there may be many.
        """
        account, sql = {"account_id": account_id, "lead_id": lead_id}, self._sql
        leads, outcomes, activities = self.connection.ask(
            (sql.others, account), (sql.others_outcomes, account), (sql.others_activities, account)
        )
        return others_of(leads, outcomes, activities)

    def answers(self, lead_id: str) -> list[dict[str, Any]]:
        """Return every answer that was given about a lead, with when and why, oldest first."""
        (rows,) = self.connection.ask((self._sql.answers, {"lead_id": lead_id}))
        return [
            {**json.loads(answer), "decided_at": iso(at), "why": why, "person": person}
            for answer, at, why, person in rows
        ]

    def answer(self, decision_id: str, lead_id: str) -> str | None:
        """Return the answer of a decision about a lead, JSON; None where it is not kept.

        Who decides about the lead is waited for: a commit may be under way whose connection is cut.
        """
        with self.transaction([lead_id]) as transaction:
            return transaction.answers([decision_id]).get(decision_id)

    def decisions(self, request_id: str) -> list[dict[str, Any]]:
        """Return the decisions of a request as they are kept, oldest first."""
        return self._whole(self._sql.of_request, {"request_id": request_id})

    def decisions_on(self, lead_id: str) -> list[dict[str, Any]]:
        """Return the decisions that were answered about a lead as they are kept, oldest first."""
        return self._whole(self._sql.of_lead, {"lead_id": lead_id})

    def _whole(self, sql: str, of: Mapping[str, str]) -> list[dict[str, Any]]:
        with self.connection.reading() as raw:
            cursor = raw.execute(sql, of)
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
        (rows,) = self.connection.ask((self._sql.week, {"week": week_start(now, self.timezone)}))
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
        self,
        lead_ids: Iterable[str] = (),
        *,
        durable: bool = False,
        week: bool = False,
        key: CallKey = NO_KEY,
    ) -> Iterator[Transaction]:
        """Hand out a transaction, during which nobody else decides about or adds to some leads.

        Parameters
        ----------
        durable
            Whether it has to survive a power cut, and not only the end of this process.
        week
            Whether nobody else may hand off a lead meanwhile, either.
        key
            Nobody else does what was asked under it meanwhile.
        """
        with self.connection.writing(durable=durable) as raw:
            transaction = Transaction(raw, self._sql, self._salt(raw), self.timezone)
            transaction.lock(lead_ids, week=week, key=key)
            yield transaction

    def results(self, key: CallKey) -> str | None:
        """Return what became of the items of a call that was made before; None for none.

        It is noted now as one that was made, "" until `keep_results`.

        Raises
        ------
        HttpError
            422: the key was used for another call.
        """
        with self.transaction(key=key) as transaction:
            results = transaction.results(key, self.keys_since)
            if results is None:
                transaction.keep_results(key, now())
        return results

    def keep_results(self, key: CallKey, results: str) -> None:
        """Keep what became of the items of a call, JSON."""
        with self.transaction(key=key) as transaction:
            transaction.keep_results(key, now(), results)

    def claim(self, digest: str) -> bool:
        """Note that something is done that may be done once; whether nobody had before."""
        call = {"digest": digest, "fingerprint": "", "kept_at": now(), "results": None}
        with self.connection.writing(durable=True) as raw:
            cursor = raw.execute(self._sql.claim, call)
        return bool(cursor.rowcount)

    def release(self, digest: str) -> None:
        """Let what was claimed be done once more."""
        with self.connection.writing() as raw:
            raw.execute(self._sql.release, {"digest": digest})

    def check_version(self) -> None:
        """Check that no newer leadgate has changed the store in a way that this one cannot follow.

        Raises
        ------
        StoreError
            ``store_version``: one has.
        """
        sql = self._sql
        versions, oldest = self.connection.ask(
            (sql.version, {}), (sql.setting, {"name": OLDEST_NAME})
        )
        check_usable(versions[0][0], oldest[0][0] if oldest else None)

    def said(self, lead_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return what people said of a lead, oldest first, by table: feedback and overrides."""
        queries = {name: getattr(self._sql, name) for name in ("feedback", "overrides")}
        rows = self.connection.ask(*((sql, {"lead_id": lead_id}) for sql in queries.values()))
        return {
            name: [dict(zip(SAID[name], row, strict=True)) for row in said]
            for name, said in zip(queries, rows, strict=True)
        }

    def add_activities(
        self,
        given: Sequence[tuple[str, Activity]],
        received_at: int | None = None,
        once: Once | None = None,
    ) -> list[bool]:
        """Keep activities of leads; return of each whether it is new.

        Nothing is kept of a lead that was erased since they were received; left out: now. `once` is
        the call that reports them; left out: it has no key.

        Raises
        ------
        RepeatedCall
            If it was made before: nothing is kept.
        """
        received_at = now() if received_at is None else received_at
        by_lead: dict[str, dict[str, Activity]] = {}
        first: dict[str, int] = {}
        keys = [identity(*item) for item in given]
        for place, (key, (lead_id, activity)) in enumerate(zip(keys, given, strict=True)):
            by_lead.setdefault(lead_id, {}).setdefault(key, activity)
            first.setdefault(key, place)
        with self.once(by_lead, once) as (transaction, new):
            erased = transaction.erased_among(by_lead, received_at)
            kept = [(of, activities) for of, activities in by_lead.items() if of not in erased]
            added = transaction.add_all([Additions(of, 0, activities=all_) for of, all_ in kept])
            new += [key in added and first[key] == place for place, key in enumerate(keys)]
        return new

    def add_outcomes(
        self,
        given: Sequence[Outcome],
        received_at: int | None = None,
        once: Once | None = None,
    ) -> list[bool]:
        """Keep outcomes; return of each whether it differs from the last one of its lead.

        Parameters and errors are those of `add_activities`.
        """
        received_at = now() if received_at is None else received_at
        lead_ids = {outcome.lead_id for outcome in given}
        with self.once(lead_ids, once) as (transaction, new):
            erased = transaction.erased_among(lead_ids, received_at)
            kept = [outcome for outcome in given if outcome.lead_id not in erased]
            differ = iter(transaction.add_outcomes(kept, now()))
            new += [outcome.lead_id not in erased and next(differ) for outcome in given]
        return new

    @contextlib.contextmanager
    def once(
        self, lead_ids: Iterable[str], once: Once | None
    ) -> Iterator[tuple[Transaction, list[bool]]]:
        """Hand out a durable transaction, and a list to fill with what is new.

        Raises
        ------
        RepeatedCall
            If the call was made before.
        """
        new: list[bool] = []
        key = once.key if once else NO_KEY
        with self.transaction(lead_ids, durable=True, key=key) as transaction:
            if once and once.key:
                before = transaction.results(once.key, self.keys_since)
                if before is not None:
                    raise RepeatedCall(before)
            yield transaction, new
            if once and once.key:
                transaction.keep_results(once.key, now(), once.results(new))

    def erase(self, lead_id: str) -> dict[str, int]:
        """Erase a lead but for its tombstone, a salted hash of its id with the instant.

        The tombstone is written whether or not anything is stored: what others still hold of the
        lead from before this instant is never kept again. Return how many rows each table held;
        where that is nothing, what `keep_erasure` or an erasure before kept, for as long as a call
        is answered again: its answer may not have arrived.
        """
        with self.transaction([lead_id], durable=True) as transaction:
            key = transaction.erasure(lead_id)
            before = transaction.results(key, self.keys_since)
            rows = transaction.erase(lead_id, now())
            if not any(rows.values()):
                return {**rows, **json.loads(before or "{}")}
            transaction.keep_results(key, now(), json.dumps(rows))
        return rows

    def keep_erasure(self, lead_id: str, counts: Mapping[str, int]) -> None:
        """Keep what an erasure found of a lead, whose answer may not arrive."""
        with self.transaction([lead_id]) as transaction:
            transaction.keep_results(transaction.erasure(lead_id), now(), json.dumps(counts))

    def _salt(self, raw: Raw) -> str:
        """Return the salt of this store, made when it is first asked for, in a transaction."""
        opened, salt = self._salted
        if opened == self.connection.opened:
            return salt
        row = raw.execute(self._sql.setting, {"name": SALT}).fetchone()
        if row is not None:
            self._salted = (self.connection.opened, row[0])
            return str(row[0])
        # Not remembered: the transaction may yet fail.
        raw.execute(self._sql.put_setting, {"name": SALT, "value": secrets.token_hex(16)})
        return str(raw.execute(self._sql.setting, {"name": SALT}).fetchone()[0])
