"""Public holidays as rules: a day of the year, or so many days from Easter Sunday."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter

RULE = re.compile(r"easter([+-]\d{1,2})\Z|(\d\d)-(\d\d)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRule:
    """A holiday of every year since one: `rule` is `MM-DD` or `easter±N`."""

    key: str
    rule: str
    names: Mapping[str, str]
    since_year: int = 0

    def on(self, year: int) -> date:
        """The day of a year. Raises ValueError for a rule of another form."""
        found = RULE.match(self.rule)
        if not found:
            message = f"{self.key}: not a rule of a holiday: {self.rule}"
            raise ValueError(message)
        if found[1]:
            return easter(year) + timedelta(days=int(found[1]))
        return date(year, int(found[2]), int(found[3]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A holiday on its day."""

    day: date
    key: str
    names: Mapping[str, str]


def holidays_in(rules: Iterable[HolidayRule], first: date, last: date) -> list[Holiday]:
    """The holidays from one day to another, both included, in order."""
    years = range(first.year, last.year + 1)
    found = (
        Holiday(day=rule.on(year), key=rule.key, names=rule.names)
        for rule in rules
        for year in years
        if year >= rule.since_year
    )
    return sorted((each for each in found if first <= each.day <= last), key=lambda each: (each.day, each.key))
