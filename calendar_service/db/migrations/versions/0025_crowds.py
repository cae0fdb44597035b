"""What draws the whole city is found by how many are expected: clash advice looks for it anywhere."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NAME = "ix_event_expected_attendance"


def upgrade() -> None:
    """Bring the schema up."""
    op.create_index(NAME, "event", ["expected_attendance"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index(NAME, table_name="event")
