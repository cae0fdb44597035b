"""To which domain a mail goes, its turn among those that go there, and how many went there in a minute and a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

FILLED = {
    "sqlite": "UPDATE message SET domain = substr(folded_address, instr(folded_address, '@') + 1)",
    "postgresql": "UPDATE message SET domain = split_part(folded_address, '@', 2)",
}
QUEUE = "ix_message_state_due"


def upgrade() -> None:
    """Bring the schema up."""
    op.add_column("message", sa.Column("domain", sa.String(length=200), nullable=False, server_default=sa.text("''")))
    op.add_column("message", sa.Column("turn", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(FILLED[op.get_bind().dialect.name])
    op.drop_index(QUEUE, table_name="message")
    op.create_index(QUEUE, "message", ["state", "priority", "due", "turn"])
    op.create_table(
        "pace",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("minute", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("in_minute", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("in_day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_pace")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("pace")
    op.drop_index(QUEUE, table_name="message")
    op.create_index(QUEUE, "message", ["state", "priority", "due"])
    for name in ("turn", "domain"):
        op.drop_column("message", name)
