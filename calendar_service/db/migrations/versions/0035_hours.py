"""Each date says at which hour it begins, so that lists and the map look up no date for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

FACETS = ("free", "outdoors", "format", "age_from", "age_to", "only_online")
DATE = ("start_utc", "id", "end_utc", "event_id", "venue_id")
SHOWN = {
    "ix_occurrence_shown": (*DATE, "first_day", "several_days", "host_id", *FACETS),
    "ix_occurrence_host_id": ("host_id", *DATE, *FACETS),
}
BEGINNING = {
    "sqlite": "CAST(strftime('%H', start) AS INTEGER)",
    "postgresql": "extract(hour FROM start)",
}


def upgrade() -> None:
    """Bring the schema up."""
    _drop_indexes()
    op.add_column("occurrence", sa.Column("hour", sa.Integer(), nullable=True))
    hour = BEGINNING[op.get_bind().dialect.name]
    op.execute(f"UPDATE occurrence SET hour = {hour} WHERE all_day IS NOT TRUE")  # noqa: S608 - both stand above
    _create_indexes("hour")


def downgrade() -> None:
    """Take it back."""
    _drop_indexes()
    op.drop_column("occurrence", "hour")
    _create_indexes()


def _drop_indexes() -> None:
    for name in SHOWN:
        op.drop_index(name, table_name="occurrence")


def _create_indexes(*more: str) -> None:
    for name, columns in SHOWN.items():
        op.create_index(
            name, "occurrence", [*columns, *more],
            sqlite_where=sa.text("shown IS 1"), postgresql_where=sa.text("shown IS true"),
        )  # fmt: skip
