"""A hard season: every oddity of time and text that an agenda may hold, in Lima and in zones with daylight saving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from calendar_service.domain.events import Event, Status
from calendar_service.domain.posting.pictures import Picture
from calendar_service.domain.times.dates import dates_of
from calendar_service.domain.times.moments import Span
from calendar_service.domain.times.recurrence import expand
from feeds.ics.calendar import Head, join
from feeds.ics.irregular import parts_of
from feeds.ics.writing import busy_texts
from feeds.wording import Wording
from tests.feeds.entries import SPANISH, a_district, a_venue, an_entry, an_override, written

HEAD = Head(
    prodid="-//Lima Cultura//Calendario 1//ES", uid_domain="calendario.limacultura.pe", key="/feeds/all.ics",
    timezone="America/Lima", name='Cultura: "todo", y más; aún', description="Línea 1\nLínea 2; ñ 🎺",
    url="https://agenda.example/", source="https://agenda.example/feeds/all.ics",
)  # fmt: skip
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 6, 1, tzinfo=UTC)
ZONES = ("America/Lima", "America/Santiago", "Europe/Madrid", "Pacific/Auckland")
SATURDAY = datetime(2026, 12, 5, 19, 30)
TWO_HOURS = timedelta(hours=2)

TITLES = (
    "Retreta", "Música; danza, teatro \\ cine", '"La Ñusta" — función única', "🎺🎭👩‍👩‍👧 familia", "á" * 90,
    "a" * 66, "a" * 67, "a" * 68, "ñ" * 33, "ñ" * 34, "👏" * 17, "BEGIN:VEVENT", "STATUS:CANCELLED", "x=y;z:w",
    "\u0645\u0648\u0633\u064a\u0642\u0649", "日本の太鼓", "100 % gratis {fecha} %(x)s", "C:\\nuevo\\temporal",
)  # fmt: skip
RULES = (
    "FREQ=DAILY;COUNT=10", "FREQ=DAILY;INTERVAL=3;UNTIL=20270315T235959", "FREQ=WEEKLY;COUNT=30",
    "FREQ=WEEKLY;BYDAY=TU,SA;UNTIL=20270630T235959", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20271001T235959",
    "FREQ=MONTHLY;COUNT=14", "FREQ=MONTHLY;BYDAY=1SA;COUNT=12", "FREQ=MONTHLY;BYDAY=-1SA;UNTIL=20271231T235959",
    "FREQ=MONTHLY;BYMONTHDAY=5;COUNT=9", "FREQ=YEARLY;COUNT=2",
)  # fmt: skip
MISREAD = (
    "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=5", "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1,3;COUNT=6",
    "FREQ=DAILY;BYMONTHDAY=5,20;COUNT=6", "FREQ=YEARLY;BYMONTH=12;BYDAY=1SA;COUNT=2",
    "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Season:
    """A body to judge and what every judge must see in it: VEVENTs, dates, and the dates of rules alone."""

    body: bytes
    events: int
    dates: list[list[str]]
    rules: list[list[str]]


def hard_season(wording: Wording = SPANISH) -> Season:
    """The whole of it as one calendar."""
    events = hard_events()
    return _season(events, [text for event in events for text in written(event, wording).values()])


def hard_events() -> list[Event]:
    """Its events, each under a name of its own."""
    return [_numbered(event, number) for number, event in enumerate(_events())]


def planned_season() -> Season:
    """As if none of what takes place were public yet, and of every other hold the hours alone might be known."""
    events = [_numbered(event, number) for number, event in enumerate(_events()) if event.status == Status.CONFIRMED]
    texts: list[str] = []
    for number, event in enumerate(events):
        event.status = Status.TENTATIVE
        texts += written(event).values() if number % 2 else busy_texts(event, SPANISH)
        event.summary = event.summary if number % 2 else ""
    return _season(events, texts)


def _season(events: list[Event], texts: list[str]) -> Season:
    zones = {event.timezone for event in events if not event.all_day}
    body = join(HEAD, map(str.encode, texts), zones=zones, year=2026).written(datetime(2026, 12, 1, tzinfo=UTC))
    dates = sorted(each for event in events for each in _expected(event))
    rules = sorted(each for event in events for each in _ruled_dates(event))
    return Season(body, sum(text.count("\r\nEND:VEVENT\r\n") for text in texts), dates, rules)


def _numbered(event: Event, number: int) -> Event:
    event.uid = f"{number:08d}-0000-4000-8000-000000000000@calendario.limacultura.pe"
    event.slug = f"evento-{number}"
    return event


def _expected(event: Event) -> Iterator[list[str]]:
    """By our own expansion: which entry, when, under which title."""
    alone = {part.recurrence_id: part.uid for part in parts_of(event)}
    for each in dates_of(event):
        uid = alone.get(each.recurrence_id, event.uid)
        cancelled = each.cancelled or event.status == Status.CANCELLED
        title = "CANCELADO" if event.withdrawn else SPANISH.summary(event, cancelled=cancelled)
        title = title if event.summary else SPANISH.busy(event)
        yield [uid, _moment(each.span), title]


def _ruled_dates(event: Event) -> Iterator[list[str]]:
    """What RRULE and EXDATE say, before any override."""
    for part in parts_of(event):
        if part.rule is not None and not event.withdrawn:
            for start in expand(start=event.start, rule=part.rule, rdates=(), exdates=event.exdates):
                yield [part.uid, _moment(event.span.moved_to(start)), ""]


def _moment(span: Span) -> str:
    return f"{span.start:%Y%m%d}" if span.all_day else f"{span.start_utc:%Y%m%dT%H%M%SZ}"


def _events() -> Iterator[Event]:
    for title in TITLES:
        yield an_entry(summary=title, description=title * 12, venue=a_venue(title[:40], address="Jr. Uno 1; of. «2»"))
    for zone in ZONES:
        yield from _in_zone(zone)
    yield from _days()
    yield from _notices()
    yield an_entry(
        cohosts=("surco", "ancon"), disciplines=("bandas", "danza"), online_url="https://vivo.example/a?b=c&d"
    )
    yield _with_a_poster()
    yield an_entry(host=a_district(contact_phone="(01) 555-0100", contact_address="cultura@barranco.example"))


def _with_a_poster() -> Event:
    """Joint, at a venue, online, with a poster: all that an entry may carry at once."""
    event = an_entry(
        cohosts=("surco",), disciplines=("danza",), venue=a_venue(), online_url="https://vivo.example/",
        booking_url="https://reservas.example/?a=1;b=2,c", summary="Todo junto",
    )  # fmt: skip
    event.picture = Picture("0" * 64, 800, 1000)
    return event


def _in_zone(zone: str) -> Iterator[Event]:
    """Each rule over the changes of the clocks, with what may differ.

    Not between 23 and 24 h: where Santiago repeats that hour, libical and ical.js take the second of the two.
    """
    for start in (SATURDAY, SATURDAY.replace(hour=0, minute=0), SATURDAY.replace(hour=22, minute=59)):
        for rule in RULES:
            yield _ruled(rule, start, zone)
    for rule in MISREAD:
        yield _ruled(rule, SATURDAY, zone)
    yield _with_exceptions(zone)
    yield an_entry(timezone=zone, rdates=(SATURDAY + timedelta(days=3), SATURDAY + timedelta(days=10, hours=2)))
    yield an_entry(timezone=zone, rrule="FREQ=WEEKLY;COUNT=4", rdates=(SATURDAY + timedelta(days=2),))
    yield an_entry(timezone=zone, start=SATURDAY, end=SATURDAY + timedelta(days=3, hours=5))


def _ruled(rule: str, start: datetime, zone: str) -> Event:
    """A series from the first day on or after `start` that its rule allows."""
    day = 26 if "-1SA" in rule else 31 if "DAY=-1" in rule or "DAY=31" in rule else start.day
    start = start.replace(day=day)
    return an_entry(start=start, end=start + TWO_HOURS, rrule=rule, timezone=zone, summary=f"{rule} {zone}")


def _with_exceptions(zone: str) -> Event:
    """Dates taken away, moved (also onto another's day, and the first), at another place, and cancelled."""
    weeks = [SATURDAY + timedelta(weeks=number) for number in range(30)]
    moved: dict[int, dict[str, Any]] = {
        0: {"start": weeks[0] - timedelta(days=1), "end": weeks[0] - timedelta(hours=22)},
        3: {"start": weeks[3] + timedelta(hours=3), "end": weeks[3] + timedelta(hours=4)},
        4: {"start": weeks[5] - timedelta(hours=2), "end": weeks[5]},
        7: {"status": Status.CANCELLED},
        9: {"venue": a_venue("Anfiteatro; otro")},
        16: {"start": weeks[16] + timedelta(days=2), "end": None},
    }
    overrides = tuple(an_override(f"{weeks[week]:%Y%m%dT%H%M}", **fields) for week, fields in moved.items())
    return an_entry(
        timezone=zone, rrule="FREQ=WEEKLY;COUNT=30", exdates=(weeks[2], weeks[12], weeks[29]), overrides=overrides,
        summary=f"Con excepciones, {zone}",
    )  # fmt: skip


def _days() -> Iterator[Event]:
    day = datetime(2026, 12, 5)
    yield an_entry(all_day=True, start=day, end=None)
    yield an_entry(all_day=True, start=day, end=day + timedelta(days=20))
    yield an_entry(all_day=True, start=datetime(2026, 12, 31), end=datetime(2027, 1, 1))
    yield an_entry(all_day=True, start=day, end=day + timedelta(days=1), rrule="FREQ=WEEKLY;UNTIL=20270227")
    yield an_entry(
        all_day=True, start=day, end=None, rrule="FREQ=MONTHLY;BYDAY=1SA;COUNT=6", exdates=(datetime(2027, 1, 2),)
    )
    yield an_entry(all_day=True, start=day, end=None, rdates=(datetime(2026, 12, 8), datetime(2027, 2, 28)))
    moved = an_override("20261212", start=datetime(2026, 12, 14), end=datetime(2026, 12, 15))
    gone = an_override("20261219", status=Status.CANCELLED)
    yield an_entry(all_day=True, start=day, end=None, rrule="FREQ=WEEKLY;COUNT=5", overrides=(moved, gone))


def _notices() -> Iterator[Event]:
    yield an_entry(status=Status.CANCELLED, reason="Lluvia")
    yield an_entry(status=Status.CANCELLED, rrule="FREQ=WEEKLY;COUNT=5")
    yield an_entry(status=Status.CANCELLED, withdrawn=True)
    yield an_entry(end=None)
    yield an_entry(start=SATURDAY, end=SATURDAY)
    yield an_entry(start=SATURDAY.replace(hour=22), end=SATURDAY.replace(hour=22) + timedelta(hours=6))
