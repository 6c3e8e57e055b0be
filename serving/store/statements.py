"""The statements of the store: one SQL for SQLite and PostgreSQL, in the form that drivers take."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from serving.store import tables

ACTIVITY = (
    "occurred_at", "recorded_at", "type", "value", "channel", "content", "activity_id"
)  # fmt: skip

_Sql = Callable[[str], str]

# Decisions of a challenger in shadow are kept and never answered with.
_ANSWERED = "FROM decisions WHERE lead_id = :lead_id AND shadow = 0"


def _insert(table: sa.Table) -> str:
    names = [column.name for column in table.columns if column.name != "id"]
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values})"  # noqa: S608


def _of_others(table: str) -> str:
    return (
        f"FROM {table} JOIN leads USING (lead_id) "
        f"WHERE account_id = :account_id AND lead_id <> :lead_id"
    )


class Statements:
    """SQL with named parameters, as the driver of one dialect takes it; each is named here once.

    Those of additions take no row that is there already.
    """

    def __init__(self, dialect: sa.Dialect) -> None:
        def sql(text: str) -> str:
            return str(sa.text(text).compile(dialect=dialect))

        self._of_leads(sql)
        self._of_decisions(sql)
        self._of_everything(sql)

    def _of_leads(self, sql: _Sql) -> None:
        self.lead = sql(
            "SELECT revision, account_id, created_at FROM leads WHERE lead_id = :lead_id"
        )
        self.changes = sql(
            "SELECT changed_at, fields FROM field_changes "
            "WHERE lead_id = :lead_id AND revision <= :revision ORDER BY changed_at, id"
        )
        self.activities = sql(
            f"SELECT identity, {', '.join(ACTIVITY)} FROM activities "  # noqa: S608
            "WHERE lead_id = :lead_id AND revision <= :revision ORDER BY id"
        )
        self.others = sql(
            "SELECT lead_id, created_at FROM leads "
            "WHERE account_id = :account_id AND lead_id <> :lead_id"
        )
        self.others_outcomes = sql(
            f"SELECT lead_id, outcome, closed_at, recorded_at {_of_others('outcomes')} "
            "ORDER BY outcomes.id"
        )
        self.others_activities = sql(
            f"SELECT lead_id, occurred_at, recorded_at, type {_of_others('activities')}"
        )
        self.revision = sql("SELECT revision FROM leads WHERE lead_id = :lead_id")
        self.put_lead = sql(
            f"{_insert(tables.leads)} ON CONFLICT (lead_id) DO UPDATE SET "
            "account_id = coalesce(excluded.account_id, leads.account_id), "
            "created_at = coalesce(excluded.created_at, leads.created_at), "
            "revision = excluded.revision"
        )
        self.add_change = sql(_insert(tables.field_changes))
        self.add_activity = sql(f"{_insert(tables.activities)} ON CONFLICT (identity) DO NOTHING")
        self.add_outcome = sql(_insert(tables.outcomes))
        self.outcome = sql(
            "SELECT outcome, closed_at, amount, worked, recorded_at FROM outcomes "
            "WHERE lead_id = :lead_id ORDER BY id DESC LIMIT 1"
        )
        # A spool that was written to the store already may come once more.
        self.same_outcome = sql(
            "SELECT 1 FROM outcomes WHERE lead_id = :lead_id AND recorded_at = :recorded_at "
            "AND outcome = :outcome"
        )
        self.erase = [
            sql(f"DELETE FROM {table.name} WHERE lead_id = :lead_id")  # noqa: S608
            for table in tables.ABOUT_LEADS
        ]

    def _of_decisions(self, sql: _Sql) -> None:
        self.add_decision = sql(f"{_insert(tables.decisions)} ON CONFLICT (decision_id) DO NOTHING")
        self.last_decision = sql(
            "SELECT decision, grade, stage, handed_off_at, handed_to "
            f"{_ANSWERED} ORDER BY id DESC LIMIT 1"
        )
        self.decided = sql("SELECT 1 FROM decisions WHERE decision_id = :decision_id")
        self.answers = sql(f"SELECT answer, decided_at, why, person {_ANSWERED} ORDER BY id")
        self.answer = sql(
            "SELECT lead_id, answer FROM decisions WHERE idempotency_key = :idempotency_key"
        )
        self.of_request = sql("SELECT * FROM decisions WHERE request_id = :request_id ORDER BY id")
        self.week = sql("SELECT person, count, value FROM handoffs WHERE week = :week")
        self.count_handoff = sql(
            f"{_insert(tables.handoffs)} ON CONFLICT (week, person) "
            "DO UPDATE SET count = handoffs.count + 1, value = handoffs.value + excluded.value"
        )

    def _of_everything(self, sql: _Sql) -> None:
        self.put_policy = sql(f"{_insert(tables.policies)} ON CONFLICT DO NOTHING")
        self.put_bundle = sql(f"{_insert(tables.bundles)} ON CONFLICT DO NOTHING")
        self.put_erased = sql(f"{_insert(tables.erased)} ON CONFLICT DO NOTHING")
        self.put_setting = sql(f"{_insert(tables.settings)} ON CONFLICT DO NOTHING")
        self.setting = sql("SELECT value FROM settings WHERE name = :name")
        self.policy = sql("SELECT policy FROM policies WHERE digest = :digest")
        self.bundle = sql("SELECT version, path FROM bundles WHERE digest = :digest")
