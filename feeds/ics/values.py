"""Values as iCalendar knows them: typed, so that nothing is written raw or guessed from a Python type (RFC 5545 §3.3).

A plain `str` given to icalendar is written unescaped under some names and escaped under others; these never are
plain. What they may hold is checked after writing, by `feeds.ics.check`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Parameters
from icalendar.prop import vCategory, vDatetime, vDDDLists, vDDDTypes, vGeo, vInt, vRecur, vText, vUri


def text(value: str) -> vText:
    """TEXT (§3.3.11), escaped when written."""
    return vText(value)


@lru_cache(maxsize=256)
def word(value: str) -> vText:
    """TEXT that many events say alike, such as a status: made once, so nothing may be said beside it."""
    return vText(value)


def texts(values: Iterable[str]) -> vCategory:
    """Several TEXT values on one line."""
    return vCategory(list(values))


def number(value: int) -> vInt:
    """INTEGER (§3.3.8)."""
    return vInt(value)


def uri(value: str, **parameters: str) -> vUri:
    """URI (§3.3.13) with its VALUE said, for properties whose default is another type."""
    made = vUri(value)
    made.params = Parameters({"VALUE": "URI", **{key: fit(each) for key, each in parameters.items()}})
    return made


def link(value: str) -> vUri:
    """URI where that is the property's only type."""
    return vUri(value)


@lru_cache(maxsize=64)
def instant(value: datetime) -> vDDDTypes:
    """A moment in UTC, whole seconds (§3.3.5, form 2). Many events were changed at one: nothing is said beside it."""
    return vDDDTypes(value.astimezone(UTC).replace(microsecond=0))


def moment(wall: datetime, *, zone: str, all_day: bool) -> vDDDTypes | vDatetime:
    """A date, or a wall clock in its zone (§3.3.5, form 3)."""
    tzid = None if all_day else _tzid(zone)
    if tzid is None:
        return vDDDTypes(wall.date() if all_day else wall.replace(tzinfo=ZoneInfo(zone)))
    made = vDatetime(wall)
    made.params["TZID"] = tzid
    return made


@lru_cache(maxsize=512)
def _tzid(zone: str) -> str | None:
    """What icalendar calls a zone, found out once, as it takes longer than all else; None of what it writes as UTC."""
    named: str | None = vDatetime(datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))).params.get("TZID")
    return named


def moments(walls: Iterable[datetime], *, zone: str, all_day: bool) -> vDDDLists:
    """Several of them on one line, in the same form; icalendar alone would not say VALUE=DATE here."""
    clock = ZoneInfo(zone)
    made = vDDDLists([each.date() if all_day else each.replace(tzinfo=clock) for each in walls])
    if all_day:
        made.params["VALUE"] = "DATE"
    return made


def rule(value: str) -> vRecur:
    """RECUR (§3.3.10), as `recurrence.Rule.ical` gives it."""
    made: vRecur = vRecur.from_ical(value)
    return made


class Position(vGeo):
    """Latitude and longitude (§3.8.1.6) with six decimals, never with an exponent."""

    def to_ical(self) -> str:
        """Latitude first."""
        return f"{self.latitude:.6f};{self.longitude:.6f}"


_UNFIT = str.maketrans({'"': "'", "^": None})


def fit(value: str) -> str:
    """A parameter's value: no quotation mark, caret or line break, which RFC 6868 readers alone would take back."""
    return " ".join(value.translate(_UNFIT).split())
