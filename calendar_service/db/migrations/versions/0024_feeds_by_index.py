"""What a feed asks of an event beside its text stands in an index, and kept texts are found by when they begin."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

STANDING = ["host_id", "status", "sequence", "all_day", "timezone"]


def upgrade() -> None:
    """Bring the schema up."""
    op.drop_index("ix_event_host_id_status", table_name="event")
    op.create_index("ix_event_standing", "event", STANDING)
    op.create_index("ix_kept_text_starts", "kept_text", ["variant", "starts", "ends"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_kept_text_starts", table_name="kept_text")
    op.drop_index("ix_event_standing", table_name="event")
    op.create_index("ix_event_host_id_status", "event", ["host_id", "status"])
