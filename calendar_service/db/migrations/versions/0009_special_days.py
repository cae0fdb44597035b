"""The special days that officers add."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "special_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("yearly", sa.Boolean(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("created", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("removed", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["officer.id"], name=op.f("fk_special_day_added_by_id_officer")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_special_day_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_day")),
    )
    with op.batch_alter_table("special_day", schema=None) as batch_op:
        batch_op.create_index("ix_special_day_day", ["day"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("special_day", schema=None) as batch_op:
        batch_op.drop_index("ix_special_day_day")
    op.drop_table("special_day")
