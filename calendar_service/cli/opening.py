"""Opens the house for a command, and says in one sentence why it cannot be opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from calendar_service.cli.terminal import Away, Refused, say
from calendar_service.config.reading import read_settings, unknown_settings
from calendar_service.config.refusing import BadSetting
from calendar_service.config.settings import Settings
from calendar_service.db.engine import Session, wal_is_safe
from calendar_service.db.upgrading import NewerSchema, is_current, upgrade
from calendar_service.domain.errors import Busy, DomainError, Invalid, Overtaken
from calendar_service.domain.territory.files import BadMetropolis
from calendar_service.services.again import again
from calendar_service.services.house import House, open_house
from calendar_service.words import Words
from calendar_service.words import words as words_of

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds that a command waits for a locked database (R5)."""


@contextmanager
def opened(*, migrate: bool = False) -> Iterator[House]:
    """A house whose schema is the one this code knows; an older one is migrated if told so.

    Raises BadSetting, UnwritableFolder, Refused: whatever goes wrong inside becomes one sentence.
    """
    house = furnished(read_settings())
    try:
        with refusals(house):
            bring_up(house, migrate=migrate)
            yield house
    finally:
        house.database.dispose()


def done(house: House, deed: Callable[[Session], T]) -> T:
    """Do a deed in a transaction of its own; again where the database broke it off for another's sake (R7)."""

    def once() -> T:
        with house.deed() as session:
            return deed(session)

    return again(once)


def furnished(settings: Settings) -> House:
    """The house of these settings, not connected to its database yet. Raises BadSetting."""
    for name in unknown_settings(os.environ):
        say(f"{name}: there is no such setting; it is not heeded.")
    try:
        return open_house(settings, busy_timeout=PATIENCE)
    except BadMetropolis as wrong:
        raise BadSetting(f"CALENDAR_METROPOLIS: {wrong}") from wrong
    except ArgumentError as wrong:
        raise BadSetting("CALENDAR_DATABASE_URL: this address cannot be read") from wrong


def bring_up(house: House, *, migrate: bool) -> bool:
    """See that the schema is today's; whether it was changed. Raises Refused, NewerSchema."""
    if house.database.is_sqlite and not wal_is_safe():
        say("This SQLite can damage a database in WAL mode, so a slower journal is used; install a newer one.")
    if is_current(house.database):
        return False
    if not migrate:
        raise Refused("The database has no schema, or an older one: run `calendar-service migrate` first.")
    return upgrade(house.database)


def check_not_lost(house: House) -> None:
    """Raise Away where the feeds of a database are kept and its file is gone, as when a disk is not mounted: a new,
    empty one would empty every calendar that follows.
    """
    file = house.database.engine.url.database
    if house.database.is_sqlite and file and not Path(file).exists() and has_copies(house):
        raise Away(
            f"CALENDAR_DATABASE_URL: {file} is gone, and copies of its feeds are here. Bring it back "
            "(`calendar-service restore`), or begin anew with `calendar-service migrate`."
        )


def has_copies(house: House) -> bool:
    """Whether there are copies of feeds that can be given without a database (R13)."""
    return any((house.settings.data_dir / "feeds" / "named").glob("*"))


@contextmanager
def refusals(house: House) -> Iterator[None]:
    """Turn what services and the database refuse into one sentence."""
    try:
        yield
    except NewerSchema as wrong:
        raise Refused(f"CALENDAR_DATABASE_URL: {wrong}; install the newer version.") from wrong
    except Busy as wrong:
        raise Away("\n".join(sentences(house, wrong))) from wrong
    except DomainError as wrong:
        raise Refused("\n".join(sentences(house, wrong))) from wrong
    except Overtaken as wrong:
        raise Away("\n".join(sentences(house, Busy("busy")))) from wrong
    except OperationalError as wrong:
        raise Away(f"CALENDAR_DATABASE_URL: the database cannot be used ({_reason(wrong)})") from wrong
    except DatabaseError as wrong:
        if "not a database" not in str(wrong.orig):
            raise
        raise Refused("CALENDAR_DATABASE_URL: that file is not a database") from wrong


def _reason(wrong: OperationalError) -> str:
    """The driver's own first line: it names host and port, never the password."""
    return str(wrong.orig).strip().splitlines()[0] if wrong.orig else "no reason given"


def sentences(house: House, wrong: DomainError) -> list[str]:
    """What a person can act on: a sentence, or one for each field."""
    words = terminal_words(house)
    if isinstance(wrong, Invalid):
        return [f"{each.field}: {words.sentence(each.code, **each.values)}" for each in wrong.problems]
    return [words.sentence(wrong.code, **wrong.values)]


def terminal_words(house: House) -> Words:
    """The words of whoever sits at the terminal (LC_ALL, LC_MESSAGES, LANG), English where they say nothing."""
    spoken = house.metropolis.languages
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    language = named.partition("_")[0].lower()
    if language not in spoken:
        language = "en" if "en" in spoken else house.metropolis.language
    return words_of(language, locale=house.metropolis.locale)
