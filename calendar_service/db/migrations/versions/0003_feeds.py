"""What feeds hang on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "scope",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_scope")),
    )
    op.create_table(
        "feed_version",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("scope_key", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("builder", sa.String(length=200), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("changed", columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["scope_key"], ["scope.key"], name=op.f("fk_feed_version_scope_key_scope")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_feed_version")),
    )
    with op.batch_alter_table("feed_version", schema=None) as batch_op:
        batch_op.create_index("ix_feed_version_local_day", ["local_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_feed_version_scope_key"), ["scope_key"], unique=False)
    op.create_table(
        "kept_text",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=80), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("builder", sa.String(length=200), nullable=False),
        sa.Column("starts", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_kept_text_event_id_event")),
        sa.PrimaryKeyConstraint("event_id", "variant", "part", name=op.f("pk_kept_text")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("kept_text")
    with op.batch_alter_table("feed_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_version_scope_key"))
        batch_op.drop_index("ix_feed_version_local_day")
    op.drop_table("feed_version")
    op.drop_table("scope")
