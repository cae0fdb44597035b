"""A selection: where, when, what, for whom, how. The same value in a page's address bar, a feed, the API and a mail.

It reads itself from the pairs of a query string and writes itself in one canonical form: kinds in a fixed order,
values sorted, defaults left out. What it holds is well formed; whether the names exist is asked in `services.browsing`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from calendar_service.domain.errors import Invalid, Problem
from calendar_service.text import clean

Pairs = Iterable[tuple[str, str]]
Name = TypeVar("Name", bound=StrEnum)

LISTS = {
    "district": "districts", "cluster": "clusters", "zone": "zones", "venue": "venues",
    "organisation": "organisations", "discipline": "disciplines", "format": "formats",
    "audience": "audiences", "access": "access",
}  # fmt: skip
ORDER = (
    "district", "cluster", "zone", "venue", "organisation", "near", "km", "when", "from", "to", "time",
    "discipline", "format", "q", "audience", "age", "free", "price", "outdoors", "indoors", "access",
)  # fmt: skip
KEYS = frozenset(ORDER)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
POINT = re.compile(r"(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)\Z")
MAX_VALUES = 50
MAX_WORDS = 100
QUOTES = "\"'“”«»"
DEFAULT_KM = 5
MAX_KM = 50
MAX_AGE = 120
MAX_PRICE = 9_999
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""As for events: days beyond overflow on their way to UTC."""


class When(StrEnum):
    """Ranges of days by name, relative to now."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"


class PartOfDay(StrEnum):
    """When in the day something begins, by the wall clock."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


HOURS: Mapping[PartOfDay, tuple[int, int]] = {
    PartOfDay.MORNING: (5, 12), PartOfDay.AFTERNOON: (12, 18), PartOfDay.EVENING: (18, 5),
}  # fmt: skip
"""The first hour of each part, and the first after it: an evening lasts into the night."""


@dataclass(frozen=True, slots=True)
class Point:
    """A position rounded to 0.01° before it enters any address (WGS 84, degrees): about a kilometre, on purpose."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        return f"{self.latitude:.2f},{self.longitude:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Values of one kind are or-ed (`access` and-ed), kinds are and-ed; empty means "whatever".

    `price` is the most that one pays, in the metropolis's currency: what is free costs less than any.
    """

    districts: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    near: Point | str | None = None
    km: int = DEFAULT_KM
    when: When | None = None
    from_day: date | None = None
    to_day: date | None = None
    time: PartOfDay | None = None
    disciplines: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    q: str = ""
    audiences: tuple[str, ...] = ()
    age: int | None = None
    free: bool = False
    price: int | None = None
    outdoors: bool = False
    indoors: bool = False
    access: tuple[str, ...] = ()

    @classmethod
    def read(cls, pairs: Pairs, *, ignore: frozenset[str] = frozenset()) -> Selection:
        """Read the pairs of a query string; keys in `ignore` belong to somebody else. Raises Invalid."""
        return _Reader(pairs, ignore).selection()

    def pairs(self) -> list[tuple[str, str]]:
        """The canonical pairs: what makes two equal selections one address."""
        written = self._written()
        return [(key, value) for key in ORDER for value in written.get(key, ())]

    def query(self) -> str:
        """The canonical query string, without `?`; empty for the selection of everything."""
        return urlencode(self.pairs(), safe=",:")

    def _written(self) -> Mapping[str, Iterable[str]]:
        written: dict[str, Iterable[str]] = {key: sorted(getattr(self, name)) for key, name in LISTS.items()}
        if self.near is not None:
            written["near"] = (str(self.near),)
            written["km"] = () if self.km == DEFAULT_KM else (str(self.km),)
        for key in ("when", "time", "q", "age", "price"):
            value = getattr(self, key)
            written[key] = () if value in (None, "") else (str(value),)
        for key, day in (("from", self.from_day), ("to", self.to_day)):
            written[key] = (day.isoformat(),) if day else ()
        for key in ("free", "outdoors", "indoors"):
            written[key] = ("1",) if getattr(self, key) else ()
        return written

    @property
    def is_quoted(self) -> bool:
        """Whether its words are meant as they stand, and not for what they may mean."""
        return len(self.q) > 1 and self.q[0] in QUOTES and self.q[-1] in QUOTES

    @property
    def words(self) -> str:
        """What is searched for, without the quotes around it."""
        return self.q[1:-1].strip() if self.is_quoted else self.q

    def quoted(self) -> Selection:
        """The same, its words as they stand."""
        return replace(self, q=f'"{self.words[: MAX_WORDS - 2]}"')

    def without_time(self) -> Selection:
        """The same on whatever days: what a subscription or a month page asks."""
        return replace(self, when=None, from_day=None, to_day=None)

    @property
    def is_everything(self) -> bool:
        """Whether nothing was chosen."""
        return self == Selection()


class _Reader:
    """Reads pairs once and gathers every problem, so that a person is told all of them together."""

    def __init__(self, pairs: Pairs, ignore: frozenset[str]) -> None:
        self.given: defaultdict[str, list[str]] = defaultdict(list)
        self.problems: list[Problem] = []
        for key, value in pairs:
            if key in ignore:
                continue
            if key not in KEYS:
                self._refuse(key, "selection_unknown_key", key=key)
            elif value.strip():
                self.given[key].append(value.strip())

    def selection(self) -> Selection:
        lists = {name: self._slugs(key) for key, name in LISTS.items()}
        selection = Selection(
            **lists,
            near=self._near(), km=self._number("km", 1, MAX_KM) or DEFAULT_KM,
            when=self._named("when", When), from_day=self._day("from"), to_day=self._day("to"),
            time=self._named("time", PartOfDay), q=self._q(), age=self._number("age", 0, MAX_AGE),
            free=self._flag("free"), price=self._number("price", 0, MAX_PRICE),
            outdoors=self._flag("outdoors"), indoors=self._flag("indoors"),
        )  # fmt: skip
        self._check_time(selection)
        if self.problems:
            raise Invalid(self.problems)
        return selection

    def _refuse(self, field: str, code: str, **values: object) -> None:
        self.problems.append(Problem(field=field, code=code, values=dict(values)))

    def _slugs(self, key: str) -> tuple[str, ...]:
        values = sorted(set(self.given[key]))
        if len(values) > MAX_VALUES:
            self._refuse(key, "selection_too_many", limit=MAX_VALUES)
        for value in values:
            if not SLUG.match(value):
                self._refuse(key, "selection_unknown_value", value=value[:80])
        return tuple(values)

    def _single(self, key: str) -> str | None:
        values = self.given[key]
        if len(values) > 1:
            self._refuse(key, "selection_once")
        return values[0] if values else None

    def _flag(self, key: str) -> bool:
        value = self._single(key)
        if value not in (None, "0", "1"):
            self._refuse(key, "selection_flag")
        return value == "1"

    def _number(self, key: str, low: int, high: int) -> int | None:
        value = self._single(key)
        if value is None:
            return None
        if not (value.isascii() and value.isdigit() and low <= int(value[:6]) <= high):
            self._refuse(key, "selection_number", low=low, high=high)
            return None
        return int(value)

    def _day(self, key: str) -> date | None:
        value = self._single(key)
        if value is None:
            return None
        try:
            if DAY.match(value) and FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
                return date.fromisoformat(value)
        except ValueError:
            pass
        self._refuse(key, "selection_day")
        return None

    def _named(self, key: str, names: type[Name]) -> Name | None:
        value = self._single(key)
        if value is None:
            return None
        if value not in set(names):
            self._refuse(key, "selection_unknown_value", value=value[:80])
            return None
        return names(value)

    def _near(self) -> Point | str | None:
        value = self._single("near")
        if value is None or SLUG.match(value):
            return value
        found = POINT.match(value.replace(" ", ""))
        latitude, longitude = map(float, found.groups()) if found else (999.0, 999.0)
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees
            self._refuse("near", "selection_near")
            return None
        return Point(round(latitude, 2), round(longitude, 2))

    def _q(self) -> str:
        value = self._single("q") or ""
        if len(value) > MAX_WORDS:
            self._refuse("q", "selection_words", limit=MAX_WORDS)
        return clean(value, multiline=False)

    def _check_time(self, selection: Selection) -> None:
        ranged = selection.from_day or selection.to_day
        if selection.when and ranged:
            self._refuse("when", "selection_two_times")
        if selection.from_day and selection.to_day and selection.from_day > selection.to_day:
            self._refuse("to", "selection_from_after_to")


def split(pairs: Pairs) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Part the pairs that belong to a selection from the others, keeping the order of each."""
    known: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for pair in pairs:
        (known if pair[0] in KEYS else others).append(pair)
    return known, others


def forgiving(pairs: Pairs) -> tuple[Selection, list[Problem]]:
    """Read what can be read and give the problems beside it: what a page does, where a feed refuses."""
    known, _ = split(pairs)
    try:
        return Selection.read(known), []
    except Invalid as refused:
        bad = {each.field for each in refused.problems}
        return Selection.read(_without(known, bad)), refused.problems


def _without(pairs: Pairs, fields: set[str]) -> Iterator[tuple[str, str]]:
    dropped = fields | ({"from", "to", "when"} if fields & {"when", "to"} else set())
    return (pair for pair in pairs if pair[0] not in dropped)
