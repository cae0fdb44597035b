"""The first page: what is on today and this weekend, before anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import parse_qsl

from flask import Response

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.finding.agenda import Line
from calendar_service.domain.finding.selection import Selection, When, forgiving
from calendar_service.domain.times.moments import to_wall
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import browsing, describing
from calendar_service.services.agenda.browsing import Found
from calendar_service.web.public import structured_places
from calendar_service.web.public.browsing.filters import Quick, near_me, quick
from calendar_service.web.public.browsing.nothing import WayOn
from calendar_service.web.public.browsing.rows import DayRows, Row, Rows
from calendar_service.words import mark

room = Room("home")
TODAY_SHOWN, FEW = 8, 3
"""Of today, on a wide page and on a phone."""
TODAY_READ = 24
"""Of today, to find among them what has not begun yet."""
SHOWN = 10
TO_COME, ALL_DAY, BEGUN = range(3)
FRIDAY, SUNDAY = 4, 6
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some of the days ahead: its first few dates, how many there are, where all of them stand."""

    key: str
    title: str
    days: list[DayRows]
    total: int
    more: bool
    href: str


@room.get("/", policy=Policy.PUBLIC, repeats=True)
def home() -> Response:
    """Today, the weekend, the days before and after it."""
    rows = Rows()
    with asking.reading() as session:
        today = browsing.find(session, Selection(when=When.TODAY), now=asking.now(), size=TODAY_READ, past=False)
        ahead = [_stretch(session, rows, *each) for each in _ahead(asking.today())]
        stretches = [each for each in ahead if each.total]
        return page(
            "public/browsing/home.html", structured=structured_places.site(),
            asks=asks(session, today), near_me=near_me(Selection()),
            today_rows=_next_first(rows, today), quick=quick(Selection())[1:], running=rows.running(today.running),
            stretches=stretches, onward=_onward(stretches),
        )  # fmt: skip


def _next_first(rows: Rows, today: Found) -> list[Row]:
    """Whoever looks wants to go somewhere: first what one can still be in time for, last what has begun."""
    said = [row for day in rows.agenda(today) for row in day.rows]
    lines = zip(said, (_turn(line) for line in today.lines), strict=True)
    begun = asking.words().t("ya empezó")
    turned = sorted(lines, key=lambda each: each[1])[:TODAY_SHOWN]
    return [replace(row, until=row.until or begun) if turn == BEGUN else row for row, turn in turned]


def _turn(line: Line) -> int:
    if line.all_day:
        return ALL_DAY
    return BEGUN if line.start <= to_wall(asking.now(), asking.metropolis().timezone) else TO_COME


def _onward(stretches: Sequence[Stretch]) -> WayOn | None:
    """Where to look when nothing is left of today: tomorrow, or further down where something is on next."""
    words, today = asking.words(), asking.today()
    if not stretches or not stretches[0].days:
        return None
    following = stretches[0].days[0].day
    if following == today + timedelta(days=1):
        return WayOn(text=words.t("Mira qué hay mañana"), href=to.events("when=tomorrow"))
    return WayOn(
        text=words.t("Lo próximo: %(day)s", day=words.day(following, today=today)), href=f"#d-{following.isoformat()}"
    )


def asks(session: Session, shown: Found) -> list[Quick]:
    """All of today, where not all of it is shown, and what people of this metropolis ask first."""
    words, today = asking.words(), asking.today()

    def ask(selection: Selection) -> Quick:
        said = describing.parts(session, selection, words=words, today=today)
        return Quick(label=" · ".join(each.text for each in said), href=to.events(selection.query()))

    whole = words.n("Ver %(num)s evento de hoy", "Ver los %(num)s eventos de hoy", shown.total)
    rest = [Quick(label=whole, href=to.events("when=today"), on=True)] if shown.total > FEW else []
    return rest + [ask(forgiving(parse_qsl(each))[0]) for each in asking.metropolis().asked_first]


def _ahead(today: date) -> Iterator[tuple[str, str, Selection]]:
    """The stretches after today, none overlapping another: days to Friday, the weekend, the week after it."""
    friday, sunday = (today + timedelta(days=day - today.weekday()) for day in (FRIDAY, SUNDAY))
    tomorrow = today + timedelta(days=1)
    if tomorrow < friday:
        yield "soon", mark("Hasta el jueves"), Selection(from_day=tomorrow, to_day=friday - timedelta(days=1))
    if today < friday:
        yield "weekend", mark("Este fin de semana"), Selection(from_day=friday, to_day=sunday)
    elif today < sunday:
        yield "weekend", mark("Este fin de semana"), Selection(from_day=tomorrow, to_day=sunday)
    yield "later", mark("La próxima semana"), Selection(from_day=sunday + timedelta(days=1), to_day=sunday + WEEK)


def _stretch(session: Session, rows: Rows, key: str, title: str, selection: Selection) -> Stretch:
    found = browsing.find(session, selection, now=asking.now(), size=SHOWN, past=False, running=False)
    return Stretch(
        key=key, title=title, days=rows.agenda(found), total=found.total, more=found.pages > 1,
        href=to.events(selection.query()),
    )  # fmt: skip
