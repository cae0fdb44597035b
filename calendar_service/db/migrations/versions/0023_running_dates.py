"""What runs already is found in the index alone: of what lasts several days it says the beginning, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NAME = "ix_occurrence_lasting"


def upgrade() -> None:
    """Bring the schema up."""
    _index("end_utc", "start_utc")


def downgrade() -> None:
    """Take it back."""
    _index("end_utc")


def _index(*columns: str) -> None:
    op.drop_index(NAME, table_name="occurrence")
    op.create_index(
        NAME, "occurrence", list(columns), sqlite_where=sa.text("several_days IS 1"),
        postgresql_where=sa.text("several_days IS true"),
    )  # fmt: skip
