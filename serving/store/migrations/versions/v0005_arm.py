"""Whether a lead was in the control group when it was decided on.

No row is written anew: the default of a new column costs no time, however large the table is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the arm to decisions."""
    op.add_column("decisions", sa.Column("arm", sa.Text, nullable=False, server_default=""))
