"""Another address to sign in by: confirmed at the new one, taken back at the former one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=200), nullable=False),
        sa.Column("back_hash", sa.String(length=200), nullable=False),
        sa.Column("nonce", sa.String(length=200), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("former", sa.String(length=200), nullable=False),
        sa.Column("created", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_address_change_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("back_hash", name=op.f("uq_address_change_back_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_address_change_token_hash")),
    )
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_change_officer_id"), ["officer_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_change_officer_id"))
    op.drop_table("address_change")
