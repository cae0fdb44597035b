"""The morning's digest of an officer: what happened to her districts since the last one, as much as she wants of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import news as queries
from calendar_service.db.queries.people import officers
from calendar_service.domain.errors import NotFound
from calendar_service.domain.mail import Message, MessageKind
from calendar_service.domain.network.news import IN_CONCERT, MUTABLE, News
from calendar_service.domain.people import Officer
from calendar_service.domain.times.moments import local_day, to_utc
from calendar_service.services.mails.mailing import Owed
from calendar_service.services.mails.reminding import AHEAD
from calendar_service.services.news import telling

HOUR = time(7, 30)
WORTH = timedelta(hours=10)
"""Until the office closes; what was not mailed by then waits for the next morning's."""
REACH = timedelta(days=4)
"""How far back a digest looks when there was none in between: over a long weekend."""
LINES = 40
"""What one digest shows; the rest is on the desk."""


def due(session: Session, *, now: datetime) -> list[Owed]:
    """The digests that fall due until ten minutes from now, in the morning of each zone, and that nobody owes yet."""
    return [owed for zone in queries.zones(session) for owed in _due_in(session, zone, now=now)]


def _due_in(session: Session, zone: str, *, now: datetime) -> Iterable[Owed]:
    day = local_day(now + AHEAD, zone)
    falls = to_utc(datetime.combine(day, HOUR), zone)
    if falls > now + AHEAD or now >= falls + WORTH:
        return
    window = {"since": falls - REACH, "until": falls}
    for officer in queries.officers_with_news(session, zone=zone, day=day.isoformat(), **window):
        last = queries.last_digest_due(session, officer, until=falls)
        since = max(last or falls - REACH, falls - REACH)
        if since < falls and _items(session, officer, since=since, until=falls):
            yield _owed(officer, day, since=since, falls=falls)


def _owed(officer: Officer, day: date, *, since: datetime, falls: datetime) -> Owed:
    window = {"since": since.isoformat(), "until": falls.isoformat()}
    return Owed(
        kind=MessageKind.NEWS, address=officer.address, language=officer.language, due=falls, expires=falls + WORTH,
        about={"officer": officer.id, **window}, more=day.isoformat(),
    )  # fmt: skip


def _items(session: Session, officer: Officer, *, since: datetime, until: datetime) -> Sequence[Told]:
    """What she is told, the latest first: each thing once, nothing of her own doing, nothing that she switched off."""
    mine = [each.district_id for each in officer.memberships]
    wanted = telling.wanted(session, officer.id)
    found = queries.news_between(session, mine, since=since, until=until, kinds=wanted) if wanted else ()
    return together([each for each in found if each.by_id != officer.id and telling.may_be_told(each)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line: a piece of news, and the names of the other districts that did the same thing."""

    news: News
    also: Sequence[str] = ()


def together(news: Iterable[News]) -> Sequence[Told]:
    """Of several alike (an event that changed three times) the first; what several districts did, and said nothing
    with it, is one line.
    """
    found: dict[tuple[object, ...], dict[int | None, News]] = {}
    for each in news:
        whose = None if each.kind in IN_CONCERT and not each.text else each.by_district_id
        alike = found.setdefault((each.kind, each.event_id, each.cluster_id, whose, _apart(each)), {})
        alike.setdefault(each.by_district_id, each)
    return [_line(list(alike.values())) for alike in found.values()]


def _line(alike: Sequence[News]) -> Told:
    first, *others = alike
    return Told(news=first, also=[each.by_district.name for each in others if each.by_district])


def _apart(news: News) -> object:
    """What is about neither an event nor a cluster is about itself."""
    return None if news.event_id or news.cluster_id else news.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What one digest says, and how much more there is on the desk."""

    officer: Officer
    items: Sequence[Told]
    more: int


def stale(session: Session, messages: Sequence[Message], *, now: datetime) -> Mapping[int, str]:
    """Digests of who has no account any more, or with nothing left to say (M13)."""
    del now
    return {each.id: "nothing-to-say" for each in messages if _briefing(session, each) is None}


def content(session: Session, messages: Sequence[Message], *, now: datetime) -> Briefing:
    """What the mail for a message says; it is not stale."""
    del now
    found = _briefing(session, messages[0])
    assert found is not None, "looked at in the same transaction"  # noqa: S101
    return found


def _briefing(session: Session, message: Message) -> Briefing | None:
    try:
        officer = officers.officer_by_id(session, message.about["officer"])
    except NotFound:
        return None
    if officer.deactivated:
        return None
    window = {name: datetime.fromisoformat(message.about[name]) for name in ("since", "until")}
    items = _items(session, officer, **window)
    return Briefing(officer=officer, items=items[:LINES], more=max(0, len(items) - LINES)) if items else None


def unseen(session: Session, officer: Officer, *, now: datetime, limit: int) -> Sequence[Told]:
    """What is new on the desk: all of the last days that she has not put away, also what she does not want by mail."""
    known = queries.readers(session, [officer.id]).get(officer.id)
    since = max(known.seen, now - REACH * 4) if known and known.seen else now - REACH * 4
    mine = [each.district_id for each in officer.memberships]
    found = queries.news_between(session, mine, since=since, until=now, kinds=MUTABLE)
    return together([each for each in found if each.by_id != officer.id and telling.may_be_told(each)])[:limit]
