"""The month and the week: days side by side on a wide screen, an agenda on a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import NotFound
from calendar_service.domain.times.months import last_day
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import browsing
from calendar_service.web.public.browsing.choosing import read_choice
from calendar_service.web.public.browsing.city_map import tint
from calendar_service.web.public.browsing.rows import DayRows, Rows

room = Room("calendar")
YEARS_BACK, YEARS_AHEAD = 5, 3
PER_DAY_OF_MONTH, PER_DAY_OF_WEEK = 3, 12
A_FEW_DAYS = 3
"""What a phone shows of a month before a day is chosen."""
SUNDAY = 6
WEEK = timedelta(days=7)


@room.get("/calendar/<int(fixed_digits=4):year>/<int(fixed_digits=2):number>", policy=Policy.PUBLIC, repeats=True)
def month(year: int, number: int) -> Response:
    """A calendar month. Raises NotFound for one out of reach."""
    first = _day(lambda: date(year, number, 1))
    last = last_day(first)
    return _days("public/browsing/month.html", first, last, per_day=PER_DAY_OF_MONTH, here=to.month,
                 before=first - timedelta(days=1), after=last + timedelta(days=1))  # fmt: skip


@room.get("/calendar/<int(fixed_digits=4):year>/W<int(fixed_digits=2):number>", policy=Policy.PUBLIC, repeats=True)
def week(year: int, number: int) -> Response:
    """An ISO week, Monday to Sunday. Raises NotFound for one that there is not, or out of reach."""
    first = _day(lambda: date.fromisocalendar(year, number, 1))
    return _days("public/browsing/week.html", first, first + timedelta(days=SUNDAY), per_day=PER_DAY_OF_WEEK,
                 here=to.week, before=first - WEEK, after=first + WEEK)  # fmt: skip


def month_of(said: str) -> tuple[date, date]:
    """The first and the last day of a month said as "2026-12". Raises NotFound for one out of reach."""
    first = _day(lambda: date.fromisoformat(f"{said}-01"))
    return first, last_day(first)


def _day(make: Callable[[], date]) -> date:
    try:
        day = make()
    except ValueError as wrong:
        raise NotFound from wrong
    if not _in_reach(day):
        raise NotFound
    return day


def _in_reach(day: date) -> bool:
    this_year = asking.today().year
    return this_year - YEARS_BACK <= day.year <= this_year + YEARS_AHEAD


def _days(
    template: str, first: date, last: date, *, per_day: int, here: Callable[[date, str], str], before: date, after: date
) -> Response:
    rows = Rows()
    with asking.reading() as session:
        choice = read_choice(session, here=lambda query: here(first, query), ignore_time=True)
        found = browsing.days(session, choice.selection, first=first, last=last, now=asking.now(), per_day=per_day)
        shown = rows.days(found, choice.selection)
        return page(
            template, choice=choice, first=first, last=last, days=shown, soon=soon(shown, asking.today()), tint=tint,
            long=rows.running(found.long), total=found.total, first_column=first.weekday() + 1,
            printed=replace(choice.selection, from_day=first, to_day=last).query(),
            before=before if _in_reach(before) else None, after=after if _in_reach(after) else None,
        )  # fmt: skip


def soon(days: Sequence[DayRows], today: date) -> list[date]:
    """The next few days with something on; of a month that is over, or has nothing more, the first ones."""
    busy = [each.day for each in days if each.on]
    return ([day for day in busy if day >= today] or busy)[:A_FEW_DAYS]
