"""A district's dates stand in one index in the order in which its list shows them, with all that a list asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BEFORE = ("host_id", "start_utc", "end_utc", "event_id")
NOW = (
    "host_id", "start_utc", "id", "end_utc", "event_id", "venue_id", "free", "outdoors", "format", "age_from", "age_to",
    "only_online",
)  # fmt: skip


def upgrade() -> None:
    """Bring the schema up."""
    _index(*NOW)


def downgrade() -> None:
    """Take it back."""
    _index(*BEFORE)


def _index(*columns: str) -> None:
    op.drop_index("ix_occurrence_host_id", table_name="occurrence")
    op.create_index(
        "ix_occurrence_host_id", "occurrence", list(columns),
        sqlite_where=sa.text("shown IS 1"), postgresql_where=sa.text("shown IS true"),
    )  # fmt: skip
