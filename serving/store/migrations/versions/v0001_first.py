"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make them."""
    _about_leads()
    _decisions()
    _about_everything()


def _about_leads() -> None:
    op.create_table(
        "leads",
        sa.Column("lead_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("lead_id"),
    )
    op.create_table(
        "field_changes",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("lead_id", sa.Text, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index(op.f("ix_field_changes_lead_id"), "field_changes", ["lead_id"], unique=False)
    op.create_table(
        "activities",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("lead_id", sa.Text, nullable=False),
        sa.Column("activity_id", sa.Text, server_default="", nullable=False),
        sa.Column("occurred_at", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("channel", sa.Text, server_default="", nullable=False),
        sa.Column("content", sa.Text, server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("identity"),
    )
    op.create_index(op.f("ix_activities_lead_id"), "activities", ["lead_id"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("lead_id", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("amount", sa.Double),
        sa.Column("worked", sa.Integer),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
    )
    op.create_index(op.f("ix_outcomes_lead_id"), "outcomes", ["lead_id"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.Text),
        sa.Column("lead_id", sa.Text, nullable=False),
        sa.Column("decided_at", sa.BigInteger, nullable=False),
        sa.Column("as_of", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("shadow", sa.Integer, server_default="0", nullable=False),
        sa.Column("model_version", sa.Text, nullable=False),
        sa.Column("bundle_digest", sa.Text, nullable=False),
        sa.Column("features_digest", sa.Text, nullable=False),
        sa.Column("policy_digest", sa.Text, nullable=False),
        sa.Column("readiness", sa.Double),
        sa.Column("readiness_low", sa.Double),
        sa.Column("readiness_high", sa.Double),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("threshold", sa.Double),
        sa.Column("propensity", sa.Double),
        sa.Column("explored", sa.Integer, nullable=False),
        sa.Column("why", sa.Text, server_default="", nullable=False),
        sa.Column("person", sa.Text, server_default="", nullable=False),
        sa.Column("uses_capacity", sa.Integer, nullable=False),
        sa.Column("expected_value", sa.Double, nullable=False),
        sa.Column("handed_off_at", sa.BigInteger),
        sa.Column("handed_to", sa.Text, server_default="", nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("sent", sa.Text),
        sa.UniqueConstraint("decision_id"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index(op.f("ix_decisions_lead_id"), "decisions", ["lead_id"], unique=False)
    op.create_index(op.f("ix_decisions_request_id"), "decisions", ["request_id"], unique=False)


def _about_everything() -> None:
    op.create_table(
        "handoffs",
        sa.Column("week", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("week", "person"),
    )
    op.create_table(
        "policies",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "bundles",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "erased",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("erased_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
