"""Each date says of itself whether it is nowhere, so that lists of what is near look up no event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BEFORE = (
    "start_utc", "id", "end_utc", "event_id", "venue_id", "first_day", "several_days", "host_id", "free", "outdoors",
    "format", "age_from", "age_to",
)  # fmt: skip
NOWHERE = """
    UPDATE occurrence SET only_online = true WHERE event_id IN (
        SELECT id FROM event WHERE venue_id IS NULL AND place_note = '' AND online_url != '')
"""


def upgrade() -> None:
    """Bring the schema up."""
    op.add_column("occurrence", sa.Column("only_online", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(NOWHERE)
    _index(*BEFORE, "only_online")


def downgrade() -> None:
    """Take it back."""
    _index(*BEFORE)
    op.drop_column("occurrence", "only_online")


def _index(*columns: str) -> None:
    op.drop_index("ix_occurrence_shown", table_name="occurrence")
    op.create_index(
        "ix_occurrence_shown", "occurrence", list(columns),
        sqlite_where=sa.text("shown IS 1"), postgresql_where=sa.text("shown IS true"),
    )  # fmt: skip
