"""Venues that another stands for: what moved, so that it can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "venue_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name=op.f("fk_venue_merge_by_id_officer")),
        sa.ForeignKeyConstraint(["into_id"], ["venue.id"], name=op.f("fk_venue_merge_into_id_venue")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_venue_merge_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_merge")),
    )
    with op.batch_alter_table("venue_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_merge_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_venue_merge_venue_id"), ["venue_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("venue_merge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_merge_venue_id"))
        batch_op.drop_index(batch_op.f("ix_venue_merge_at"))
    op.drop_table("venue_merge")
