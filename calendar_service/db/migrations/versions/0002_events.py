"""Events, their dates and their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "former_slug",
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_former_slug")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("hold_shows", sa.String(length=80), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(length=80), nullable=False),
        sa.Column("start", sa.DateTime(), nullable=False),
        sa.Column("end", sa.DateTime(), nullable=True),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("timezone", sa.String(length=200), nullable=False),
        sa.Column("rrule", sa.Text(), nullable=True),
        sa.Column("rdates", columns.WallClocks(), nullable=False),
        sa.Column("exdates", columns.WallClocks(), nullable=False),
        sa.Column("format", sa.String(length=80), nullable=True),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("free", sa.Boolean(), nullable=False),
        sa.Column("price", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=80), nullable=False),
        sa.Column("price_text", sa.String(length=200), nullable=False),
        sa.Column("booking_url", sa.Text(), nullable=False),
        sa.Column("languages", columns.Words(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("place_note", sa.String(length=200), nullable=False),
        sa.Column("online_url", sa.Text(), nullable=False),
        sa.Column("outdoors", sa.Boolean(), nullable=True),
        sa.Column("public_space", sa.Boolean(), nullable=True),
        sa.Column("expected_attendance", sa.Integer(), nullable=True),
        sa.Column("internal_note", sa.Text(), nullable=False),
        sa.Column("source_key", sa.String(length=200), nullable=True),
        sa.Column("source_uid", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.String(length=200), nullable=True),
        sa.Column("searchable", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("schedule_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_modified", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("first_published", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sequence >= 0 AND schedule_version >= 0", name=op.f("ck_event_counters_rise")),
        sa.ForeignKeyConstraint(["host_id"], ["district.id"], name=op.f("fk_event_host_id_district")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_event_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_slug")),
        sa.UniqueConstraint("source_key", "source_uid", name="uq_event_source"),
        sa.UniqueConstraint("uid", name=op.f("uq_event_uid")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_host_id_status", ["host_id", "status"], unique=False)
        batch_op.create_index("ix_event_last_modified", ["last_modified"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_venue_id"), ["venue_id"], unique=False)
    op.create_table(
        "event_term",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_term_event_id_event")),
        sa.PrimaryKeyConstraint("event_id", "kind", "slug", name=op.f("pk_event_term")),
    )
    with op.batch_alter_table("event_term", schema=None) as batch_op:
        batch_op.create_index("ix_event_term_kind_slug", ["kind", "slug", "event_id"], unique=False)
    op.create_table(
        "host",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["officer.id"], name=op.f("fk_host_asked_by_id_officer")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_host_district_id_district")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_host_event_id_event")),
        sa.PrimaryKeyConstraint("event_id", "district_id", name=op.f("pk_host")),
    )
    with op.batch_alter_table("host", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_host_district_id"), ["district_id"], unique=False)
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("recurrence_id", sa.String(length=80), nullable=False),
        sa.Column("start", sa.DateTime(), nullable=False),
        sa.Column("end", sa.DateTime(), nullable=True),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("start_utc", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("end_utc", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("several_days", sa.Boolean(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_occurrence_district_id_district")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_occurrence_event_id_event")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_occurrence_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("event_id", "recurrence_id", name="uq_occurrence_event_id_recurrence_id"),
    )
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.create_index("ix_occurrence_district_id", ["district_id", "start_utc"], unique=False)
        batch_op.create_index("ix_occurrence_end_utc", ["end_utc"], unique=False)
        batch_op.create_index("ix_occurrence_first_day", ["first_day", "last_day"], unique=False)
        batch_op.create_index(
            "ix_occurrence_lasting",
            ["end_utc"],
            unique=False,
            sqlite_where=sa.text("several_days IS 1"),
            postgresql_where=sa.text("several_days IS true"),
        )
        batch_op.create_index("ix_occurrence_start_utc", ["start_utc", "id"], unique=False)
        batch_op.create_index("ix_occurrence_venue_id", ["venue_id", "start_utc"], unique=False)
    op.create_table(
        "override",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("recurrence_id", sa.String(length=80), nullable=False),
        sa.Column("start", sa.DateTime(), nullable=True),
        sa.Column("end", sa.DateTime(), nullable=True),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_override_event_id_event")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_override_venue_id_venue")),
        sa.PrimaryKeyConstraint("event_id", "recurrence_id", name=op.f("pk_override")),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=80), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_revision_district_id_district")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_revision_event_id_event")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_revision_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("event_id", "number", name="uq_revision_event_id_number"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("revision")
    op.drop_table("override")
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.drop_index("ix_occurrence_venue_id")
        batch_op.drop_index("ix_occurrence_start_utc")
        batch_op.drop_index(
            "ix_occurrence_lasting",
            sqlite_where=sa.text("several_days IS 1"),
            postgresql_where=sa.text("several_days IS true"),
        )
        batch_op.drop_index("ix_occurrence_first_day")
        batch_op.drop_index("ix_occurrence_end_utc")
        batch_op.drop_index("ix_occurrence_district_id")
    op.drop_table("occurrence")
    with op.batch_alter_table("host", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_host_district_id"))
    op.drop_table("host")
    with op.batch_alter_table("event_term", schema=None) as batch_op:
        batch_op.drop_index("ix_event_term_kind_slug")
    op.drop_table("event_term")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_venue_id"))
        batch_op.drop_index("ix_event_last_modified")
        batch_op.drop_index("ix_event_host_id_status")
    op.drop_table("event")
    op.drop_table("former_slug")
