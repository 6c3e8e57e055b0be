"""The statements of the store: one SQL for SQLite and PostgreSQL, in the form that drivers take."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from serving.store import tables

ACTIVITY = "occurred_at, recorded_at, type, value, channel, content, activity_id"


# Arrays of the values of many rows, by the type of their column.
_ARRAYS = {sa.Text: "text", sa.BigInteger: "bigint", sa.Double: "double precision"}


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.columns if column.name != "id"]


def _named(table: sa.Table) -> str:
    return ", ".join(column.name for column in _columns(table))


def _insert(table: sa.Table, **instead: str) -> str:
    """Return the insertion of a row; `instead` of a value of its column stands an expression."""
    values = ", ".join(instead.get(column.name, f":{column.name}") for column in _columns(table))
    return f"INSERT INTO {table.name} ({_named(table)}) VALUES ({values})"  # noqa: S608


def _arrays(table: sa.Table) -> str:
    return ", ".join(f"CAST(:{c.name} AS {_ARRAYS[type(c.type)]}[])" for c in _columns(table))


def _of_others(table: str) -> str:
    return (
        f"FROM {table} JOIN leads USING (lead_id) "
        f"WHERE account_id = :account_id AND lead_id <> :lead_id"
    )


# Decisions of a challenger in shadow are kept and never answered with.
_ANSWERED = "FROM decisions WHERE lead_id = :lead_id AND shadow = 0"

# An activity that the last release kept has another identity.
_KEPT_BEFORE = (
    "SELECT 1 FROM activities AS kept WHERE kept.identity = {new}earlier "
    "AND kept.lead_id = {new}lead_id AND kept.type = {new}type AND ({new}activity_id <> '' "
    "OR kept.value = {new}value OR (kept.value IS NULL AND {new}value IS NULL))"
)

# What adds something takes no row that is there already.
_LEADS = {
    "lead": "SELECT revision, account_id, created_at FROM leads WHERE lead_id = :lead_id",
    "changes": "SELECT changed_at, fields FROM field_changes "
    "WHERE lead_id = :lead_id AND revision <= :revision ORDER BY changed_at, id",
    "activities": f"SELECT {ACTIVITY} FROM activities "  # noqa: S608
    "WHERE lead_id = :lead_id AND revision <= :revision ORDER BY id",
    "others": "SELECT lead_id, created_at FROM leads "
    "WHERE account_id = :account_id AND lead_id <> :lead_id",
    "others_outcomes": "SELECT lead_id, outcome, closed_at, recorded_at "
    f"{_of_others('outcomes')} ORDER BY outcomes.id",
    "others_activities": "SELECT lead_id, occurred_at, recorded_at, type "
    f"{_of_others('activities')}",
    "revision": "SELECT revision FROM leads WHERE lead_id = :lead_id",
    "put_lead": f"{_insert(tables.leads)} ON CONFLICT (lead_id) DO UPDATE SET "
    "account_id = coalesce(excluded.account_id, leads.account_id), "
    "created_at = coalesce(excluded.created_at, leads.created_at), "
    "revision = excluded.revision",
    "add_change": _insert(tables.field_changes),
    "add_outcome": _insert(
        tables.outcomes,
        decided="(SELECT coalesce(max(id), 0) FROM decisions "
        "WHERE lead_id = :lead_id AND shadow = 0)",
    ),
    "outcome": "SELECT outcome, closed_at, amount, worked, recorded_at, decided FROM outcomes "
    "WHERE lead_id = :lead_id ORDER BY id DESC LIMIT 1",
    # A spool that was written to the store already may come once more.
    "same_outcome": "SELECT 1 FROM outcomes WHERE lead_id = :lead_id "
    "AND recorded_at = :recorded_at AND outcome = :outcome",
}
# What is read of what people said.
SAID = {
    "feedback": ("agree", "said_at", "said_by", "reason"),
    "overrides": ("decision", "until", "said_at", "said_by", "reason"),
}
_PEOPLE = {
    "add_feedback": _insert(tables.feedback),
    "add_overrides": _insert(tables.overrides),
    **{
        table: f"SELECT {', '.join(names)} FROM {table} "  # noqa: S608
        "WHERE lead_id = :lead_id ORDER BY id"
        for table, names in SAID.items()
    },
    "override": "SELECT decision, until, said_by, reason FROM overrides "
    "WHERE lead_id = :lead_id ORDER BY id DESC LIMIT 1",
}
_DECISIONS = {
    "add_decision": _insert(tables.decisions),
    # Without the store, or by the last release, a lead is decided on without the arm that it has.
    "last_decision": "SELECT decision, grade, stage, handed_off_at, handed_to, "  # noqa: S608
    "coalesce((SELECT arm FROM decisions AS drawn WHERE drawn.lead_id = decisions.lead_id "
    "AND drawn.shadow = 0 AND drawn.arm <> '' ORDER BY drawn.id LIMIT 1), ''), "
    "(SELECT min(id) FROM decisions AS first WHERE first.lead_id = decisions.lead_id "
    "AND first.shadow = 0 AND first.handed_off_at = decisions.handed_off_at) "
    f"{_ANSWERED} ORDER BY id DESC LIMIT 1",
    "answer_of": "SELECT answer FROM decisions WHERE decision_id = :decision_id",
    "decided": "SELECT 1 FROM decisions WHERE decision_id = :decision_id",
    "answers": f"SELECT answer, decided_at, why, person {_ANSWERED} ORDER BY id",
    "answer": "SELECT lead_id, answer, fingerprint, decided_at FROM decisions "
    "WHERE idempotency_key = :digest OR (idempotency_key = :plain AND fingerprint IS NULL)",
    "free_key": "UPDATE decisions SET idempotency_key = NULL "
    "WHERE idempotency_key IN (:digest, :plain)",
    "key_is_taken": "SELECT 1 FROM decisions WHERE idempotency_key = :idempotency_key",
    "of_request": "SELECT * FROM decisions WHERE request_id = :request_id ORDER BY id",
    "of_lead": f"SELECT * {_ANSWERED} ORDER BY id",
    "week": "SELECT person, count, value FROM handoffs WHERE week = :week",
    "count_handoff": f"{_insert(tables.handoffs)} ON CONFLICT (week, person) "
    "DO UPDATE SET count = handoffs.count + 1, value = handoffs.value + excluded.value",
}
_EVERYTHING_ELSE = {
    "put_policy": f"{_insert(tables.policies)} ON CONFLICT DO NOTHING",
    "put_bundle": f"{_insert(tables.bundles)} ON CONFLICT DO NOTHING",
    "call": "SELECT fingerprint, results FROM calls WHERE digest = :digest AND kept_at >= :since",
    "put_call": f"{_insert(tables.calls)} ON CONFLICT (digest) DO UPDATE SET "
    "fingerprint = excluded.fingerprint, kept_at = excluded.kept_at, results = excluded.results",
    "claim": f"{_insert(tables.calls)} ON CONFLICT (digest) DO NOTHING",
    "release": "DELETE FROM calls WHERE digest = :digest",
    "put_erased": f"{_insert(tables.erased)} ON CONFLICT (digest) "
    "DO UPDATE SET erased_at = excluded.erased_at",
    "erased_since": "SELECT digest, erased_at FROM erased WHERE erased_at >= :since",
    "erased_at": "SELECT erased_at FROM erased WHERE digest = :digest",
    "put_setting": f"{_insert(tables.settings)} ON CONFLICT DO NOTHING",
    "setting": "SELECT value FROM settings WHERE name = :name",
    "version": "SELECT version_num FROM alembic_version",
    "policy": "SELECT policy FROM policies WHERE digest = :digest",
    "bundle": "SELECT version, path FROM bundles WHERE digest = :digest",
}


_OF_POSTGRESQL = {
    "lock": "SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(:numbers AS bigint[])) AS k",
    "add_activities": f"INSERT INTO activities ({_named(tables.activities)}) "  # noqa: S608
    f"SELECT {_named(tables.activities)} "
    f"FROM unnest({_arrays(tables.activities)}, CAST(:earlier AS text[])) "
    f"AS new ({_named(tables.activities)}, earlier) "
    f"WHERE NOT EXISTS ({_KEPT_BEFORE.format(new='new.')}) "
    "ON CONFLICT (identity) DO NOTHING RETURNING identity",
}
_OF_SQLITE = {
    "add_activity": f"INSERT INTO activities ({_named(tables.activities)}) SELECT "
    + ", ".join(f":{column.name}" for column in _columns(tables.activities))
    + f" WHERE NOT EXISTS ({_KEPT_BEFORE.format(new=':')}) ON CONFLICT (identity) DO NOTHING",
}


class Statements(SimpleNamespace):
    """SQL with named parameters, as the driver of one dialect takes it, each by its name above.

    Those of one dialect alone are "" with the other: SQLite's statements cost no round trip.
    """

    def __init__(self, dialect: sa.Dialect) -> None:
        def sql(text: str) -> str:
            return str(sa.text(text).compile(dialect=dialect))

        only = _OF_POSTGRESQL if dialect.name == "postgresql" else _OF_SQLITE
        without = dict.fromkeys(_OF_POSTGRESQL.keys() | _OF_SQLITE.keys(), "")
        named = _LEADS | _PEOPLE | _DECISIONS | _EVERYTHING_ELSE | without | only
        super().__init__(**{name: sql(text) for name, text in named.items()})
        delete = "DELETE FROM {} WHERE lead_id = :lead_id"
        self.erase = {table.name: sql(delete.format(table.name)) for table in tables.ABOUT_LEADS}
