"""By which rule an event's words were written, so that those of before an upgrade are found and written anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up. A plain new column: `event` is not rebuilt, and the index of words keeps its triggers."""
    op.add_column("event", sa.Column("words_rule", sa.String(80), nullable=False, server_default=sa.text("''")))
    op.create_index(op.f("ix_event_words_rule"), "event", ["words_rule"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_event_words_rule"), table_name="event")
    op.drop_column("event", "words_rule")
