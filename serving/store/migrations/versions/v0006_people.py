"""What people say of a lead: whether a decision was right, and what is decided instead.

No row is written anew: the default of a new column costs no time, however large the table is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add two tables, and to decisions what they were decided by instead of the policy."""
    op.create_table("feedback", *_said(), sa.Column("agree", sa.Integer, nullable=False))
    op.create_table(
        "overrides",
        *_said(),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger),
    )
    for table in ("feedback", "overrides"):
        op.create_index(op.f(f"ix_{table}_lead_id"), table, ["lead_id"], unique=False)
    op.add_column("decisions", sa.Column("ruled_by", sa.Text, nullable=False, server_default=""))


def _said() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", _Id, primary_key=True),
        sa.Column("lead_id", sa.Text, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("said_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, server_default="", nullable=False),
    )
