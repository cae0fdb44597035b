"""Cross-promotion: events that municipalities share with each other, and their standing agreements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "share",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposed", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("answered", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["officer.id"], name=op.f("fk_share_answered_by_id_officer")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_share_district_id_district")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_share_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["officer.id"], name=op.f("fk_share_proposed_by_id_officer")),
        sa.PrimaryKeyConstraint("event_id", "district_id", name=op.f("pk_share")),
    )
    with op.batch_alter_table("share", schema=None) as batch_op:
        batch_op.create_index("ix_share_district_id_state", ["district_id", "state"], unique=False)
    op.create_table(
        "standing_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("discipline", sa.String(length=80), nullable=False),
        sa.Column("since", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name=op.f("fk_standing_share_by_id_officer")),
        sa.ForeignKeyConstraint(["giver_id"], ["district.id"], name=op.f("fk_standing_share_giver_id_district")),
        sa.ForeignKeyConstraint(["receiver_id"], ["district.id"], name=op.f("fk_standing_share_receiver_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_share")),
        sa.UniqueConstraint("giver_id", "receiver_id", "discipline", name="uq_standing_share_pair"),
    )
    with op.batch_alter_table("standing_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_share_receiver_id"), ["receiver_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("standing_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standing_share_receiver_id"))
    op.drop_table("standing_share")
    with op.batch_alter_table("share", schema=None) as batch_op:
        batch_op.drop_index("ix_share_district_id_state")
    op.drop_table("share")
