"""A mail that came back says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INDEX = "ix_message_came_back"


def upgrade() -> None:
    """Bring the schema up."""
    op.add_column("message", sa.Column("came_back", sa.String(length=80), nullable=True))
    there = sa.text("came_back IS NOT NULL")
    op.create_index(INDEX, "message", ["finished", "came_back"], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(INDEX, table_name="message")
    op.drop_column("message", "came_back")
