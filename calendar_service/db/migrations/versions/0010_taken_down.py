"""Events that the network took off the public pages: since when, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.add_column("event", sa.Column("taken_down", columns.UtcDateTime(timezone=True), nullable=True))
    op.add_column("event", sa.Column("taken_down_why", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("event", "taken_down_why")
    op.drop_column("event", "taken_down")
