"""Officers' own calendars, and how many calendars follow a feed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "private_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=200), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("selection", sa.Text(), nullable=True),
        sa.Column("created", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("rotated", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_used", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_private_feed_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_private_feed_token_hash")),
    )
    with op.batch_alter_table("private_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_private_feed_officer_id"), ["officer_id"], unique=False)
    op.create_table(
        "following",
        sa.Column("scope_key", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("calendars", sa.Integer(), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("scope_key", "day", "family", name=op.f("pk_following")),
    )
    with op.batch_alter_table("following", schema=None) as batch_op:
        batch_op.create_index("ix_following_day", ["day"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("following", schema=None) as batch_op:
        batch_op.drop_index("ix_following_day")
    op.drop_table("following")
    with op.batch_alter_table("private_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_private_feed_officer_id"))
    op.drop_table("private_feed")
