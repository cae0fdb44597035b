"""Which date of a changed series stands for which of its former ones, so that what was said of one goes on being said.

A date follows its day to another hour, and its week (Monday to Sunday) to another weekday: who moves a class from
Tuesdays to Thursdays moves the week without a class as well.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime

Group = Callable[[datetime], Hashable]


def standing_in(was: Iterable[datetime], now: Iterable[datetime]) -> Mapping[datetime, datetime]:
    """For each start (wall clock) that is none any more, the new one in its place, where there is just one."""
    old, new = set(was), set(now)
    found: dict[datetime, datetime] = {}
    for group in (datetime.date, week_of):
        found |= _paired(old - new - found.keys(), new - old - set(found.values()), group)
    return found


def _paired(gone: Iterable[datetime], come: Iterable[datetime], group: Group) -> Mapping[datetime, datetime]:
    """Those of each group in their order, where as many came as went."""
    before, after = _grouped(gone, group), _grouped(come, group)
    pairs = (zip(before[key], after[key], strict=True) for key in before if len(before[key]) == len(after.get(key, ())))
    return dict(pair for each in pairs for pair in each)


def _grouped(moments: Iterable[datetime], group: Group) -> dict[Hashable, list[datetime]]:
    found: dict[Hashable, list[datetime]] = {}
    for each in sorted(moments):
        found.setdefault(group(each), []).append(each)
    return found


def week_of(day: date) -> tuple[int, int]:
    """The week in which a day is, Monday to Sunday: its year and number (ISO 8601)."""
    return day.isocalendar()[:2]
