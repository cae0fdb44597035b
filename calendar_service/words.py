"""Everything a person reads: translations, sentences for errors, days, hours, amounts, repetitions in words.

The one point to import from. Usable everywhere, in a request or not. Times are wall clock as they stand in
the value; `today` is a local day. CLDR's spaces that do not break are kept; `plain` makes them ordinary.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol

from babel import Locale
from babel.dates import format_date

from calendar_service.formats import own_name, plain, tied
from calendar_service.translations import Translated, mark, read

__all__ = ["Rule", "Span", "Words", "mark", "own_name", "pick_language", "plain", "tied", "words"]

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MIDNIGHT = time.min
_ONE_NIGHT = timedelta(hours=12)
_RUN_OF_DAYS = 3
_PLURALS = (  # with "los" before them: on Mondays
    mark("lunes"),
    mark("martes"),
    mark("miércoles"),
    mark("jueves"),
    mark("viernes"),
    mark("sábados"),
    mark("domingos"),
)
_POSITIONS = {
    1: mark("el primer %(weekday)s"),
    2: mark("el segundo %(weekday)s"),
    3: mark("el tercer %(weekday)s"),
    4: mark("el cuarto %(weekday)s"),
    5: mark("el quinto %(weekday)s"),
    -1: mark("el último %(weekday)s"),
    -2: mark("el penúltimo %(weekday)s"),
    -3: mark("el antepenúltimo %(weekday)s"),
    -4: mark("el cuarto %(weekday)s desde el final"),
    -5: mark("el quinto %(weekday)s desde el final"),
}


class Span(Protocol):
    """When something is, on the wall clock (naive). All day: midnights, the end's day included."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime | None: ...
    @property
    def all_day(self) -> bool: ...


class Rule(Protocol):
    """A parsed RRULE (RFC 5545 section 3.3.10), its parts called as there; empty means not given.

    `byday` is ((1, "SU"),) for the first Sunday and ((None, "SA"),) for every Saturday.
    """

    @property
    def start(self) -> datetime: ...
    @property
    def freq(self) -> str: ...
    @property
    def interval(self) -> int: ...
    @property
    def bymonth(self) -> tuple[int, ...]: ...
    @property
    def bymonthday(self) -> tuple[int, ...]: ...
    @property
    def byday(self) -> Sequence[tuple[int | None, str]]: ...
    @property
    def bysetpos(self) -> tuple[int, ...]: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def count(self) -> int | None: ...


@lru_cache
def words(language: str, *, locale: str | None = None) -> Words:
    """The words of `language` ("es"), one object per process for each pair.

    `locale` is the metropolis's ("es_PE"): its formats are used if it speaks the language, else those of the
    language alone; the sign of its currency is known in every language. Raises LookupError if there are no
    translations into the language.
    """
    home = Locale.parse((locale or language).replace("-", "_"))
    spoken = home if home.language == language else Locale.parse(language)
    return Words(locale=spoken, home=home, language=language, translations=read(language))


def pick_language(accept_language: str | None, supported: Sequence[str], default: str) -> str:
    """The supported language that the header Accept-Language likes best (RFC 9110 section 12.5.4)."""
    wishes = [_wish(part) for part in (accept_language or "")[:1000].split(",")]
    for _, tag in sorted(wishes, key=lambda wish: -wish[0]):
        if tag == "*":
            return default
        if tag in supported:
            return tag
    return default


def _wish(part: str) -> tuple[float, str]:
    """Quality and primary subtag: "es-PE;q=0.8" is (0.8, "es"). What is refused or garbled has no tag."""
    tag, _, parameter = part.partition(";")
    quality = parameter.strip().lower().removeprefix("q=") or "1"
    try:
        weight = float(quality)
    except ValueError:
        weight = 0.0
    return (weight, tag.strip().lower().partition("-")[0]) if 0 < weight <= 1 else (0.0, "")


@dataclass(frozen=True, eq=False)
class Words(Translated):
    """How one language says things."""

    @property
    def free(self) -> str:
        return self.t("Ingreso libre")

    def _said(self, value: object) -> object:
        match value:
            case datetime():
                return self.t("%(day)s, %(time)s", day=self.day_long(value), time=self.time(value))
            case date():
                return self.day_long(value)
        return super()._said(value)

    # --- days ---

    def _date(self, day: date, pattern: str) -> str:
        return format_date(day, pattern, locale=self.locale)

    def day(self, day: date, *, today: date | None = None) -> str:
        """Say "sáb. 5 de diciembre"; with the year if it is not that of `today` (without `today`: never)."""
        if _in_another_year(day, today):
            return self._date(day, self.p("date pattern", "EEE'.' d 'de' MMMM 'de' y"))
        return self._date(day, self.p("date pattern", "EEE'.' d 'de' MMMM"))

    def day_short(self, day: date, *, today: date) -> str:
        """Say "sáb. 5 dic.", with the year if it is another."""
        if _in_another_year(day, today):
            return self._date(day, self.p("date pattern", "EEE'.' d MMM y"))
        return self._date(day, self.p("date pattern", "EEE'.' d MMM"))

    def day_long(self, day: date) -> str:
        return self._date(day, self.p("date pattern", "EEEE d 'de' MMMM 'de' y"))

    def relative_day(self, day: date, today: date) -> str:
        """Say "hoy", "mañana", else as `day` says."""
        if day == today:
            return self.t("hoy")
        if day == today + timedelta(days=1):
            return self.t("mañana")
        return self.day(day, today=today)

    def until(self, day: date, *, today: date | None = None) -> str:
        """Say "hasta el 28 de marzo"; the year as in `day`."""
        return self.t("hasta el %(day)s", day=self._plain_day(day, with_year=_in_another_year(day, today)))

    def until_short(self, day: date, *, today: date) -> str:
        """Say "hasta el 28 mar.", the year as in `day`: where there is room for no more."""
        return self.t("hasta el %(day)s", day=self._short_day(day, with_year=_in_another_year(day, today)))

    def _plain_day(self, day: date, *, with_year: bool) -> str:
        if with_year:
            return self._date(day, self.p("date pattern", "d 'de' MMMM 'de' y"))
        return self._date(day, self.p("date pattern", "d 'de' MMMM"))

    def _short_day(self, day: date, *, with_year: bool) -> str:
        if with_year:
            return self._date(day, self.p("date pattern", "d 'de' MMM 'de' y"))
        return self._date(day, self.p("date pattern", "d 'de' MMM"))

    def days(self, first: date, last: date, *, today: date | None = None) -> str:
        """Both included: "del 7 al 15 de noviembre", "del 28 de nov. al 3 de dic."; the year as in `day`."""
        if first == last:
            return self.day(first, today=today)
        other_year = first.year != last.year or _in_another_year(last, today)
        if (first.year, first.month) == (last.year, last.month):
            beginning, ending = str(first.day), self._plain_day(last, with_year=other_year)
        else:
            beginning = self._short_day(first, with_year=first.year != last.year)
            ending = self._short_day(last, with_year=other_year)
        return self.t("del %(first)s al %(last)s", first=beginning, last=ending)

    def period(self, first: date, last: date, *, today: date | None = None) -> str:
        """Both included: "diciembre de 2026", "2026", or as `days`."""
        if first.day == 1 and last == first.replace(day=monthrange(first.year, first.month)[1]):
            return self.month(first)
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
            return str(first.year)
        return self.days(first, last, today=today)

    def span(self, span: Span, *, today: date | None = None) -> str:
        """Say "sáb. 5 de diciembre, 7:30 p. m. a 9 p. m."; a night belongs to the day on which it begins."""
        if not span.all_day:
            return self._hours(span.start, span.end or span.start, today=today)
        first, last = span.start.date(), (span.end or span.start).date()
        if first == last:
            return self.t("%(day)s, todo el día", day=self.day(first, today=today))
        return self.days(first, last, today=today)

    def weekly(self, span: Span) -> str:
        """Say "cada sábado, 7:30 p. m. a 9 p. m.", of a span that comes every week and is over on its day or night."""
        every = self.t("cada %(days)s", days=self._weekday(span.start.weekday()))
        if span.all_day:
            return self.t("%(day)s, todo el día", day=every)
        begins = self.t("%(day)s, %(time)s", day=every, time=self.time(span.start))
        return self._till(begins, span.start, span.end or span.start, today=None)

    def _hours(self, start: datetime, end: datetime, *, today: date | None) -> str:
        return self._till(self._moment(start, today=today), start, end, today=today)

    def _till(self, begins: str, start: datetime, end: datetime, *, today: date | None) -> str:
        if end <= start:
            return begins
        days_on = ((end - timedelta.resolution).date() - start.date()).days
        if days_on == 0 or (days_on == 1 and end - start <= _ONE_NIGHT):
            ends = self.t("medianoche") if end.time() == _MIDNIGHT else self.time(end)
            return self.t("%(start)s a %(end)s", start=begins, end=ends)
        return self.t("del %(start)s, al %(end)s", start=begins, end=self._moment(end, today=today))

    def _moment(self, at: datetime, *, today: date | None) -> str:
        return self.t("%(day)s, %(time)s", day=self.day(at, today=today), time=self.time(at))

    # --- repetitions ---

    def recurrence(self, rule: Rule, *, today: date | None = None) -> str:
        """Say "cada sábado hasta el 28 de marzo"; the year as in `day`.

        A rule too odd for a short sentence is "en varias fechas": less than the truth, and nothing wrong.
        """
        said = self._every(rule)
        if rule.until:
            said = f"{said} {self.until(rule.until.date(), today=today)}"
        if rule.count:
            said = self.n("%(rule)s, %(num)s fecha", "%(rule)s, %(num)s fechas", rule.count, rule=said)
        return said

    def _every(self, rule: Rule) -> str:
        if _is_odd(rule):
            return self.t("en varias fechas")
        if rule.freq == "YEARLY":
            return self._every_year(rule)
        said = {"DAILY": self._every_day, "WEEKLY": self._every_week, "MONTHLY": self._every_month}[rule.freq](rule)
        return self.t("%(rule)s, en %(months)s", rule=said, months=self._months(rule)) if rule.bymonth else said

    def _every_day(self, rule: Rule) -> str:
        return self.n("cada día", "cada %(num)s días", rule.interval)

    def _every_week(self, rule: Rule) -> str:
        days = sorted({_WEEKDAYS.index(code) for _, code in rule.byday}) or [rule.start.weekday()]
        every = self.n("cada semana", "cada %(num)s semanas", rule.interval)
        if len(days) == len(_WEEKDAYS) and rule.interval == 1:
            return self._every_day(rule)
        if len(days) >= _RUN_OF_DAYS and days[-1] - days[0] == len(days) - 1:
            run = self.t("de %(first)s a %(last)s", first=self._weekday(days[0]), last=self._weekday(days[-1]))
            return run if rule.interval == 1 else f"{every}, {run}"
        if rule.interval == 1:
            return self.t("cada %(days)s", days=self.list_and([self._weekday(day) for day in days]))
        named = self.list_and([self._weekdays(day) for day in days])
        return self.t("%(every)s los %(days)s", every=every, days=named)

    def _every_month(self, rule: Rule) -> str:
        days = self._days_of_month(rule)
        return self.n("%(days)s de cada mes", "%(days)s, cada %(num)s meses", rule.interval, days=days)

    def _every_year(self, rule: Rule) -> str:
        every = self.n("cada año", "cada %(num)s años", rule.interval)
        if not rule.bymonth:
            return every
        days, months = self._days_of_month(rule), self._months(rule)
        return self.t("%(days)s de %(months)s, %(every)s", days=days, months=months, every=every)

    def _months(self, rule: Rule) -> str:
        names = self.locale.months["format"]["wide"]
        return self.list_and([str(names[month]) for month in rule.bymonth])

    def _days_of_month(self, rule: Rule) -> str:
        """What the rule leaves open is as in its start."""
        if rule.byday:
            return self.list_and([self._weekday_of_month(position, code) for position, code in rule.byday])
        days = rule.bymonthday or (rule.start.day,)
        counted = self.list_and([str(day) for day in days if day > 0])
        named = [self.n("el día %(days)s", "los días %(days)s", len(days), days=counted)] if counted else []
        if -1 in days:
            named.append(self.t("el último día"))
        return self.list_and(named)

    def _weekday_of_month(self, position: int | None, code: str) -> str:
        name = self._weekday(_WEEKDAYS.index(code))
        if position is None:
            return self.t("cada %(days)s", days=name)
        return self.t(_POSITIONS[position], weekday=name)

    def _weekday(self, index: int) -> str:
        """The day's name; Monday is 0."""
        return str(self.locale.days["format"]["wide"][index])

    def _weekdays(self, index: int) -> str:
        """The day's name in the plural; Monday is 0."""
        return self.t(_PLURALS[index])


def _in_another_year(day: date, today: date | None) -> bool:
    return today is not None and day.year != today.year


def _is_odd(rule: Rule) -> bool:
    """Whether the rule has parts that would make its sentence long, or wrong if they were left out."""
    if rule.bysetpos or (rule.byday and rule.bymonthday) or any(day < -1 for day in rule.bymonthday):
        return True
    if rule.freq == "YEARLY" and not rule.bymonth:
        return bool(rule.byday or rule.bymonthday)
    return rule.freq == "DAILY" and bool(rule.byday or rule.bymonthday)
