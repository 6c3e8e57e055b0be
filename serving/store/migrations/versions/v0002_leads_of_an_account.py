"""The leads of an account are asked for."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Let them be found."""
    op.create_index(op.f("ix_leads_account_id"), "leads", ["account_id"], unique=False)
