"""What the municipalities of a joint event ask of each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "event_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["officer.id"], name=op.f("fk_event_request_answered_by_id_officer")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["officer.id"], name=op.f("fk_event_request_asked_by_id_officer")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_event_request_district_id_district")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_request_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_request")),
    )
    with op.batch_alter_table("event_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_request_event_id"), ["event_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("event_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_request_event_id"))
    op.drop_table("event_request")
