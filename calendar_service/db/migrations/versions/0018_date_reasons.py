"""Why a date stands although others compete with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.add_column("event", sa.Column("date_reason", sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("event", "date_reason")
