"""Times, amounts and lists as CLDR writes them in a language and a country; no translated sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as wall_time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal, get_currency_precision, get_currency_symbol
from babel.units import format_unit

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))
_NUMBER_IN_PATTERN = re.compile(r"[#,0]+(?:\.[0#]+)?")
_OF_THE_MACHINE = re.compile("localtime|Factory|posixrules|(posix|right)/.*")
"""Files beside those of zones, which no event could be in."""
_LEADS_ON = re.compile(r" (de|al|a|of|to) (?=\w)")
_MINUTES_IN_PATTERN = re.compile(r"[:.]mm")
_AND_BECOMES_E = re.compile(r"h?[ií](?![aeo])", re.IGNORECASE)
_OR_BECOMES_U = re.compile(r"h?[oó]|8|11\b", re.IGNORECASE)
_SECONDS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_KILO = 1000


def plain(text: str) -> str:
    """The same words with ordinary spaces, for mail, iCalendar and spreadsheets (CLDR's do not break)."""
    return text.translate(_SPACES)


def tied(text: str) -> str:
    """The same words with "de diciembre" and "a 9 p. m." each on one line."""
    return _LEADS_ON.sub(rf" \1{NO_BREAK_SPACE}", text)


def is_locale(name: str) -> bool:
    """Whether CLDR knows a language, or one as a country writes it: es_PE."""
    try:
        Locale.parse(name)
    except (ValueError, UnknownLocaleError):
        return False
    return True


def is_zone(name: str) -> bool:
    """Whether there are clocks of this IANA name: America/Lima. The list of all names is not read for one: each start
    asks, and `moments.is_zone` knows it once somebody enters one.
    """
    if _OF_THE_MACHINE.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


@lru_cache
def own_name(language: str) -> str:
    """What a language calls itself: "Español"."""
    return (Locale.parse(language).get_language_name() or language).capitalize()


def is_currency(code: str) -> bool:
    """Whether CLDR knows a currency by this code of ISO 4217."""
    return code in Locale("en").currencies


@lru_cache(maxsize=4096)
def _number(value: Decimal | float, locale: Locale) -> str:
    """Counts stand on every page, and are mostly small."""
    return format_decimal(value, locale=locale)


@dataclass(frozen=True, eq=False)
class Formats:
    """`locale` is the reader's; `home` the metropolis's own, for the sign of its currency."""

    locale: Locale
    home: Locale

    def time(self, at: datetime | wall_time) -> str:
        """The wall clock as it stands in the value, whatever its zone.

        A whole hour drops ":00" beside a. m. and p. m.: "7:30 p. m.", "9 p. m.".
        """
        pattern = str(self.locale.time_formats["short"].pattern)
        if at.minute == 0 and "a" in pattern:
            pattern = _MINUTES_IN_PATTERN.sub("", pattern)
        return format_time(at.replace(tzinfo=None), pattern, locale=self.locale).lower()

    def language_name(self, code: str) -> str:
        """A language's name as CLDR knows it, else its code."""
        return str(self.locale.languages.get(code, code))

    def weekday(self, day: date) -> str:
        return format_date(day, "EEEE", locale=self.locale)

    def month(self, day: date) -> str:
        """With its year: "diciembre de 2026"."""
        return format_skeleton("yMMMM", day, locale=self.locale)

    def number(self, value: Decimal | float) -> str:
        return _number(value, self.locale)

    def price(self, amount: Decimal, currency: str) -> str:
        """`currency` is an ISO 4217 code. A whole amount has no decimals: "S/ 15", "S/ 15.50"."""
        before, after = _NUMBER_IN_PATTERN.split(self._price_pattern, maxsplit=1)
        sign = self.currency_sign(currency)
        if before.endswith("¤") and unicodedata.category(sign[-1]) != "Sc":
            before += NO_BREAK_SPACE  # CLDR's currencySpacing: a sign that ends in a letter stands apart
        return f"{before}{self._price_number(amount, currency)}{after}".replace("¤", sign)

    @property
    def _price_pattern(self) -> str:
        return str(self.locale.currency_formats["standard"].pattern).split(";")[0]

    def _price_number(self, amount: Decimal, currency: str) -> str:
        found = _NUMBER_IN_PATTERN.search(self._price_pattern)
        whole = found.group().split(".")[0] if found else "#,##0"
        digits = 0 if amount == amount.to_integral_value() else get_currency_precision(currency)
        return format_decimal(amount, f"{whole}.{'0' * digits}".rstrip("."), locale=self.locale)

    def currency_sign(self, currency: str) -> str:
        """The reader's own sign, else the metropolis's ("S/" also in English), else the code."""
        sign = get_currency_symbol(currency, locale=self.locale)
        return get_currency_symbol(currency, locale=self.home) if sign == currency else sign

    def distance(self, km: float) -> str:
        """One decimal under ten kilometres; none from there on."""
        rounded = round(km, 1) if km < 10 else round(km)  # noqa: PLR2004 - as the docstring says
        return format_unit(rounded, "length-kilometer", "short", locale=self.locale)

    def file_size(self, size: int) -> str:
        """`size` in bytes; said in kB (at least 1) or MB (one decimal), of 1,000."""
        kilobytes = max(1, round(size / _KILO))
        if kilobytes < _KILO:
            return format_unit(kilobytes, "digital-kilobyte", "short", locale=self.locale)
        return format_unit(round(size / _KILO**2, 1), "digital-megabyte", "short", locale=self.locale)

    def duration_words(self, duration: timedelta) -> str:
        """Whole weeks as weeks, else the two largest of days, hours, minutes, seconds: "1 día y 2 horas"."""
        left = int(duration.total_seconds())
        parts = []
        for unit, seconds in _SECONDS.items():
            if unit == "week" and left % seconds:
                continue
            count, left = divmod(left, seconds)
            if count:
                parts.append(format_unit(count, f"duration-{unit}", "long", locale=self.locale))
        return self.list_and(parts[:2]) or format_unit(0, "duration-minute", "long", locale=self.locale)

    def list_and(self, items: Sequence[str]) -> str:
        """All of them: "música, danza y teatro", and in Spanish "música e historia"."""
        said = format_list(list(items), "standard", locale=self.locale)
        return self._for_the_ear(said, items[-1], heard=_AND_BECOMES_E, instead="e") if items else ""

    def list_or(self, items: Sequence[str]) -> str:
        """Any of them: "lunes o martes", and in Spanish "siete u ocho"."""
        said = format_list(list(items), "or", locale=self.locale)
        return self._for_the_ear(said, items[-1], heard=_OR_BECOMES_U, instead="u") if items else ""

    def _for_the_ear(self, said: str, last: str, *, heard: re.Pattern[str], instead: str) -> str:
        """Spanish only: the word before the last item changes where the two would sound as one."""
        if self.locale.language != "es" or said == last or not heard.match(last):
            return said
        beginning = said.removesuffix(last).rstrip().rpartition(" ")[0]
        return f"{beginning} {instead} {last}"
