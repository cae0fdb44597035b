"""What every poll asks lies in the order of its key: SQLite finds it in one tree instead of two."""

from __future__ import annotations

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TABLES = ("scope", "scope_change", "feed_version")


def upgrade() -> None:
    """Bring the schema up."""
    _rebuild(with_rowid=False)


def downgrade() -> None:
    """Take it back."""
    _rebuild(with_rowid=True)


def _rebuild(*, with_rowid: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in TABLES:
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_with_rowid": with_rowid}):
            pass
