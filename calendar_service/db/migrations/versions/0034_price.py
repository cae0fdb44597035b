"""Events that cost something are found by how much."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_index(
        "ix_event_price", "event", ["price", "currency"],
        sqlite_where=sa.text("price IS NOT NULL"), postgresql_where=sa.text("price IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_event_price", table_name="event")
