"""A board of one week, day by day: what stands in the list into which a cell opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from calendar_service import addresses as to
from calendar_service.domain.events import Status
from calendar_service.entrance import asking
from calendar_service.services.desk.board import ONE_DAY, WEEK, Board, Listed
from calendar_service.services.desk.clash_words import kind_in_words, size_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """One date in words; `when` are its hours, or its days where it lasts several, `about` what is said in place of a
    title.
    """

    when: str
    name: str
    href: str
    host: str
    held: bool
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What begins on a day; without `day`, what lasts several."""

    day: date | None
    name: str
    weekend: bool
    dates: Sequence[Date]


def days_of(board: Board) -> list[Day]:
    """Every day of the first week, the free ones, too; after them what lasts several days, if anything does."""
    words, listed, monday = asking.words(), board.listed, board.weeks[0]
    lasting = [_date(each) for each in listed if each.date.several_days]
    rest = [Day(day=None, name=words.t("Varios días"), weekend=False, dates=lasting)] if lasting else []
    days = [monday + place * ONE_DAY for place in range(WEEK.days)]
    short = [each for each in listed if not each.date.several_days]
    each_day = [
        Day(day=day, name=words.day(day, today=asking.today()), weekend=day >= days[-2],
            dates=[_date(each) for each in short if _shown_on(each, monday) == day])
        for day in days
    ]  # fmt: skip
    return each_day + rest


def _shown_on(listed: Listed, monday: date) -> date:
    """A night that began on Sunday stands on Monday where its Sunday is no more."""
    return max(listed.date.first_day, monday)


def _date(listed: Listed) -> Date:
    words, planned = asking.words(), listed.date
    return Date(
        when=_when(listed), name=listed.summary or words.t("Fecha reservada"),
        href=to.office("events", planned.slug) if planned.worded else "", host=listed.host.name,
        held=planned.status == Status.TENTATIVE, about=_about(listed),
    )  # fmt: skip


def _about(listed: Listed) -> str:
    """What it is, for whom and how big: what a hold shows that does not show its title."""
    if listed.summary is not None:
        return ""
    words = asking.words()
    kind = kind_in_words(asking.metropolis(), words, disciplines=listed.disciplines, audiences=listed.audiences)
    return " · ".join([*kind, *size_in_words(listed.date.expected, words)])


def _when(listed: Listed) -> str:
    words, today, planned = asking.words(), asking.today(), listed.date
    if planned.several_days:
        return words.days(planned.first_day, planned.last_day, today=today)
    if planned.all_day:
        return words.t("todo el día")
    if planned.end is None or planned.end <= planned.start:
        return words.time(planned.start)
    return words.t("%(start)s a %(end)s", start=words.time(planned.start), end=words.time(planned.end))
