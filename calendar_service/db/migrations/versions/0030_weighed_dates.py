"""What clash advice weighs of an event stands with each of its dates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

FILED = """
    UPDATE occurrence SET filed_under =
        coalesce((SELECT {join}(slug, ' ' ORDER BY position, slug) FROM event_term
            WHERE event_term.event_id = occurrence.event_id AND kind = 'discipline'), '') || '|' ||
        coalesce((SELECT {join}(slug, ' ' ORDER BY position, slug) FROM event_term
            WHERE event_term.event_id = occurrence.event_id AND kind = 'audience'), '')
"""
EXPECTED = """
    UPDATE occurrence SET expected_attendance = event.expected_attendance
    FROM event WHERE event.id = occurrence.event_id AND event.expected_attendance IS NOT NULL
"""


def upgrade() -> None:
    """Bring the schema up."""
    op.add_column("occurrence", sa.Column("expected_attendance", sa.Integer(), nullable=True))
    op.add_column("occurrence", sa.Column("filed_under", sa.Text(), nullable=False, server_default=sa.text("''")))
    join = "group_concat" if op.get_bind().dialect.name == "sqlite" else "string_agg"
    op.execute(FILED.format(join=join))
    op.execute(EXPECTED)


def downgrade() -> None:
    """Take it back."""
    for name in ("filed_under", "expected_attendance"):
        op.drop_column("occurrence", name)
