"""When something is, said in an English sentence: "every Saturday from 4 to 6 p.m. until 28 March, except holidays".

Each part is said again as `spoken` knows it, from left to right, and understood there: one grammar decides what a
sentence means, whatever its language. What is not understood is told in the words that were typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from calendar_service.domain.times import spoken
from calendar_service.domain.times import spoken_parts as parts
from calendar_service.domain.times.spoken import LONGEST, Spoken
from calendar_service.domain.times.spoken_parts import Misheard

__all__ = ["understand"]

WEEKDAYS: Final = {
    "mon": "lunes", "tue": "martes", "wed": "miercoles", "thu": "jueves", "fri": "viernes", "sat": "sabado",
    "sun": "domingo",
}  # fmt: skip
MONTHS: Final = {
    "jan": "enero", "feb": "febrero", "mar": "marzo", "apr": "abril", "may": "mayo", "jun": "junio", "jul": "julio",
    "aug": "agosto", "sep": "septiembre", "oct": "octubre", "nov": "noviembre", "dec": "diciembre",
}  # fmt: skip
NUMBERS: Final = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "twelve": "12", "fifteen": "15", "twenty": "20",
}  # fmt: skip
ORDINALS: Final = {
    "first": "primer", "second": "segundo", "third": "tercer", "fourth": "cuarto", "fifth": "quinto",
    "last": "ultimo", "1st": "primer", "2nd": "segundo", "3rd": "tercer", "4th": "cuarto", "5th": "quinto",
}  # fmt: skip
UNITS: Final = {"day": "dias", "week": "semanas", "month": "meses"}

_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\b\.?"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\b(?![:.]\d|\s*(?:am|pm))"
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*)"
_DAYS = rf"(?:{_DAY})(?:{_AND}(?:{_DAY}))*"
_YEAR = r"(?:,?\s+(?P<year>20\d\d))?"
_TO = r"\s*(?:to|through|thru|until|till|-|–)\s*"
_HOUR = r"(?:\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm)?\b|noon|midday|midnight)"
_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(NUMBERS)})"
_UNIT = r"(?:day|week|month)s?\b"
_TIMES = r"(?:times|dates|sessions|shows|classes|performances|meetings)\b"

Say = Callable[[re.Match[str]], str]


def understand(text: str, *, today: date, start: date | None = None) -> Spoken:
    """What a sentence means, said on a day; as `spoken.understand`. Raises Misheard."""
    pieces = _pieces(parts.heard(text[:LONGEST]))
    said_again = parts.heard(" ".join(told for _, told in pieces))
    try:
        return spoken.understand(said_again, today=today, start=start)
    except Misheard as wrong:
        values = {name: _as_typed(str(value), said_again, pieces) for name, value in wrong.values.items()}
        raise Misheard(wrong.code, **values) from wrong


def _pieces(rest: str) -> list[tuple[str, str]]:
    """Each part as it was typed and as it is said again; a word that means nothing stands for itself."""
    found: list[tuple[str, str]] = []
    while rest := rest.lstrip():
        match, say = next((hit, say) for pattern, say in PATTERNS if (hit := pattern.match(rest)))
        found.append((match[0].strip(), " ".join(say(match).split())))
        rest = rest[match.end() :]
    return [each for each in found if each[1]]


def _as_typed(value: str, said_again: str, pieces: list[tuple[str, str]]) -> str:
    """The words that were typed of which something is told: a date, or from where on nothing is understood."""
    for typed, told in pieces:
        if value in (told, told.replace(" de ", " ")):
            return typed
    place, left = len(said_again) - len(value), list[str]()
    for typed, told in pieces:
        if place <= 0:
            left.append(typed)
        place -= len(told) + 1
    return " ".join(left) if said_again.endswith(value) and not value.isdigit() else value


# --- what each part is said as ---------------------------------------------------------------------------------


def _day(text: str) -> str:
    return re.sub(r"(?<=\d)(?:st|nd|rd|th)", "", text)


def _weekdays(text: str) -> str:
    """The days of the week that a text names, joined as the other grammar joins them."""
    return " y ".join(WEEKDAYS[each[:3]] for each in re.findall(_WEEKDAY, text))


def _month(text: str) -> str:
    return MONTHS[text[:3]]


def _number(text: str) -> str:
    return NUMBERS.get(text, text)


def _hour(text: str) -> str:
    return {"noon": "mediodia", "midday": "mediodia", "midnight": "medianoche"}.get(text.strip(), text.strip())


def _year(found: re.Match[str]) -> str:
    return f" de {found['year']}" if found["year"] else ""


def _row(found: re.Match[str]) -> str:
    first = f" de {_month(found['first'])}" if found.groupdict().get("first") else ""
    return f"del {_day(found['from'])}{first} al {_day(found['to'])} de {_month(found['month'])}{_year(found)}"


def _dates(found: re.Match[str]) -> str:
    days = " y ".join(_day(each) for each in re.findall(_DAY, found["days"]))
    weekday = f"{_weekdays(found['weekday'])} " if found["weekday"] else ""
    return f"{weekday}{days} de {_month(found['month'])}{_year(found)}"


def _each(found: re.Match[str]) -> str:
    return f"cada {_number(found['many'])} {UNITS[found['unit'].rstrip('s')]}"


def _months(found: re.Match[str]) -> str:
    return "en " + " y ".join(_month(each) for each in re.findall(_MONTH, found["months"]))


_EVERY = r"(?:every|each)\s+"
_ON = r"(?:on\s+)?"
_THE_WEEKDAY = rf"(?:(?P<weekday>{_WEEKDAY})\s*,?\s+)?"
SAID: Mapping[str, Say] = {
    rf"(?:from\s+)?(?:the\s+)?(?P<from>{_DAY})\s+(?:of\s+)?(?P<first>{_MONTH}){_TO}(?:the\s+)?(?P<to>{_DAY})\s+"
    rf"(?:of\s+)?(?P<month>{_MONTH}){_YEAR}": _row,
    rf"(?:from\s+)?(?P<first>{_MONTH})\s+(?P<from>{_DAY}){_TO}(?P<month>{_MONTH})\s+(?P<to>{_DAY}){_YEAR}": _row,
    rf"(?:from\s+)?(?:the\s+)?(?P<from>{_DAY}){_TO}(?:the\s+)?(?P<to>{_DAY})\s+(?:of\s+)?"
    rf"(?P<month>{_MONTH}){_YEAR}": _row,
    rf"(?:from\s+)?(?P<month>{_MONTH})\s+(?P<from>{_DAY}){_TO}(?P<to>{_DAY}){_YEAR}": _row,
    rf"{_ON}(?:the\s+)?(?P<day>{_DAY})\s+of\s+(?:each|every)\s+month\b":
        lambda found: f"el dia {_day(found['day'])} de cada mes",
    rf"{_ON}{_THE_WEEKDAY}(?:the\s+)?(?P<days>{_DAYS})\s+(?:of\s+)?(?P<month>{_MONTH}){_YEAR}": _dates,
    rf"{_ON}{_THE_WEEKDAY}(?P<month>{_MONTH})\s+(?P<days>{_DAYS}){_YEAR}": _dates,
    rf"(?:from|between)\s+(?P<first>{_HOUR})(?:{_TO}|\s+and\s+)(?P<second>{_HOUR})":
        lambda found: f"de {_hour(found['first'])} a {_hour(found['second'])}",
    rf"(?P<first>{_HOUR}){_TO}(?P<second>{_HOUR})": lambda found: f"{_hour(found['first'])} a {_hour(found['second'])}",
    r"(?:until|till)\s+(?P<hour>\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)|\d{1,2}:\d\d|noon|midday|midnight)\b":
        lambda found: f"hasta las {_hour(found['hour'])}",
    rf"at\s+(?P<hour>{_HOUR})": lambda found: f"a las {_hour(found['hour'])}",
    rf"{_ON}(?:the\s+)?(?P<place>{'|'.join(ORDINALS)})\s+(?P<day>{_WEEKDAY})(?:\s+(?:of|in)\s+(?:each|every|the)\s+month\b)?":
        lambda found: f"el {ORDINALS[found['place']]} {_weekdays(found['day'])} de cada mes",
    rf"{_EVERY}(?:other|second)\s+week\b": lambda _: "cada 2 semanas",
    rf"{_EVERY}(?:other|second)\s+(?P<day>{_WEEKDAY})": lambda found: f"{_weekdays(found['day'])} por medio",
    rf"{_EVERY}(?P<many>{_NUMBER})\s+(?P<unit>{_UNIT})": _each,
    rf"(?:{_EVERY}day|daily)\b": lambda _: "todos los dias",
    rf"(?:{_EVERY}week|weekly)\b": lambda _: "cada semana",
    rf"(?:{_EVERY}month|monthly)\b": lambda _: "cada mes",
    rf"(?:{_EVERY}|on\s+)?(?:weekdays?|working\s+days?)\b": lambda _: "dias de semana",
    rf"(?:{_EVERY}|on\s+|at\s+)?weekends?\b": lambda _: "cada fin de semana",
    rf"(?:from\s+)?(?P<from>{_WEEKDAY})\s*(?:to|through|-)\s*(?P<to>{_WEEKDAY})":
        lambda found: f"de {_weekdays(found['from'])} a {_weekdays(found['to'])}",
    rf"{_EVERY}(?P<days>(?:{_WEEKDAY})(?:{_AND}(?:{_WEEKDAY}))*)": lambda found: f"cada {_weekdays(found['days'])}",
    rf"{_ON}(?P<days>(?:{_WEEKDAY})(?:{_AND}(?:{_WEEKDAY}))+)": lambda found: f"los {_weekdays(found['days'])}",
    rf"{_ON}(?P<days>(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b": lambda found: f"los {_weekdays(found['days'])}",
    rf"(?:on|this|next)\s+(?P<day>{_WEEKDAY})": lambda found: f"este {_weekdays(found['day'])}",
    r"(?:until|till|through|to)\s+(?:the\s+)?end\s+of\s+(?:the\s+)?year\b": lambda _: "hasta fin de ano",
    rf"(?:until|till|through|to)\s+(?:the\s+end\s+of\s+|end\s+of\s+)?(?P<month>{_MONTH})(?!\s+\d)":
        lambda found: f"hasta {_month(found['month'])}",
    r"(?:until|till|through|ending)(?:\s+on)?\b": lambda _: "hasta",
    r"(?:starting|beginning|from|since)(?:\s+on)?\b": lambda _: "desde",
    r"(?:except|excluding|without|but\s+not|not)(?:\s+(?:on|for))?\b": lambda _: "menos",
    r"(?:on\s+)?(?:the\s+)?(?:(?:public|bank|national)\s+)?holidays?\b": lambda _: "los feriados",
    rf"for\s+(?P<many>{_NUMBER})\s+(?P<unit>{_UNIT})":
        lambda found: f"durante {_number(found['many'])} {UNITS[found['unit'].rstrip('s')]}",
    rf"(?:for\s+)?(?P<many>{_NUMBER})\s+{_TIMES}": lambda found: f"{_number(found['many'])} veces",
    rf"(?:in|of|during)\s+(?P<months>(?:{_MONTH})(?:{_AND}(?:{_MONTH}))*)": _months,
    r"all\s+day(?:\s+long)?\b": lambda _: "todo el dia",
    r"(?:the\s+)?day\s+after\s+tomorrow\b": lambda _: "pasado manana",
    r"tomorrow\b": lambda _: "manana",
    r"today\b": lambda _: "hoy",
    r"(?:and|&)(?=\s|$)": lambda _: "y",
    r"(?:on|the|at|it|is|repeats|always|only|,|;|\.)(?=[\s,;.]|$)": lambda _: "",
    r"[,;.]": lambda _: "",
    r"[^\s,;]+": lambda found: found[0],
}  # fmt: skip
PATTERNS = tuple((re.compile(pattern), say) for pattern, say in SAID.items())
