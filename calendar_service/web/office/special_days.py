"""Special days: public holidays, and what officers mark of their districts, for whoever plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.access import may_post_for
from calendar_service.domain.errors import DomainError, Invalid, Mendable
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.special_days import SpecialDayKind
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.events.remarks import NAME, remark
from calendar_service.services.network import special_days
from calendar_service.services.network.special_days import Marked
from calendar_service.web.office.forms import page_after, typed
from calendar_service.web.office.whose import homes
from calendar_service.words import mark

room = Room("special-days")
PATH = to.office("special-days")
AHEAD = timedelta(days=400)
LAST_YEAR = 2199
KINDS = {
    SpecialDayKind.ANNIVERSARY: mark("aniversario"), SpecialDayKind.DAY_OFF: mark("no laborable"),
    SpecialDayKind.CLOSED: mark("calles o locales cerrados"), SpecialDayKind.OTHER: mark("otro día especial"),
}  # fmt: skip
HOLIDAY = mark("feriado nacional")
notices(
    day_marked=mark("Día marcado. Lo ve quien planea algo en esa fecha."),
    day_removed=mark("Día quitado."),
    day_put_back=mark("El día vuelve a estar marcado."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A marked day in words; `number` where she may take it away."""

    day: date
    when: str
    name: str
    kind: str
    district: str
    yearly: bool
    number: int | None


@room.get("/office/special-days", policy=Policy.OFFICER)
def listing() -> Response:
    """Those of the next thirteen months, and a form for another."""
    return _shown()


def _shown(*, wrong: DomainError | None = None) -> Response:
    words, today = asking.words(), asking.today()
    with asking.reading() as session:
        found = special_days.marked_days(session, today, today + AHEAD)
    return page_after(
        "office/special_days.html", wrong, lines=[_line(each) for each in found],
        homes=_homes(), kinds=[(str(kind), words.t(text)) for kind, text in KINDS.items()], form=request.form,
        undo=request.args.get("undo", ""),
    )  # fmt: skip


def _line(marked: Marked) -> Line:
    words = asking.words()
    mine = [each.slug for each in _homes()]
    kind = KINDS[SpecialDayKind(marked.kind)] if marked.number is not None else HOLIDAY
    return Line(
        day=marked.day, when=words.day(marked.day, today=asking.today()), name=marked.name(words.language),
        kind=words.t(kind), district=marked.district_name, yearly=marked.yearly,
        number=marked.number if special_days.may_mark(asking.viewer(), marked, mine) else None,
    )  # fmt: skip


def _homes() -> Sequence[District]:
    return [each for each in homes() if may_post_for(asking.viewer(), each.id)]


@room.post("/office/special-days", policy=Policy.OFFICER)
def add() -> Response:
    """Mark one."""
    try:
        name = remark(typed("name"), field="name", limit=NAME, missing="required")
        day = _day(typed("day"))
        with asking.deed() as session:
            special_days.add(
                session, name=name, day=day, kind=typed("kind") or str(SpecialDayKind.OTHER),
                yearly=typed("yearly") == "1", district=typed("district") or None, by=asking.viewer(), now=asking.now(),
            )  # fmt: skip
    except Mendable as wrong:
        return _shown(wrong=wrong)
    return see_other(PATH, said="day-marked")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid.of("day", "draft_moment" if text.strip() else "required") from None
    if not asking.today().year - 1 <= day.year <= LAST_YEAR:
        raise Invalid.of("day", "draft_moment")
    return day


@room.post("/office/special-days/<int:number>/remove", policy=Policy.OFFICER)
def remove(number: int) -> Response:
    """Take one away; the next page offers to put it back (R25)."""
    with asking.deed() as session:
        special_days.remove(session, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("special-days", query=f"undo={number}"), said="day-removed")


@room.post("/office/special-days/<int:number>/put-back", policy=Policy.OFFICER)
def put_back(number: int) -> Response:
    """Undo that."""
    with asking.deed() as session:
        special_days.put_back(session, number, by=asking.viewer(), now=asking.now())
    return see_other(PATH, said="day-put-back")
