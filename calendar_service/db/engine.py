"""The engine and its transactions, the same for SQLite and PostgreSQL.

SQLite runs in WAL with synchronous=FULL, so that an acknowledged write survives a power cut (R1), and writers
begin with BEGIN IMMEDIATE, so that no update is lost (R4, R5; F1). PostgreSQL relies on the version columns (F2).
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pysqlite3
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.sql.selectable import GenerativeSelect

from calendar_service.db.damage.forgiving import is_unreadable, read_on
from calendar_service.db.damage.setting_aside import Aside
from calendar_service.db.kept_file import KeptFile
from calendar_service.domain.errors import Busy, Duplicate, Mendable, Overtaken, Stale
from calendar_service.domain.territory.metropolis import Installation

SAFE_SQLITE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""The first versions without the race that can corrupt a WAL database (R2, F4)."""

LONGEST_STATEMENT = 5.0
"""Seconds that one statement may take (S30); on SQLite those that read, as writers have their own limits."""
STEPS = 100_000
"""After how many steps of SQLite's machine the time is looked at."""
PAGES_KEPT = 4_000
"""Kilobytes of the file that each connection keeps, twice SQLite's own: a list over 100,000 dates looks at so much."""

READS_ALONE = ("disk is full", "readonly database")
"""How SQLite's driver says that nothing can be written for now."""
NO_ROOM = frozenset({"53100", "25006"})
"""PostgreSQL's disk_full and read_only_sql_transaction."""

BROKEN_OFF = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization_failure and deadlock_detected: of two deeds it let the other one through."""

_UNTIL = "until when a statement may run"

SHORTEST_PAUSE, SPREAD_NS = 0.001, 4_000_000
"""A writer that waits looks again after one to five milliseconds, not in step with the others."""


log = logging.getLogger(__name__)


class Session(OrmSession):
    """A session that knows the installation it works for."""

    def __init__(self, *args: Any, installation: Installation, **kwargs: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        super().__init__(*args, **kwargs)
        self.installation = installation


class Database:
    """An engine and the two ways to use it: `reading` (a snapshot, never written) and `deed` (one transaction).

    One that has `begun` elsewhere is away while its file is not there; else SQLite begins a file.
    """

    def __init__(self, url: str, *, installation: Installation, busy_timeout: float = 2.0, begun: bool = False) -> None:
        self.url = url
        self.installation = installation
        self.engine = _engine(url, busy_timeout)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.file = KeptFile(self.engine, begun=begun) if self.is_sqlite else None
        writing = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        options: dict[str, Any] = {"class_": Session, "installation": installation, "expire_on_commit": False}
        self._read = sessionmaker(self.engine, autoflush=False, **options)
        self._write = sessionmaker(writing, **options)
        # SQLite's own wait for its lock is blind and unfair; within a process writers queue here instead.
        self._writers = threading.Lock()
        self._busy_timeout = busy_timeout
        self.aside = Aside(self.engine)
        for sessions in (self._read, self._write):
            self.aside.watch(sessions)
        if self.file:
            self.file.tell(self.aside.forget)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads; it is rolled back. Raises Busy when the database is away."""
        with _domain_errors(), self._read() as session:
            yield session

    @contextmanager
    def deed(self) -> Iterator[Session]:
        """A transaction that commits when the block ends well, and leaves nothing behind when it does not.

        Raises Stale, Duplicate or Busy for what the database refused, Overtaken where the deed is to be done again.
        """
        with _domain_errors(), self.turn(), self._write() as session, session.begin():
            yield session
        self.aside.stands()

    @contextmanager
    def driver(self) -> Iterator[Any]:
        """A deed by the driver's own connection, for `prepared`: its words are not looked at."""
        with _domain_errors(), self.turn(), closing(self.engine.raw_connection()) as connection:
            driver: Any = connection.driver_connection
            with _driver_errors(self.engine, connection):
                if self.is_sqlite:
                    connection.info[_UNTIL] = math.inf
                    _begin_writing(driver, patience=self._busy_timeout)
                yield driver
                driver.commit()
        self.aside.stands()

    @contextmanager
    def rehearsal(self) -> Iterator[Session]:
        """A deed that is rolled back at its end: a preview is the same call without its effect (rule 9)."""
        with _domain_errors(), self.turn(), self._write() as session:
            yield session
            session.flush()
            session.rollback()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the other writers of this process. Raises Busy."""
        if not self.is_sqlite:
            yield
            return
        if not self._writers.acquire(timeout=self._busy_timeout):
            raise Busy("busy")
        try:
            yield
        finally:
            self._writers.release()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _domain_errors() -> Iterator[None]:
    """Turn what the database refuses into errors that a person can act on."""
    try:
        yield
    except StaleDataError as wrong:
        raise Stale from wrong
    except IntegrityError as wrong:
        raise Duplicate("duplicate") from wrong
    except PoolTimeout as wrong:
        raise Busy("busy") from wrong
    except DBAPIError as wrong:
        raise _said_by(wrong) from wrong
    except OverflowError as wrong:
        if "SQLite" not in str(wrong):
            raise  # not its driver's, which says so of a number larger than any
        raise Mendable("bad_request") from wrong


@contextmanager
def _driver_errors(engine: Engine, connection: PoolProxiedConnection) -> Iterator[None]:
    """Say in SQLAlchemy's words what its driver says, and use that connection no more."""
    errors = engine.dialect.loaded_dbapi.Error
    try:
        yield
    except errors as wrong:
        connection.invalidate()
        raise DBAPIError.instance(None, None, wrong, errors) from wrong


def _said_by(wrong: DBAPIError) -> Exception:
    """What a driver's error means to whoever asked; itself where it is ours."""
    if getattr(wrong.orig, "sqlstate", None) in BROKEN_OFF or is_unreadable(wrong.orig):
        return Overtaken()
    if getattr(wrong.orig, "sqlstate", None) in NO_ROOM or any(each in str(wrong.orig) for each in READS_ALONE):
        return Busy("no_room")
    if isinstance(wrong, OperationalError) or wrong.connection_invalidated:
        return Busy("busy")
    if isinstance(wrong, DataError):  # PostgreSQL: a text with a NUL, a number larger than any: nothing is called so
        return Mendable("bad_request")
    return wrong


def _engine(url: str, busy_timeout: float) -> Engine:
    engine = _sqlite(url, busy_timeout) if url.startswith("sqlite") else _postgresql(url, busy_timeout)
    read_on(engine)
    return engine


def _postgresql(url: str, busy_timeout: float) -> Engine:
    # no JIT: to compile a statement would cost more than any of ours takes, and wrong guesses of numbers call for it
    patience = f"-c jit=off -c statement_timeout={LONGEST_STATEMENT:.0f}s -c lock_timeout={int(busy_timeout * 1000)}ms"
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=10, max_overflow=0, pool_timeout=10,
        pool_pre_ping=True, connect_args={"connect_timeout": 3, "options": f"-c timezone=UTC {patience}"},
    )  # fmt: skip


def _sqlite(url: str, busy_timeout: float) -> Engine:
    engine = create_engine(
        url, module=pysqlite3.dbapi2, pool_size=10, max_overflow=0, pool_timeout=10,
        connect_args={"timeout": busy_timeout, "check_same_thread": False},
    )  # fmt: skip
    engine.dialect.statement_compiler = _Compiler
    _prepare_each(engine, busy_timeout)

    @event.listens_for(engine, "before_cursor_execute")
    def begin_statement(connection: Connection, *_: object) -> None:
        writes = connection.get_execution_options().get("sqlite_begin") == "IMMEDIATE"
        connection.info[_UNTIL] = math.inf if writes else time.monotonic() + LONGEST_STATEMENT

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("sqlite_begin") == "IMMEDIATE":
            _begin_writing_of(connection, patience=busy_timeout)
        else:
            _begin_reading(connection)

    return engine


class _Compiler(SQLiteCompiler):
    """Writes how many rows are wanted into the statement: where that is given beside it, SQLite looks at it to choose
    its way, and so reads the statement anew whenever it is asked.
    """

    def limit_clause(self, select: GenerativeSelect, **how: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
        return str(super().limit_clause(select, **how, literal_execute=True))  # type: ignore[no-untyped-call]


def _prepare_each(engine: Engine, busy_timeout: float) -> None:
    journal = "WAL" if wal_is_safe() else "DELETE"

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not begin by itself
        connection.set_progress_handler(lambda: time.monotonic() > record.info.get(_UNTIL, math.inf), STEPS)
        cursor = connection.cursor()
        pragmas = (f"busy_timeout={int(busy_timeout * 1000)}", f"journal_mode={journal}", "synchronous=FULL",
                   "foreign_keys=ON", "trusted_schema=OFF", f"cache_size=-{PAGES_KEPT}")  # fmt: skip
        for pragma in pragmas:
            cursor.execute("PRAGMA " + pragma)
        cursor.close()


def _begin_reading(connection: Connection) -> None:
    """BEGIN DEFERRED, of the driver itself, too: most questions of a page take little longer than to say it."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute("BEGIN DEFERRED")
    except pysqlite3.dbapi2.Error:
        connection.exec_driver_sql("BEGIN DEFERRED")


def _begin_writing_of(connection: Connection, *, patience: float) -> None:
    try:
        _begin_writing(connection.connection.driver_connection, patience=patience)
    except pysqlite3.dbapi2.Error:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # which says it in SQLAlchemy's words


def _begin_writing(driver: Any, *, patience: float) -> None:  # noqa: ANN401 - the driver's connection
    """BEGIN IMMEDIATE, asked for every few milliseconds; of the driver itself, as every deed begins with it.

    SQLite's own wait looks ten times a second at last, so that a process that writes often shuts the others out.
    """
    until = time.monotonic() + patience
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _begun(driver, last=time.monotonic() >= until):
            time.sleep(SHORTEST_PAUSE + time.monotonic_ns() % SPREAD_NS / 1e9)
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")


def _begun(driver: Any, *, last: bool) -> bool:  # noqa: ANN401 - the driver's connection
    try:
        driver.execute("BEGIN IMMEDIATE")
    except pysqlite3.dbapi2.OperationalError as wrong:
        if last or "locked" not in str(wrong):
            raise
        return False
    return True


def wal_is_safe(version: tuple[int, ...] = pysqlite3.dbapi2.sqlite_version_info) -> bool:
    """Whether an SQLite, ours by default, is free of the WAL race (R2): from 3.51.3, or a back-port of the repair."""
    return version >= SAFE_SQLITE[0] or any(version[:2] == each[:2] and version >= each for each in SAFE_SQLITE[1:])
