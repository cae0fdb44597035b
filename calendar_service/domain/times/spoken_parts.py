"""The smallest parts of a time said in Spanish: numbers, days, months, hours, dates, as patterns and their meaning.

Texts are folded first (`text.fold`): small letters, no accents. Nothing here guesses: an hour that may be of the
morning or of the evening is a question, not an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from calendar_service.text import fold

WEEKDAYS: Final = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (("enero", "ene"), ("febrero", "feb"), ("marzo", "mar"), ("abril", "abr"), ("mayo", "may"), ("junio", "jun"),
         ("julio", "jul"), ("agosto", "ago"), ("septiembre", "setiembre", "sept", "set", "sep"), ("octubre", "oct"),
         ("noviembre", "nov"), ("diciembre", "dic")), 1
    ) for name in names
}  # fmt: skip
NUMBERS: Final = {
    "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "diez": 10, "doce": 12, "quince": 15, "veinte": 20, "primero": 1,
}  # fmt: skip
NOON: Final = 12
OTHER_HALF: Final = {"am": "pm", "pm": "am"}

_LONGEST_FIRST = sorted(MONTHS, key=len, reverse=True)
NUMBER: Final = rf"(?:\d{{1,3}}|{'|'.join(NUMBERS)})"
MONTH: Final = rf"(?:{'|'.join(_LONGEST_FIRST)})\b\.?"
DAY: Final = r"(?:\d{1,2}|primero)(?![\d:])"
YEAR: Final = r"(?:\s+(?:de\s+|del\s+)?(?:20\d\d))"
WEEKDAY: Final = r"(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)\b"
HOUR: Final = r"(?:\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm|h)?\b|mediodia|medianoche)"
AND: Final = r"(?:\s*,\s*|\s+(?:[ye]|ni)\s+)"
WRITTEN: Final = r"(?:\d{1,2}/\d{1,2}(?:/\d{4})?|\d{4}-\d{2}-\d{2})"
DAYS: Final = rf"(?:{WEEKDAY}\s+)?{DAY}(?:{AND}(?:el\s+|{WEEKDAY}\s+)*{DAY})*\s+(?:de\s+)?{MONTH}{YEAR}?"
DATE: Final = rf"(?:{WRITTEN}|{DAYS})"
DATES: Final = rf"{DATE}(?:{AND}(?:el\s+|los\s+)?{DATE})*"

_MERIDIEM = re.compile(r"\b([ap])\s?\.?\s?m\b\.?")
_PARTS_OF_DAY = (
    (re.compile(r"\b12\s*(?:m\b\.?|(?:de|del) mediodia\b)"), "mediodia"),
    (re.compile(r"\b12 de la noche\b"), "medianoche"),
    (re.compile(r"\s+(?:de|por) la (?:manana|madrugada)\b"), "am"),
    (re.compile(r"\s+(?:de|por) la (?:tarde|noche)\b"), "pm"),
    (re.compile(r"\s*\b(?:hrs|hs|horas)\b\.?"), "h"),
)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|h)?\Z")
_WRITTEN = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\Z")
_GROUP = re.compile(rf"(?P<days>.*?)\s+(?:de\s+)?(?P<month>{MONTH})(?P<year>{YEAR})?\Z")
_ONE_DAY = re.compile(rf"(?:(?P<weekday>{WEEKDAY})\s+)?(?P<day>{DAY})")


class Misheard(ValueError):
    """What was said is not understood. `code` names the sentence, `values` fill it:

    - `spoken_rest` (rest): these words mean nothing here
    - `spoken_hour` (hour): it may be of the morning or of the evening
    - `spoken_date` (date): there is no such date or hour
    - `spoken_weekday` (date): that date is another day of the week
    - `spoken_twice` (rest): it was said before, and otherwise
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def heard(text: str) -> str:
    """The text in the form that the patterns know: `4 p. m.` is `4pm`, `7 de la noche` is `7pm`, `12 m.` is noon."""
    told = _MERIDIEM.sub(r"\1m", fold(text))
    for pattern, short in _PARTS_OF_DAY:
        told = pattern.sub(short, told)
    return re.sub(r"(\d)\s+(am|pm)\b", r"\1\2", told)


def number(word: str) -> int:
    """A number in figures or in words."""
    return NUMBERS[word] if word in NUMBERS else int(word)


def weekdays(text: str) -> list[int]:
    """The days of the week that a text names, Monday is 0, in order and each once."""
    return sorted({weekday(each) for each in re.findall(WEEKDAY, text)})


def weekday(name: str) -> int:
    """The number of a day of the week, in the singular or plural."""
    return next(place for place, each in enumerate(WEEKDAYS) if name.startswith(each))


# --- hours ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour as it was said; `half` is am, pm, h (of 24), or empty where nothing was said of it. Noon is 12 pm."""

    hour: int
    minute: int
    half: str
    said: str


def hours(first: str, second: str = "") -> tuple[time, time | None]:
    """One hour, or two of which the one lends its half of the day to the other. Raises Misheard."""
    begins, ends = _clock(first), _clock(second) if second else None
    if ends is None:
        return _time(begins, begins.half), None
    halves = {begins.half, ends.half}
    if not halves & set(OTHER_HALF):
        of_24 = "h" if "h" in halves or max(begins.hour, ends.hour) > NOON else ""
        if not of_24:
            raise Misheard("spoken_hour", hour=f"{begins.said}–{ends.said}")
        return _time(begins, of_24), _time(ends, of_24)
    begin = _time(begins, begins.half or ends.half)
    end = _time(ends, ends.half or begins.half)
    if begin >= end and not begins.half:  # from 11 to 1 p. m.
        begin = _time(begins, OTHER_HALF[ends.half])
    if begin >= end and not ends.half:  # from 11 a. m. to 1
        end = _time(ends, OTHER_HALF[begins.half])
    return begin, end


def _clock(text: str) -> Clock:
    if text in ("mediodia", "medianoche"):
        return Clock(NOON, 0, "pm" if text == "mediodia" else "am", text)
    found = _CLOCK.match(text.strip())
    assert found, text  # noqa: S101 - the pattern HOUR let nothing else through
    of_24 = "h" if found[2] and len(found[1]) == 2 and not found[3] else ""  # noqa: PLR2004 - two digits, 09:30
    return Clock(int(found[1]), int(found[2] or 0), found[3] or of_24, text.strip())


def _time(clock: Clock, half: str) -> time:
    """Raises Misheard: an hour that does not exist, or might be two."""
    hour = clock.hour
    if half in ("am", "pm") and 1 <= hour <= NOON:
        hour = hour % NOON + (NOON if half == "pm" else 0)
    elif not half and 1 <= hour <= NOON:
        raise Misheard("spoken_hour", hour=clock.said)
    try:
        return time(hour, clock.minute)
    except ValueError:
        raise Misheard("spoken_date", date=clock.said) from None


# --- dates ---------------------------------------------------------------------------------------------------


def dates(text: str, *, after: date) -> list[date]:
    """Every date of a list such as `5, 12 y 19 de diciembre y 2 de enero`. Without a year: the first not before
    `after`, and of a list not before the one before it. Raises Misheard.
    """
    found: list[date] = []
    for part in re.findall(DATE, text):
        found += _dates_of(part, found[-1] if found else after)
    return found


def _dates_of(part: str, after: date) -> Iterator[date]:
    if re.fullmatch(WRITTEN, part):
        yield _written(part, after)
        return
    group = _GROUP.match(part)
    assert group, part  # noqa: S101 - the pattern DATE let nothing else through
    month, year = MONTHS[group["month"].rstrip(".")], (group["year"] or "")[-4:]
    for one in _ONE_DAY.finditer(group["days"]):
        day = _dated(number(one["day"]), month, int(year) if year else None, after, said=f"{one[0]} {group['month']}")
        if one["weekday"] and weekday(one["weekday"]) != day.weekday():
            raise Misheard("spoken_weekday", date=f"{one[0]} de {group['month']}")
        yield day


def _written(text: str, after: date) -> date:
    if "-" in text:
        year, month, day = map(int, text.split("-"))
        return _dated(day, month, year, after, said=text)
    found = _WRITTEN.match(text)
    assert found, text  # noqa: S101 - the pattern WRITTEN let nothing else through
    return _dated(int(found[1]), int(found[2]), int(found[3]) if found[3] else None, after, said=text)


def _dated(day: int, month: int, year: int | None, after: date, *, said: str) -> date:
    """Of a 29 February without a year: the next one that there is."""
    years = [year] if year else range(after.year, after.year + 9)
    for each in years:
        try:
            found = date(each, month, day)
        except ValueError:
            continue
        if year or found >= after:
            return found
    raise Misheard("spoken_date", date=said)


def month_end(month: int, *, after: date) -> date:
    """The last day of a month, the first one that is not before `after`."""
    year = after.year if month >= after.month else after.year + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
