"""`source`: calendars elsewhere that are brought in every hour."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from calendar_service.cli.opening import done, opened, terminal_words
from calendar_service.cli.places import known_district
from calendar_service.cli.terminal import Refused, WrongUse, give
from calendar_service.db.queries.importing.sources import due_sources
from calendar_service.domain.events import Status
from calendar_service.domain.sources import Source
from calendar_service.fetching.download import Fetcher, agent_of
from calendar_service.services.auditing import OPERATOR
from calendar_service.services.house import House
from calendar_service.services.importing import sources
from calendar_service.services.importing.pulling import Pulled, pull
from calendar_service.services.importing.report import Outcome
from calendar_service.words import Words


def add_source(parser: ArgumentParser) -> None:
    deeds = parser.add_subparsers(metavar="DEED", required=True)
    add = _deed(deeds, "add", _add, "bring in a calendar elsewhere from now on")
    add.add_argument("url", metavar="URL", help="http, https or webcal")
    add.add_argument("--district", required=True, metavar="SLUG", help="whose events they become")
    add.add_argument(
        "--status", choices=[str(each) for each in sources.ARRIVING], default=str(Status.DRAFT),
        help="as what they arrive (default: draft, for an officer to look through)",
    )  # fmt: skip
    _deed(deeds, "list", _list, "how they fare")
    fetch = _deed(deeds, "pull", _pull, "ask those that are due, or the ones named")
    fetch.add_argument("ids", nargs="*", type=int, metavar="ID", help="as the list numbers them")
    fetch.add_argument("--all", action="store_true", help="all of them, due or not")
    fetch.add_argument("--whatever-goes", action="store_true", help="take a file in that takes much away")
    remove = _deed(deeds, "remove", _remove, "bring one in no more; its events stay")
    remove.add_argument("id", type=int, metavar="ID")


def _deed(deeds: Any, name: str, do: Any, says: str) -> ArgumentParser:  # noqa: ANN401 - argparse's own
    parser: ArgumentParser = deeds.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    parser.add_argument("--json", action="store_true", default=SUPPRESS, help="give the result as JSON")
    parser.set_defaults(do=do)
    return parser


def _add(given: Namespace) -> int:
    with opened() as house:
        district, now = known_district(house, given.district), house.now()
        source = done(house, lambda session: sources.add(
            session, given.url, district=district, status=Status(given.status), by=OPERATOR, now=now,
        ))  # fmt: skip
        give(given, _plain(source, terminal_words(house)), f"{source.id}  {source.address}")
    return 0


def _remove(given: Namespace) -> int:
    with opened() as house:
        now = house.now()
        source = done(house, lambda session: sources.remove(session, given.id, by=OPERATOR, now=now))
        give(given, {"removed": given.id}, f"{source.address}: its events stay.")
    return 0


def _list(given: Namespace) -> int:
    with opened() as house:
        with house.reading() as session:
            found = sources.listed(session)
        words = terminal_words(house)
        give(given, [_plain(each, words) for each in found], _lines(found, words, now=house.now()))
    return 0


def _pull(given: Namespace) -> int:
    if given.whatever_goes and not given.ids:
        raise WrongUse("--whatever-goes needs the numbers of the sources that it is meant for.")
    with opened() as house:
        pulled = [each for each in _pulled(house, given) if each is not None]
        words = terminal_words(house)
        give(given, [_plain(each.source, words) for each in pulled], _said(pulled, words))
    return 0 if all(each.is_well for each in pulled) else 1


def _pulled(house: House, given: Namespace) -> Iterator[Pulled | None]:
    fetch = Fetcher(agent=agent_of(house.settings.base_url))
    for number in _wanted(house, given):
        yield pull(house, number, fetch=fetch, now=house.now(), whatever_goes=given.whatever_goes)


def _wanted(house: House, given: Namespace) -> Sequence[int]:
    with house.reading() as session:
        every = [each.id for each in sources.listed(session)]
        due = due_sources(session, house.now())
    if unknown := sorted(set(given.ids) - set(every)):
        raise Refused(f"There is no source {' or '.join(map(str, unknown))}.")
    return given.ids or (every if given.all else due)


def _plain(source: Source, words: Words) -> dict[str, Any]:
    return {
        "id": source.id, "district": source.district.slug, "address": source.address, "status": source.status,
        "fetched": source.fetched, "asked": source.asked, "due": source.due, "failures": source.failures,
        "problem": words.sentence(source.problem, **source.values) if source.problem else None, **source.report,
    }  # fmt: skip


def _lines(found: Sequence[Source], words: Words, *, now: datetime) -> Iterator[str]:
    if not found:
        yield "None."
    for each in found:
        yield f"{each.id:>4}  {each.district.slug:<24} {_age(each, now):<16} {each.address}"
        yield from _troubles(each, words)


def _age(source: Source, now: datetime) -> str:
    """How old what we have of it is."""
    if source.fetched is None:
        return "never fetched"
    hours = int((now - source.fetched).total_seconds() // 3600)
    return f"{hours // 24} d old" if hours >= 48 else f"{hours} h old"  # noqa: PLR2004 - two days


def _troubles(source: Source, words: Words) -> Iterator[str]:
    if source.problem:
        yield f"      {words.sentence(source.problem, **source.values)}"
    for refused in source.report.get("refused_rows", ()):
        yield f"      refused: {refused}"


def _said(pulled: Sequence[Pulled], words: Words) -> Iterator[str]:
    if not pulled:
        yield "None is due."
    for each in pulled:
        yield f"{each.source.id:>4}  {each.source.address}: {_outcome(each)}"
        yield from _troubles(each.source, words)


def _outcome(pulled: Pulled) -> str:
    if pulled.report is None:
        return "nothing new" if pulled.source.is_well else "nothing taken"
    return ", ".join(f"{pulled.report.count(each)} {each}" for each in Outcome)
