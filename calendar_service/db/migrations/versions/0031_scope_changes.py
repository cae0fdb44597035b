"""Which events a scope was raised for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "scope_change",
        sa.Column("scope_key", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["scope_key"], ["scope.key"], name=op.f("fk_scope_change_scope_key_scope")),
        sa.PrimaryKeyConstraint("scope_key", "revision", "event_id", name=op.f("pk_scope_change")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("scope_change")
