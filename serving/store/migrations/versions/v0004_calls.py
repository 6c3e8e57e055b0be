"""What was asked under an idempotency key, and the decision that an outcome followed.

No row is written anew: a column that may be empty costs no time, however large the table is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add two columns and a table."""
    op.add_column("decisions", sa.Column("fingerprint", sa.Text))
    op.add_column("outcomes", sa.Column("decided", sa.BigInteger))
    op.create_table(
        "calls",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
        sa.Column("results", sa.Text),
        sa.PrimaryKeyConstraint("digest"),
    )
