"""When something is, said in a Spanish sentence: "cada sábado de 4 a 6 p. m. hasta el 28 de marzo, menos el 25 de
diciembre", "el 5, 6, 12 y 13 de diciembre a las 10 a. m.", "del 5 al 20 de diciembre, todo el día".

Read from left to right, each part by the first pattern that knows it. What no pattern knows is said to be unknown:
a sentence is understood wholly or not at all. Another language is another file like this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Final

from calendar_service.domain.times import spoken_parts as parts
from calendar_service.domain.times.rule_parts import WEEKDAYS
from calendar_service.domain.times.spoken_parts import (
    AND,
    DATE,
    DATES,
    DAY,
    HOUR,
    MONTH,
    NUMBER,
    WEEKDAY,
    YEAR,
    Misheard,
)

__all__ = ["Misheard", "Spoken", "understand"]

DAILY, WEEKLY, MONTHLY_DAY, MONTHLY_WEEKDAY, MONTHLY_LAST = (
    "daily", "weekly", "monthly-day", "monthly-weekday", "monthly-last"
)  # fmt: skip
LONGEST: Final = 400
WORKING_DAYS: Final = 5
ORDINALS: Final = {"primer": 1, "segundo": 2, "tercer": 3, "cuarto": 4, "quinto": 5, "ultimo": -1}
_ORDINAL = rf"(?P<ordinal>{'|'.join(ORDINALS)})(?:o)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a sentence says, each part None or empty where it says nothing of it.

    `kind` is how it repeats (daily, weekly, monthly-day, monthly-weekday, monthly-last); `weekdays` as RFC 5545
    writes them; `dates` stand one by one, the first of them, or of the series, is `start`; `last` is the last day of
    several in a row that are one date; `without` are the dates that are left out; `without_holidays`: so are those that
    fall on a public holiday.
    """

    start: date | None = None
    last: date | None = None
    begins: time | None = None
    ends: time | None = None
    all_day: bool = False
    kind: str = ""
    interval: int = 1
    weekdays: tuple[str, ...] = ()
    until: date | None = None
    count: int | None = None
    dates: tuple[date, ...] = ()
    without: tuple[date, ...] = ()
    without_holidays: bool = False


Part = Callable[["_Ear", re.Match[str]], None]


def understand(text: str, *, today: date, start: date | None = None) -> Spoken:
    """What a sentence means, said on a day; `start` is the first date where another field says it. Raises Misheard."""
    ear = _Ear(today=today, start=start)
    rest = parts.heard(text[:LONGEST])
    while rest := rest.lstrip(" ,;."):
        for pattern, hear in PATTERNS:
            if found := pattern.match(rest):
                hear(ear, found)
                rest = rest[found.end() :]
                break
        else:
            raise Misheard("spoken_rest", rest=rest)
    return ear.meant()


class _Ear:
    """What has been heard so far."""

    def __init__(self, *, today: date, start: date | None) -> None:
        self.today, self.since = today, start or today
        self.given = start
        self.said: dict[str, Any] = {}
        self.ordinal, self.month_day, self.lasting = 0, 0, timedelta()
        self.left_out = ""

    def say(self, rest: str, **more: Any) -> None:  # noqa: ANN401 - fields of Spoken
        """Take something in. Raises Misheard where it was said before, and otherwise."""
        for name, value in more.items():
            if self.said.get(name, value) != value:
                raise Misheard("spoken_twice", rest=rest.strip())
            self.said[name] = value

    # --- what a sentence comes to

    def meant(self) -> Spoken:
        spoken = self._in_a_row(Spoken(**self.said))
        if spoken.dates and not spoken.kind:
            first, *others = sorted(set(spoken.dates))
            spoken = replace(spoken, start=first, dates=tuple(others))
        elif spoken.kind:
            spoken = replace(spoken, start=self._first(spoken))
        spoken = replace(spoken, start=spoken.start or self.given)
        if spoken.start and self.lasting and not spoken.until:
            spoken = replace(spoken, until=spoken.start + self.lasting - timedelta(days=1))
        left_out = parts.dates(self.left_out, after=spoken.start or self.since)
        return replace(spoken, without=tuple(left_out))

    @staticmethod
    def _in_a_row(spoken: Spoken) -> Spoken:
        """Days in a row: of a series its end, with an hour one date a day, else one date that lasts."""
        if not spoken.last:
            return spoken
        if spoken.kind or spoken.begins:
            return replace(spoken, kind=spoken.kind or DAILY, until=spoken.until or spoken.last, last=None)
        return replace(spoken, all_day=True)

    def _first(self, spoken: Spoken) -> date | None:
        """The first date of a series from where it may begin."""
        begins = spoken.start or self.since
        if spoken.kind == DAILY or (spoken.kind == WEEKLY and not spoken.weekdays):
            return begins if spoken.start or self.given else None
        if spoken.kind == MONTHLY_DAY and not self.month_day:
            return spoken.start or self.given
        days = (begins + timedelta(days=number) for number in range(370))
        return next((day for day in days if self._fits(day, spoken)), None)

    def _fits(self, day: date, spoken: Spoken) -> bool:
        if self.month_day:
            return day.day == self.month_day
        if WEEKDAYS[day.weekday()] not in spoken.weekdays:
            return False
        if self.ordinal == -1:
            return (day + timedelta(days=7)).month != day.month
        return not self.ordinal or (day.day - 1) // 7 + 1 == self.ordinal


# --- what each part of a sentence means ----------------------------------------------------------------------


def _hours(ear: _Ear, found: re.Match[str]) -> None:
    begins, ends = parts.hours(found["first"], found["second"])
    ear.say(found[0], begins=begins, ends=ends)


def _hour(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], begins=parts.hours(found["first"])[0])


def _closing(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], ends=parts.hours(found["first"])[0])


def _all_day(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], all_day=True)


def _weekly(ear: _Ear, found: re.Match[str]) -> None:
    days = tuple(WEEKDAYS[each] for each in parts.weekdays(found["days"]))
    every = found.groupdict().get("every")
    ear.say(found[0], kind=WEEKLY, weekdays=days, **({"interval": parts.number(every)} if every else {}))


def _run_of_days(ear: _Ear, found: re.Match[str]) -> None:
    """From one day of the week to another, as `de martes a domingo`."""
    first, last = parts.weekday(found["from"]), parts.weekday(found["to"])
    run = [(first + each) % 7 for each in range((last - first) % 7 + 1)]
    ear.say(found[0], kind=WEEKLY, weekdays=tuple(WEEKDAYS[each] for each in sorted(run)))


def _working_days(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], kind=WEEKLY, weekdays=tuple(WEEKDAYS[:WORKING_DAYS]))


def _weekends(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], kind=WEEKLY, weekdays=tuple(WEEKDAYS[WORKING_DAYS:]))


def _daily(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], kind=DAILY)


def _each(ear: _Ear, found: re.Match[str]) -> None:
    """`Cada dos semanas`, `cada 15 días`, `cada 3 meses`; where a weekday was said it stays with it."""
    many, unit = parts.number(found["many"] or "1"), found["unit"]
    if unit.startswith("dia") and many % 7 <= 1 and many > 7:  # noqa: PLR2004 - every 14 or 15 days is said for every two weeks
        many, unit = many // 7, "semana"
    kind = WEEKLY if unit.startswith("semana") else MONTHLY_DAY if unit.startswith("mes") else DAILY
    if ear.said.get("kind") == WEEKLY and kind == WEEKLY and ear.said.get("interval", 1) == 1:
        ear.said["interval"] = many
        return
    if kind == MONTHLY_DAY and (ear.ordinal or ear.month_day):
        ear.said["interval"] = many
        return
    ear.say(found[0], kind=kind, interval=many)


def _every_other(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], kind=WEEKLY, weekdays=tuple(WEEKDAYS[each] for each in parts.weekdays(found["day"])), interval=2)


def _monthly(ear: _Ear, found: re.Match[str]) -> None:
    """The second Saturday, the last Sunday of each month."""
    ear.ordinal = ORDINALS[found["ordinal"]]
    kind = MONTHLY_LAST if ear.ordinal == -1 else MONTHLY_WEEKDAY
    ear.say(found[0], kind=kind, weekdays=(WEEKDAYS[parts.weekday(found["day"])],))


def _monthly_day(ear: _Ear, found: re.Match[str]) -> None:
    ear.month_day = parts.number(found["day"])
    if not 1 <= ear.month_day <= 31:  # noqa: PLR2004 - days of a month
        raise Misheard("spoken_date", date=found["day"])
    ear.say(found[0], kind=MONTHLY_DAY)


def _until(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], until=parts.dates(found["date"], after=_from(ear))[0])


def _until_month(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], until=parts.month_end(parts.MONTHS[found["month"].rstrip(".")], after=_from(ear)))


def _until_year(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], until=date(_from(ear).year, 12, 31))


def _in_months(ear: _Ear, found: re.Match[str]) -> None:
    """`Los sábados de enero y febrero`: from the first day of the one to the last of the other."""
    named = [parts.MONTHS[each.rstrip(".")] for each in re.findall(MONTH, found["months"])]
    end = parts.month_end(named[0], after=_from(ear))
    ear.said.setdefault("start", max(end.replace(day=1), _from(ear)))
    ear.say(found[0], until=parts.month_end(named[-1], after=end))


def _from(ear: _Ear) -> date:
    found: date = ear.said.get("start", ear.since)
    return found


def _since(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], start=parts.dates(found["date"], after=ear.today)[0])


def _times(ear: _Ear, found: re.Match[str]) -> None:
    ear.say(found[0], count=parts.number(found["many"]))


def _lasting(ear: _Ear, found: re.Match[str]) -> None:
    """`Durante 4 semanas`: the days are counted once the first date is known."""
    days = {"dia": 1, "semana": 7, "mes": 30}
    unit = next(size for name, size in days.items() if found["unit"].startswith(name))
    ear.lasting = timedelta(days=parts.number(found["many"]) * unit)


def _without(ear: _Ear, found: re.Match[str]) -> None:
    """Dates, holidays, or both."""
    said = found.groupdict("")
    ear.left_out = f"{ear.left_out}, {said['dates']}".strip(", ")
    if said["holidays"]:
        ear.said["without_holidays"] = True


def _row(ear: _Ear, found: re.Match[str]) -> None:
    """`Del 5 al 20 de diciembre`."""
    last = parts.dates(f"{found['to']}", after=ear.today)[0]
    month = found["month"] or found["last_month"]
    first = parts.dates(f"{found['from']} de {month}{found['year'] or ''}", after=ear.today)[0]
    if last < first:
        last = parts.dates(f"{found['to']}", after=first)[0]
    if last < first:
        raise Misheard("spoken_date", date=found[0].strip())
    ear.say(found[0], start=first, last=last)


def _dates(ear: _Ear, found: re.Match[str]) -> None:
    given = tuple(parts.dates(found["dates"], after=ear.today))
    if ear.said.get("kind"):  # "cada sábado, el 5 de diciembre": the date is where it begins
        ear.say(found[0], start=given[0])
        return
    ear.said["dates"] = (*ear.said.get("dates", ()), *given)


def _near(ear: _Ear, found: re.Match[str]) -> None:
    """Today, tomorrow, this Saturday."""
    words = found["near"]
    if day := re.search(WEEKDAY, words):
        ahead = (parts.weekday(day[0]) - ear.today.weekday()) % 7 or 7
    else:
        ahead = {"hoy": 0, "manana": 1, "pasado manana": 2}[words]
    ear.said["dates"] = (*ear.said.get("dates", ()), ear.today + timedelta(days=ahead))


def _nothing(ear: _Ear, found: re.Match[str]) -> None:
    """Words that only join others."""
    del ear, found


_WEEKDAYS_LIST = rf"(?P<days>{WEEKDAY}(?:{AND}(?:los\s+)?{WEEKDAY})*)"
_THE = r"(?:el\s+|los\s+|las\s+|dias?\s+)*"
_EXCEPT = r"(?:menos|excepto|salvo|sin)\s+"
_HOLIDAYS = rf"(?P<holidays>{_THE}(?:feriados?|festivos?)\b)"
SAID: Mapping[str, Part] = {
    rf"{_EXCEPT}{_THE}(?P<dates>{DATES})(?:{AND}{_HOLIDAYS})?": _without,
    rf"{_EXCEPT}{_HOLIDAYS}(?:{AND}{_THE}(?P<dates>{DATES}))?": _without,
    rf"(?:hasta|al)\s+(?:el\s+)?(?P<date>{DATE})": _until,
    r"hasta\s+(?:el\s+)?(?:fin|fines|final|finales)\s+del?\s+ano\b": _until_year,
    rf"hasta\s+(?:(?:el\s+)?(?:fin|fines|final|finales)\s+de\s+)?(?P<month>{MONTH})": _until_month,
    rf"(?:desde|a partir del?|empezando|comenzando|comienza|empieza)\s+(?:el\s+)?(?P<date>{DATE})": _since,
    rf"(?:del|desde el)\s+(?P<from>{DAY})(?:\s+de\s+(?P<month>{MONTH}))?\s+(?:al|hasta el)\s+"
    rf"(?P<to>{DAY}\s+(?:de\s+)?(?P<last_month>{MONTH})(?P<year>{YEAR})?)": _row,
    rf"(?:el\s+)?(?P<dates>{DATES})": _dates,
    rf"(?:el|los|dias?)\s+{_THE}(?P<dates>{DATES})": _dates,
    rf"(?:de|desde|entre)\s+(?:las?\s+)?(?P<first>{HOUR})\s*(?:a|y|hasta|-)\s*(?:las?\s+)?(?P<second>{HOUR})": _hours,
    rf"(?P<first>{HOUR})\s*(?:-|a)\s*(?P<second>{HOUR})": _hours,
    rf"(?:a|desde)\s+(?:las?|el)?\s*(?P<first>{HOUR})": _hour,
    rf"hasta\s+(?:las?|el)?\s*(?P<first>{HOUR})": _closing,
    r"(?P<first>\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm|h)\b|\d{1,2}:\d\d)": _hour,
    r"todo el dia\b": _all_day,
    rf"{_THE}(?:cada\s+)?{_ORDINAL}\s+(?P<day>{WEEKDAY})(?:\s+(?:de\s+cada|del|de todos los)\s+mes(?:es)?)?": _monthly,
    rf"(?:el\s+)?(?:dia\s+)?(?P<day>{DAY})\s+de\s+(?:cada mes|todos los meses)": _monthly_day,
    rf"el\s+dia\s+(?P<day>{DAY})(?=\s*,?\s*cada\s+{NUMBER}\s+meses)": _monthly_day,
    rf"(?:un\s+)?(?P<day>{WEEKDAY})\s+(?:por medio|si y otro no)": _every_other,
    rf"cada\s+(?P<every>{NUMBER})\s+{_WEEKDAYS_LIST}": _weekly,
    r"(?:cada|todos los|los)\s+fin(?:es)?\s+de\s+semana": _weekends,
    r"(?:todos los dias|cada dia|a diario|diario|diariamente)\b": _daily,
    r"(?:(?:todos los|los|de)\s+)?dias? (?:de semana|utiles|laborables)": _working_days,
    rf"(?:todos los\s+dias\s+)?(?:de|desde)\s+(?P<from>{WEEKDAY})\s+(?:a|hasta)\s+(?P<to>{WEEKDAY})": _run_of_days,
    rf"(?:cada|todos\s+los|los)\s+{_WEEKDAYS_LIST}": _weekly,
    rf"(?P<days>(?:sabados|domingos)\b(?:{AND}(?:los\s+)?{WEEKDAY})*)": _weekly,
    rf"(?P<days>{WEEKDAY}{AND}(?:los\s+)?{WEEKDAY}(?:{AND}{WEEKDAY})*)": _weekly,
    rf"cada\s+(?:(?P<many>{NUMBER})\s+)?(?P<unit>dias?|semanas?|mes(?:es)?)\b": _each,
    r"(?P<many>)(?P<unit>semanal|mensual)(?:mente)?\b": _each,
    rf"(?:de|en)\s+(?P<months>{MONTH}(?:(?:{AND}|\s+a\s+){MONTH})*)": _in_months,
    rf"(?P<many>{NUMBER})\s+(?:veces|fechas?|funciones|sesiones|clases|encuentros)\b": _times,
    rf"(?:durante|por)\s+(?P<many>{NUMBER})\s+(?P<unit>dias?|semanas?|mes(?:es)?)\b": _lasting,
    r"(?P<near>hoy|pasado manana|manana)\b": _near,
    rf"(?:el|este|el proximo)\s+(?P<near>{WEEKDAY})": _near,
    r"(?:y|e|a|el|los|en|se repite|sera|son|tambien|solo|siempre)\b": _nothing,
}  # fmt: skip
PATTERNS = tuple((re.compile(pattern), hear) for pattern, hear in SAID.items())
