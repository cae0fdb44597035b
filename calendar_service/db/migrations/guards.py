"""Tables that are only added to: the database itself refuses to change or delete a row (S44).

A later migration that rebuilds such a table on SQLite (batch_alter_table) loses its triggers: guard it again.
"""

from __future__ import annotations

from alembic import op

_ON_SQLITE = """
CREATE TRIGGER {table}_keeps_on_{deed} BEFORE {deed} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END
"""
_REFUSAL = """
CREATE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION '{table} is only added to' USING ERRCODE = 'restrict_violation'; END$$
"""
_ON_POSTGRESQL = """
CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses()
"""


def guard(table: str) -> None:
    """Let rows of a table be added only."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(_ON_SQLITE.format(table=table, deed=deed))
    else:
        op.execute(_REFUSAL.format(table=table))
        op.execute(_ON_POSTGRESQL.format(table=table))


def unguard_dropped(table: str) -> None:
    """Remove what is left of a guard after its table was dropped (the triggers went with it)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {table}_refuses()")
