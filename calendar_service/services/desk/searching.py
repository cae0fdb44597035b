"""Where a date, or a series as a whole, would be freer, as clash advice weighs it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calendar_service.domain.clashes import (
    BESIDE,
    BETTER_SHOWN,
    FIRST_HOUR,
    LAST_HOUR,
    OTHER_HOURS,
    SOME,
    is_better,
    stretch_of,
)
from calendar_service.domain.times.moments import Span
from calendar_service.services.desk.advice import Better, Shift
from calendar_service.services.desk.gathering import days_of, moved
from calendar_service.services.desk.weighing import Load, Scales

NOTICE = timedelta(days=3)
"""No date is proposed that is so near that nobody could be told of it."""
FEWEST, PART = 2, 1 / 3
"""A series is moved because of two of its dates at least, and of a third of them."""


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for better times with scales on which lies what is on then. Nothing is put on `marked` days."""

    scales: Scales
    marked: set[date]
    now: datetime

    def _soonest(self, wanted: Span) -> float:
        """From when on dates are proposed, in seconds since 1970: what is wanted sooner may be moved sooner, too."""
        return min((self.now + NOTICE).timestamp(), max(self.now.timestamp(), stretch_of(wanted).start))

    def better(self, wanted: Span, days: Sequence[int], *, taken: Collection[date] = ()) -> list[Better]:
        """Dates to come, on no day that is marked or taken, that bear at most half; in the order of `days`."""
        load, found = self.scales.load(wanted).burden, list[Better]()
        for away in days if load else ():
            span = moved(wanted, days=away)
            if stretch_of(span).start <= self._soonest(wanted) or days_of(span) & {*self.marked, *taken}:
                continue
            there = self.scales.load(span)
            if is_better(there.burden, load):
                found.append(Better(span=span, days=away, rivals=there.rivals))
            if len(found) == BETTER_SHOWN:
                break
        return found

    def shifts(self, dates: Sequence[Span]) -> list[Shift]:
        """Where a series as a whole would bear at most half: what bears least first, and then what is nearest. Not for
        a few of its dates, which are better moved by themselves.

        On no more marked days than it stands on, on none of its own days, and at no hour that nobody goes out at.
        """
        load, before, found = self._load(dates), self._crowded(dates), list[tuple[int, Shift]]()
        for days, hours in _ways(dates) if before >= max(FEWEST, len(dates) * PART) else ():
            spans = [moved(each, days=days, hours=hours) for each in dates]
            if stretch_of(spans[0]).start <= self._soonest(dates[0]) or self._on_marked(spans) > self._on_marked(dates):
                continue
            bears, after = self._load(spans), self._crowded(spans)
            if is_better(bears, load) and after < before:
                shift = Shift(span=spans[0], days=days, hours=hours, dates=len(dates), before=before, after=after)
                found.append((bears, shift))
        return [shift for _, shift in sorted(found, key=lambda each: each[0])][:BETTER_SHOWN]

    def _load(self, spans: Sequence[Span]) -> int:
        return sum(self.scales.load(each).burden for each in spans)

    def _crowded(self, spans: Sequence[Span]) -> int:
        return sum(is_crowded(self.scales.load(each)) for each in spans)

    def _on_marked(self, spans: Sequence[Span]) -> int:
        return sum(bool(days_of(each) & self.marked) for each in spans)


def is_crowded(load: Load) -> bool:
    """Whether something competes that is worth a second look."""
    return load.strongest >= SOME


def _ways(dates: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Days and hours. Hours first: who comes on Saturdays goes on coming on Saturdays."""
    if not any(each.all_day for each in dates):
        yield from ((0, hours) for hours in OTHER_HOURS if all(_fits(each, hours) for each in dates))
    own = {each.first_day for each in dates}
    yield from ((days, 0) for days in BESIDE if not own & {day + timedelta(days=days) for day in own})


def _fits(span: Span, hours: int) -> bool:
    """Whether it stays on its day, at an hour at which people go out."""
    there = moved(span, hours=hours)
    same = (there.first_day, there.last_day) == (span.first_day, span.last_day)
    return same and FIRST_HOUR <= there.start.hour <= LAST_HOUR
