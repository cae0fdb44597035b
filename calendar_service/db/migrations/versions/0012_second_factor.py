"""The second factor of officers, when a session last proved who is there, and rules that the network sets itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    instant = columns.UtcDateTime(timezone=True)
    op.create_table(
        "second_factor",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.String(length=200), nullable=False),
        sa.Column("created", instant, nullable=False),
        sa.Column("confirmed", instant, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_second_factor_officer_id_officer")),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("used", instant, nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_recovery_code_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_officer_id", "recovery_code", ["officer_id"], unique=False)
    op.create_table(
        "network_rule",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("since", instant, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_network_rule")),
    )
    op.add_column("sign_in", sa.Column("proved", instant, nullable=True))
    op.add_column("sign_in", sa.Column("waits_until", instant, nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("sign_in", "waits_until")
    op.drop_column("sign_in", "proved")
    op.drop_table("network_rule")
    op.drop_index("ix_recovery_code_officer_id", table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
