"""Brings a database's schema up, under a lock, so that two processes starting together migrate once (R11).

Alembic is loaded when there is something to migrate; that the schema is today's, which every process asks, is known
without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from calendar_service.db.engine import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic.config import Config

FOLDER = Path(__file__).resolve().parent / "migrations"
LOCK = 0x43414C31
"""The key of PostgreSQL's advisory lock for migrations: "CAL1"."""


class NewerSchema(RuntimeError):
    """The database was made by a newer version of this code: one sentence, exit code 1."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"the database has schema {revision}, which is newer than this version of the service knows")


def upgrade(database: Database, *, to: str = "head") -> bool:
    """Bring the schema up; whether anything was done. Raises NewerSchema."""
    from alembic.command import upgrade as up

    return _run(database, up, to)


def downgrade(database: Database, *, to: str) -> bool:
    """Take the schema back to a revision (`base` for none)."""
    from alembic.command import downgrade as down

    return _run(database, down, to)


def is_current(database: Database) -> bool:
    """Whether the schema is the one that this code knows."""
    with database.engine.connect() as connection:
        return _revision(connection) == revisions()[-1]


def revision_of(database: Database) -> str | None:
    """Which schema a database has; None for none at all."""
    with database.engine.connect() as connection:
        return _revision(connection)


def is_known(revision: str | None) -> bool:
    """Whether a schema is this version's, or an older one that it can bring up."""
    return revision is None or revision in revisions()


def revisions() -> Sequence[str]:
    """The schemas that this code knows, oldest first: migrations are named by the number of theirs."""
    return sorted(each.name.partition("_")[0] for each in (FOLDER / "versions").glob("[0-9]*_*.py"))


def _run(database: Database, direction: object, to: str) -> bool:
    engine = database.engine.execution_options(sqlite_begin="IMMEDIATE")
    with engine.connect() as connection, _foreign_keys_off(connection), connection.begin():
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # another process may be at it for long
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        before = _revision(connection)
        _refuse_newer(before)
        config = _config()
        config.attributes["connection"] = connection
        direction(config, to)  # type: ignore[operator]
        return _revision(connection) != before


class _foreign_keys_off:  # noqa: N801 - reads as the context manager it is
    """SQLite rebuilds a table to alter it, which only works while foreign keys are not enforced."""

    def __init__(self, connection: Connection) -> None:
        self.cursor = connection.connection.cursor() if connection.dialect.name == "sqlite" else None

    def __enter__(self) -> None:
        if self.cursor:
            self.cursor.execute("PRAGMA foreign_keys=OFF")

    def __exit__(self, *_: object) -> None:
        if self.cursor:
            self.cursor.execute("PRAGMA foreign_keys=ON")


def _refuse_newer(revision: str | None) -> None:
    if revision is not None and not is_known(revision):
        raise NewerSchema(revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
