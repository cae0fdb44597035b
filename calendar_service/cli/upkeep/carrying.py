"""`carry`: the day on which the embedded database is outgrown; everything moves to PostgreSQL, and is compared."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DataError

from calendar_service.cli.opening import PATIENCE, bring_up, done, furnished, refusals
from calendar_service.cli.terminal import Refused, give, say
from calendar_service.config.keys import keys_in, secret_path
from calendar_service.config.reading import read_settings
from calendar_service.config.settings import Settings, default_database
from calendar_service.db.carrying import carry
from calendar_service.db.copies import DoubtfulCopy
from calendar_service.db.engine import Database
from calendar_service.db.queries import leases
from calendar_service.db.queries.operations import CLOCK
from calendar_service.db.upgrading import is_current
from calendar_service.services.auditing import OPERATOR, note
from calendar_service.services.house import House


def add_carry(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="SQLite's file (default: the data folder's)")
    parser.set_defaults(do=_carry)


def _carry(given: Namespace) -> int:
    settings = read_settings()
    house = furnished(settings)
    try:
        with refusals(house), _doubts(), _embedded(house, given.file) as source:
            _check_keys(settings)
            bring_up(house, migrate=True)
            counts = carry(source, house.database, told=lambda table, rows: say(f"{table}: {rows}"))
            rows = sum(counts.values())
            done(house, lambda session: note(
                session, by=OPERATOR, deed="carried", subject="database", now=house.now(), rows=rows
            ))  # fmt: skip
    finally:
        house.database.dispose()
    give(given, {"rows": rows}, f"{rows} rows carried over and compared. Start the service with these settings.")
    return 0


@contextmanager
def _embedded(house: House, file: Path | None) -> Iterator[Database]:
    """The database that is left: at rest, and with today's schema. Raises Refused."""
    url = f"sqlite:///{file.absolute()}" if file else default_database(house.settings.data_dir)
    path = Path(url.removeprefix("sqlite:///"))
    if url == house.settings.database_url:
        raise Refused("CALENDAR_DATABASE_URL: name the database that everything goes to; the data folder's is left.")
    if not path.exists():
        raise Refused(f"{path} is not there.")
    source = Database(url, installation=house.installation, busy_timeout=PATIENCE)
    try:
        if not is_current(source):
            raise Refused(f"{path} has an older schema: run `calendar-service migrate` on it first.")
        with source.reading() as session:
            if leases.is_held(session, CLOCK, now=house.now()):
                raise Refused("Stop the service first: its clock ticks, or ticked half a minute ago.")
        yield source
    finally:
        source.dispose()


def _check_keys(settings: Settings) -> None:
    """Links in mails hang on the key: another one would end them. Raises Refused."""
    path = secret_path(settings.data_dir)
    if path.exists() and not set(keys_in(path.read_bytes(), str(path))) <= set(settings.secrets):
        raise Refused(f'Keep the keys: export CALENDAR_SECRET_KEY="$(cat {path})". Links that were sent hang on them.')


@contextmanager
def _doubts() -> Iterator[None]:
    try:
        yield
    except DoubtfulCopy as wrong:
        raise Refused(f"Nothing was carried over: {wrong}.") from wrong
    except DataError as wrong:
        raise Refused(
            f"Nothing was carried over: a value is refused there ({str(wrong.orig).splitlines()[0]})."
        ) from wrong
