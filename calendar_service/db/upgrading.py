"""Brings a database's schema up, under a lock, so that two processes starting together migrate once (R11)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from calendar_service.db.engine import Database

FOLDER = Path(__file__).resolve().parent / "migrations"
LOCK = 0x43414C31
"""The key of PostgreSQL's advisory lock for migrations: "CAL1"."""


class NewerSchema(RuntimeError):
    """The database was made by a newer version of this code: one sentence, exit code 1."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"the database has schema {revision}, which is newer than this version of the service knows")


def upgrade(database: Database, *, to: str = "head") -> bool:
    """Bring the schema up; whether anything was done. Raises NewerSchema."""
    return _run(database, command.upgrade, to)


def downgrade(database: Database, *, to: str) -> bool:
    """Take the schema back to a revision (`base` for none)."""
    return _run(database, command.downgrade, to)


def is_current(database: Database) -> bool:
    """Whether the schema is the one that this code knows."""
    with database.engine.connect() as connection:
        return _revision(connection) == _scripts().get_current_head()


def revision_of(database: Database) -> str | None:
    """Which schema a database has; None for none at all."""
    with database.engine.connect() as connection:
        return _revision(connection)


def is_known(revision: str | None) -> bool:
    """Whether a schema is this version's, or an older one that it can bring up."""
    return revision is None or revision in {each.revision for each in _scripts().walk_revisions()}


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
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
