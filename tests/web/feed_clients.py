"""Clients of feeds, for tests: more processes over the same data, and a database that goes away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
from flask.testing import FlaskClient
from psycopg.sql import SQL, Identifier
from sqlalchemy import text
from werkzeug.test import TestResponse

from calendar_service.app import create_app
from calendar_service.db.engine import Database
from calendar_service.services.house import House
from tests.web.conftest import Browser

DISTRICT = "/feeds/districts/barranco.ics"
EVERYWHERE = ["/feeds/all.ics", DISTRICT, "/feeds/clusters/malecon.ics", "/feeds/selection.ics?free=1"]


def another_process(house: House) -> Browser:
    """The same service started once more, over the same data."""
    app = create_app(house)
    app.test_client_class = Browser
    found = app.test_client()
    assert isinstance(found, Browser)
    return found


def settled(client: FlaskClient, path: str) -> TestResponse:
    """The answer once the version is stored and the copy is kept: from the third on nothing is composed."""
    client.get(path)
    client.get(path)
    client.application.extensions["press"].finish()
    return client.get(path)


@contextmanager
def away(database: Database) -> Iterator[None]:
    """The database is gone: PostgreSQL lets nobody in, SQLite has lost what it is asked for."""
    take, bring_back = _sqlite_gone(database) if database.is_sqlite else _postgresql_gone(database)
    take()
    try:
        yield
    finally:
        bring_back()


def _sqlite_gone(database: Database) -> tuple[Callable[[], None], Callable[[], None]]:
    def rename(before: str, after: str) -> None:
        with database.deed() as session:
            session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))

    return partial(rename, "feed_version", "elsewhere"), partial(rename, "elsewhere", "feed_version")


def _postgresql_gone(database: Database) -> tuple[Callable[[], None], Callable[[], None]]:
    name = database.engine.url.database or ""

    def admit(*, anybody: bool) -> None:
        url = database.engine.url.set(drivername="postgresql", database="postgres")
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as admin:
            admin.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(Identifier(name), anybody))
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    return partial(admit, anybody=False), partial(admit, anybody=True)
