"""Who asked to be told, and what is owed to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "blocked_address",
        sa.Column("address_hash", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_blocked_address")),
    )
    op.create_table(
        "brake",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("until", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_brake")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("until", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("heartbeat", columns.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "mail_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "state", name=op.f("pk_mail_count")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("folded_address", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("recurrence_id", sa.String(length=80), nullable=True),
        sa.Column("schedule_version", sa.Integer(), nullable=True),
        sa.Column("lead", sa.String(length=80), nullable=True),
        sa.Column("starts", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=80), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("not_before", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("lease_until", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ambiguous", sa.Integer(), nullable=False),
        sa.Column("carried_by_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("finished", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carried_by_id"], ["message.id"], name=op.f("fk_message_carried_by_id_message")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_message_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_carried_by_id"), ["carried_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_folded_address"), ["folded_address"], unique=False)
        batch_op.create_index("ix_message_state_due", ["state", "priority", "due"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("folded_address", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("lead", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("confirm_hash", sa.String(length=200), nullable=True),
        sa.Column("confirm_expires", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("stop_hash", sa.String(length=200), nullable=False),
        sa.Column("former_stop_hash", sa.String(length=200), nullable=True),
        sa.Column("manage_hash", sa.String(length=200), nullable=False),
        sa.Column("created", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_subscription_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("confirm_hash", name=op.f("uq_subscription_confirm_hash")),
        sa.UniqueConstraint("folded_address", "scope", name="uq_subscription_scope"),
        sa.UniqueConstraint("former_stop_hash", name=op.f("uq_subscription_former_stop_hash")),
        sa.UniqueConstraint("manage_hash", name=op.f("uq_subscription_manage_hash")),
        sa.UniqueConstraint("secret", name=op.f("uq_subscription_secret")),
        sa.UniqueConstraint("stop_hash", name=op.f("uq_subscription_stop_hash")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_event_id"), ["event_id"], unique=False)
        batch_op.create_index("ix_subscription_state_kind", ["state", "kind"], unique=False)
    op.create_table(
        "timetable",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("schedule_version", sa.Integer(), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("kept", columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_timetable_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "schedule_version", name=op.f("pk_timetable")),
    )
    op.create_table(
        "mail_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("text_version", sa.String(length=80), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_mail_consent_subscription_id_subscription"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_consent")),
    )
    with op.batch_alter_table("mail_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_consent_subscription_id"), ["subscription_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("mail_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_consent_subscription_id"))
    op.drop_table("mail_consent")
    op.drop_table("timetable")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index("ix_subscription_state_kind")
        batch_op.drop_index(batch_op.f("ix_subscription_event_id"))
    op.drop_table("subscription")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_state_due")
        batch_op.drop_index(batch_op.f("ix_message_folded_address"))
        batch_op.drop_index(batch_op.f("ix_message_event_id"))
        batch_op.drop_index(batch_op.f("ix_message_carried_by_id"))
    op.drop_table("message")
    op.drop_table("mail_count")
    op.drop_table("lease")
    op.drop_table("brake")
    op.drop_table("blocked_address")
