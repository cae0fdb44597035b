"""What officers are told, what they do not want to be told by mail, and what they have seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from calendar_service.domain import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_district_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_news_district_id_district")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_news_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_news_cluster_id_cluster"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name=op.f("fk_news_by_id_officer")),
        sa.ForeignKeyConstraint(["by_district_id"], ["district.id"], name=op.f("fk_news_by_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
    )
    for name, keys in INDEXES.items():
        op.create_index(name, "news", keys, unique=False)
    op.create_table(
        "news_reader",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("muted", columns.Words(), nullable=False),
        sa.Column("seen", columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_news_reader_officer_id_officer")),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_news_reader")),
    )


INDEXES = {
    "ix_news_district_id_at": ["district_id", "at"], "ix_news_at": ["at"], "ix_news_event_id": ["event_id"],
    "ix_news_cluster_id": ["cluster_id"],
}  # fmt: skip


def downgrade() -> None:
    """Take it back."""
    op.drop_table("news_reader")
    for name in INDEXES:
        op.drop_index(name, table_name="news")
    op.drop_table("news")
