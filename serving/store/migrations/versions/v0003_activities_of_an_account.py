"""SQLite finds the activities of an account's leads without reading their rows."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

_READ = ["lead_id", "id", "occurred_at", "recorded_at", "type"]


def upgrade() -> None:
    """Put what is read of them into the index."""
    if op.get_context().dialect.name == "sqlite":
        op.create_index("ix_activities_of_lead", "activities", _READ)
        op.drop_index("ix_activities_lead_id", "activities")
