"""`check`: whether this installation is well, part by part; exit code 1 if anything is not."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from sqlalchemy.exc import DBAPIError

from calendar_service.cli.mails.dns_records import resolvers, texts
from calendar_service.cli.mails.records import records_of
from calendar_service.cli.opening import furnished
from calendar_service.cli.terminal import give
from calendar_service.config.reading import read_settings
from calendar_service.config.settings import Settings
from calendar_service.db.engine import wal_is_safe
from calendar_service.db.queries.syndication.feeds import BrokenEvent
from calendar_service.domain.errors import Busy
from calendar_service.mail.phases import Timeouts
from calendar_service.mail.wire import PostOffice
from calendar_service.services.house import House
from calendar_service.services.mails.sending.delivering import WireTrouble
from calendar_service.services.mails.sending.pacing import pacing_of
from calendar_service.services.upkeep import postmaster
from calendar_service.services.upkeep.condition import Part, damaged, listed_wrongly, look, unusable

TIMEOUTS = Timeouts(connect=5, command=10)
MOST_NAMED = 50
"""Damaged events that are named; the metric counts them all."""

Found = tuple[str, bool, str]
"""A part, whether it is well, and what is said of it."""


def add_check(parser: ArgumentParser) -> None:
    parser.set_defaults(do=_check)


def _check(given: Namespace) -> int:
    house = furnished(read_settings())
    try:
        found = list(_parts(house))
        broken = _damaged(house) if _has_tables(found) else []
        if _has_tables(found):
            found += [*_post(house), _feeds(broken), _lists(house), *_rows(house)]
    finally:
        house.database.dispose()
    well = all(each[1] for each in found)
    parts = [{"part": part, "well": fine, "says": says} for part, fine, says in found]
    lines = [f"{'well' if fine else 'UNWELL':<8}{part:<10}{says}" for part, fine, says in found]
    lines += [f"{'':<8}{'':<10}{each.district}: {each.slug} ({each.uid}): {each.problem}" for each in broken]
    give(given, {"well": well, "parts": parts, "damaged": [each._asdict() for each in broken]}, lines)
    return 0 if well else 1


def _has_tables(found: Iterable[Found]) -> bool:
    return all(well for part, well, _ in found if part in (Part.SCHEMA, Part.DATABASE))


def _damaged(house: House) -> Sequence[BrokenEvent]:
    try:
        return damaged(house, limit=MOST_NAMED)
    except Busy:  # said by its own part
        return ()


def _post(house: House) -> Iterator[Found]:
    """Whether mails go out, and how many come back."""
    now = house.now()
    with suppress(Busy), house.reading() as session:  # busy: said by its own part
        yield "queue", *postmaster.queue(session, pacing=pacing_of(house), now=now)
        yield "returns", *postmaster.returns(session, now=now)


def _feeds(broken: Sequence[BrokenEvent]) -> Found:
    """Whether every public event stands in its feeds."""
    if not broken:
        return "feeds", True, "hold every public event"
    many = f"{len(broken)} or more" if len(broken) == MOST_NAMED else len(broken)
    return "feeds", False, f"leave out damaged events, until whoever hosts them saves them anew: {many}"


def _lists(house: House) -> Found:
    """Whether lists find every event by what it says."""
    try:
        wrong = listed_wrongly(house, limit=MOST_NAMED)
    except Busy:  # said by its own part
        wrong = ()
    if not wrong:
        return "lists", True, "find every event by what it says"
    return "lists", False, f"find by what these said before, until they are edited: {', '.join(wrong)}"


def _rows(house: House) -> Iterator[Found]:
    """Whether every row can be used."""
    with suppress(DBAPIError):  # said by its own part
        damaged_rows = unusable(house, limit=MOST_NAMED)
        named = ", ".join(f"{each.table} {each.number} ({each.columns})" for each in damaged_rows)
        yield "rows", not named, f"cannot be used, until they are mended: {named}" if named else "can all be used"


def _parts(house: House) -> Iterator[Found]:
    yield "settings", True, f"served at {house.settings.base_url}, data in {house.settings.data_dir}"
    for each in look(house, now=house.now()):
        yield str(each.part), each.well, each.says
    if house.database.is_sqlite:
        yield "sqlite", wal_is_safe(), "is new enough" if wal_is_safe() else "can damage a database in WAL mode"
    yield _mail(house)
    if house.settings.mail and not house.settings.is_loopback:
        yield from _records(house.settings)


def _records(settings: Settings) -> Iterator[Found]:
    domain, returns = (each.rpartition("@")[2] for each in (settings.mail_from, settings.mail_bounces))
    return records_of(domain, lambda name: texts(name, servers=resolvers()), returns=returns or domain)


def _mail(house: House) -> Found:
    settings = house.settings
    if settings.mail is None:
        well = settings.is_loopback
        return "mail", well, f"no mail server is set: mails become files in {settings.data_dir / 'mail'}"
    where = f"{settings.mail.host}:{settings.mail.port}"
    try:
        PostOffice(settings.mail, sender=settings.mail_from, timeouts=TIMEOUTS).knock()
    except WireTrouble as trouble:
        return "mail", False, f"{where}: {trouble.said}"
    return "mail", True, f"{where} lets us in"
