"""Posters of events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ADDED = ("picture_digest", "picture_width", "picture_height", "image_alt", "image_credit")


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "picture",
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("used", columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_picture")),
    )
    op.create_index(op.f("ix_picture_used"), "picture", ["used"], unique=False)
    empty = sa.text("''")
    op.add_column("event", sa.Column("picture_digest", sa.String(length=80), nullable=True))
    op.add_column("event", sa.Column("picture_width", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("picture_height", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("image_alt", sa.Text(), nullable=False, server_default=empty))
    op.add_column("event", sa.Column("image_credit", sa.String(length=200), nullable=False, server_default=empty))
    op.create_index(op.f("ix_event_picture_digest"), "event", ["picture_digest"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_event_picture_digest"), table_name="event")
    for name in reversed(ADDED):
        op.drop_column("event", name)
    op.drop_index(op.f("ix_picture_used"), table_name="picture")
    op.drop_table("picture")
