"""What a reader may ask of any feed beside what it is about: its parameters, read and written in one canonical form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from calendar_service.domain.errors import Invalid, Problem

KEYS = ("full", "from", "to", "cancelled", "alarm", "profile", "lang")
"""In canonical order."""

RICH = "-rich"
"""Ends the name of a variant of texts that newer standards enrich."""

FIRST_ALARM = 5
LAST_ALARM = 28 * 24 * 60
_ALARM = re.compile(r"P(?:(\d{1,2})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?)?")
_VALUES = {"full": ("1",), "cancelled": ("visible",), "profile": ("rich",)}

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`full`: no window and no limit. `from_day`, `to_day`: a bounded piece, local days, both included.

    `cancelled_visible`: what is cancelled says so in its title alone. `alarm`: a reminder that long before, in
    minutes. `rich`: components that most programs do not know. `lang`: empty for the metropolis's language.
    """

    full: bool = False
    from_day: date | None = None
    to_day: date | None = None
    cancelled_visible: bool = False
    alarm: int | None = None
    rich: bool = False
    lang: str = ""

    @classmethod
    def read(cls, pairs: Pairs, *, languages: tuple[str, ...], default: str) -> Options:
        """Read the pairs of a query string; one that is unknown or stands twice is refused. Raises Invalid."""
        return _Reader(pairs, languages, default).options()

    def variant(self, default: str) -> str:
        """Which of an event's texts this asks for: its language, and whether it is rich."""
        return f"{self.lang or default}{RICH if self.rich else ''}"

    def pairs(self) -> list[tuple[str, str]]:
        """The canonical pairs: defaults left out, in order."""
        written = {
            "full": "1" if self.full else "",
            "from": self.from_day.isoformat() if self.from_day else "",
            "to": self.to_day.isoformat() if self.to_day else "",
            "cancelled": "visible" if self.cancelled_visible else "",
            "alarm": duration(self.alarm) if self.alarm else "",
            "profile": "rich" if self.rich else "",
            "lang": self.lang,
        }
        return [(key, written[key]) for key in KEYS if written[key]]


def duration(minutes: int) -> str:
    """A DURATION (RFC 5545 §3.3.6) in whole hours where it is one."""
    hours, rest = divmod(minutes, 60)
    return f"PT{minutes}M" if rest else f"PT{hours}H"


class _Reader:
    """Reads pairs once and gathers every problem."""

    def __init__(self, pairs: Pairs, languages: tuple[str, ...], default: str) -> None:
        self.languages, self.default = languages, default
        self.given: dict[str, str] = {}
        self.problems: list[Problem] = []
        for key, value in pairs:
            if key not in KEYS:
                self._refuse(key, "selection_unknown_key", key=key[:80])
            elif key in self.given:
                self._refuse(key, "selection_once")
            else:
                self.given[key] = value

    def options(self) -> Options:
        options = Options(
            full=self._one_of("full"), from_day=self._day("from"), to_day=self._day("to"),
            cancelled_visible=self._one_of("cancelled"), alarm=self._alarm(), rich=self._one_of("profile"),
            lang=self._lang(),
        )  # fmt: skip
        if options.full and (options.from_day or options.to_day):
            self._refuse("full", "selection_two_times")
        if options.from_day and options.to_day and options.from_day > options.to_day:
            self._refuse("to", "selection_from_after_to")
        if self.problems:
            raise Invalid(self.problems)
        return options

    def _refuse(self, field: str, code: str, **values: object) -> None:
        self.problems.append(Problem(field=field, code=code, values=dict(values)))

    def _one_of(self, key: str) -> bool:
        value = self.given.get(key)
        if value is not None and value not in _VALUES[key]:
            self._refuse(key, "selection_unknown_value", value=value[:80])
        return value is not None

    def _day(self, key: str) -> date | None:
        value = self.given.get(key)
        if value is None:
            return None
        try:
            return date.fromisoformat(value if len(value) == len("2026-12-05") else "")
        except ValueError:
            self._refuse(key, "selection_day")
            return None

    def _alarm(self) -> int | None:
        value = self.given.get("alarm")
        if value is None:
            return None
        found = _ALARM.fullmatch(value)
        days, hours, minutes = (int(digits or 0) for digits in found.groups()) if found else (0, 0, 0)
        total = (days * 24 + hours) * 60 + minutes
        if not FIRST_ALARM <= total <= LAST_ALARM:
            self._refuse("alarm", "feed_alarm")
            return None
        return total

    def _lang(self) -> str:
        value = self.given.get("lang", self.default)
        if value not in self.languages:
            self._refuse("lang", "selection_unknown_value", value=value[:80])
        return "" if value == self.default else value
