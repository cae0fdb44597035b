"""What lists ask of an event stands with each of its dates, in one narrow index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

COPIED = ("host_id", "free", "outdoors", "format", "age_from", "age_to")
FILLED = """
    UPDATE occurrence SET shown = event.status IN ('confirmed', 'cancelled') AND event.taken_down IS NULL
    AND event.withdrawn IS NOT TRUE, host_id = event.host_id, free = event.free, outdoors = event.outdoors,
    format = event.format, age_from = event.age_from, age_to = event.age_to
    FROM event WHERE event.id = occurrence.event_id
"""


def upgrade() -> None:
    """Bring the schema up."""
    for name in ("shown", "free"):
        op.add_column("occurrence", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("host_id", "age_from", "age_to"):
        op.add_column("occurrence", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("occurrence", sa.Column("outdoors", sa.Boolean(), nullable=True))
    op.add_column("occurrence", sa.Column("format", sa.String(80), nullable=True))
    op.execute(FILLED)
    _index("shown", "start_utc", "id", "end_utc", "event_id", "venue_id", "first_day", "several_days", *COPIED)
    _index("host_id", "host_id", "start_utc", "end_utc", "event_id")


def downgrade() -> None:
    """Take it back."""
    for name in ("shown", "host_id"):
        op.drop_index(f"ix_occurrence_{name}", table_name="occurrence")
    for name in ("shown", *COPIED):
        op.drop_column("occurrence", name)


def _index(name: str, *columns: str) -> None:
    op.create_index(
        f"ix_occurrence_{name}", "occurrence", list(columns),
        sqlite_where=sa.text("shown IS 1"), postgresql_where=sa.text("shown IS true"),
    )  # fmt: skip
