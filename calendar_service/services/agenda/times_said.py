"""Days and hours as people type them, and the choice that each means: `viernes 4`, `del 5 al 10 de diciembre`,
`jueves y viernes`, `la próxima semana`, `desde las 6 pm`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import product

from calendar_service.domain.finding.selection import HOURS, When
from calendar_service.domain.times.months import last_day
from calendar_service.services.agenda.describing import TIMES, WHENS
from calendar_service.words import Words, mark

Spoken = Iterable[tuple[str, str]]
"""Phrases, and what each means."""
A_WEEK = timedelta(days=7)
WIDTHS = ("wide", "abbreviated")
NUMBERED = 60
"""Days ahead of which `viernes 4` may be one."""
NOON = 12

# Ways to say a thing, parted by commas, as each language has some of its own; # is any number.
IN_A_MONTH = mark(
    "# de %(month)s, # %(month)s, # al # de %(month)s, # a # de %(month)s, # y # de %(month)s, # # de %(month)s"
)
DATED = mark("%(weekday)s # de %(month)s, %(weekday)s # %(month)s")
SIDE_BY_SIDE = mark("%(first)s y %(last)s, %(first)s o %(last)s")
IN_A_ROW = mark("%(first)s a %(last)s, %(first)s al %(last)s")
SINCE = mark("desde el %(day)s, desde %(day)s, a partir del %(day)s, a partir de %(day)s")
UNTIL = mark("hasta el %(day)s, hasta %(day)s")
DAY_AFTER = mark("pasado mañana")
BOTH_DAYS = mark("hoy y mañana")
NEXT_WEEK = mark("próxima semana, siguiente semana, otra semana, semana que viene, semana próxima, semana siguiente")
NEXT_MONTH = mark("próximo mes, siguiente mes, otro mes, mes que viene, mes próximo, mes siguiente")
FROM_THEN_ON = mark("desde las, desde la, después de las, después de la, a partir de las, a partir de la")


def times_said(words: Words, today: date) -> Iterator[tuple[str, str]]:
    """All of one language; what is said later goes before what is said alike."""
    yield from _months(words, today)
    yield from _weekdays(words, today)
    yield from _relative(words, today)
    yield from _hours(words)
    for when, text in WHENS.items():
        yield words.t(text), f"when={when}"
    for time, text in TIMES.items():
        yield words.t(text), f"time={time}"


def _months(words: Words, today: date) -> Spoken:
    """The rest of this month, or the next such one; of it each day, from it on and until it, and days in a row."""
    weekdays = [each for width in WIDTHS for each in words.locale.days["format"][width].values()]
    for number, name in words.locale.months["format"]["wide"].items():
        first = date(today.year + (number < today.month), number, 1)
        yield name, _days(max(first, today), last_day(first))
        for month in (words.locale.months["format"][width][number] for width in WIDTHS):
            dated = _ways(words, IN_A_MONTH, month=month)
            full = [each for weekday in weekdays for each in _ways(words, DATED, month=month, weekday=weekday)]
            yield from ((each, f"from={first:%Y-%m}-#&to={first:%Y-%m}-#") for each in (*dated, *full))
            for each in dated:
                yield from _on_one_side(words, each, f"{first:%Y-%m}-#") if each.count("#") == 1 else ()


def _weekdays(words: Words, today: date) -> Spoken:
    """The next such day, be it today; days in a row from the next such day on; and one with its number."""
    names = words.locale.days["format"]["wide"]
    for weekday, name in names.items():
        first = today + timedelta(days=(weekday - today.weekday()) % len(names))
        yield name, _days(first)
        yield from _on_one_side(words, name, f"{first}")
        for length in range(1, len(names)):
            last = first + timedelta(days=length)
            both = {"first": name, "last": names[last.weekday()]}
            for way in (IN_A_ROW, SIDE_BY_SIDE)[: 2 if length == 1 else 1]:
                yield from ((each, _days(first, last)) for each in _ways(words, way, **both))
    for ahead in range(NUMBERED, -1, -1):
        day = today + timedelta(days=ahead)
        yield f"{names[day.weekday()]} {day.day}", _days(day)


def _on_one_side(words: Words, said: str, day: str) -> Spoken:
    """From a day on, and until it."""
    yield from ((each, f"from={day}") for each in _ways(words, SINCE, day=said))
    yield from ((each, f"to={day}") for each in _ways(words, UNTIL, day=said))


def _relative(words: Words, today: date) -> Spoken:
    tomorrow, monday = today + timedelta(days=1), today - timedelta(days=today.weekday()) + A_WEEK
    month = last_day(today) + timedelta(days=1)
    for ways, first, last in (
        (DAY_AFTER, tomorrow + timedelta(days=1), None),
        (NEXT_WEEK, monday, monday + timedelta(days=6)), (NEXT_MONTH, month, last_day(month)),
    ):  # fmt: skip
        yield from ((each, _days(first, last)) for each in _ways(words, ways))
    yield from _on_one_side(words, words.t(WHENS[When.TOMORROW]), f"{tomorrow}")
    yield from ((each, f"to={tomorrow}") for each in _ways(words, BOTH_DAYS))


def _hours(words: Words) -> Spoken:
    """An hour means the part of the day in which it is: no list is asked for a single hour."""
    before = ["", *(f"{each} " for each in _ways(words, FROM_THEN_ON))]
    for hour, minutes in product(range(24), ("", ":00", ":30")):
        part = next(part for part, (first, after) in HOURS.items() if _is_in(hour, first, after))
        for said, since in product(_said(hour, minutes), before):
            yield f"{since}{said}", f"time={part}"


def _said(hour: int, minutes: str) -> Iterator[str]:
    """With its half of the day; of 24 where it could be of no other."""
    half, of_12 = "ap"[hour >= NOON], (hour - 1) % NOON + 1
    for way in (f"{half}m", f" {half}m", f" {half}. m."):
        yield f"{of_12}{minutes}{way}"
    if hour > NOON and minutes:
        yield f"{hour}{minutes}"


def _is_in(hour: int, first: int, after: int) -> bool:
    return first <= hour < after if first < after else hour >= first or hour < after


def _ways(words: Words, ways: str, **named: str) -> list[str]:
    return words.t(ways, **named).split(", ")


def _days(first: date, last: date | None = None) -> str:
    return f"from={first}&to={last or first}"
