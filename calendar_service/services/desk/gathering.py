"""What may compete with a wish: found in the database around the times that are looked at, and put on the scales."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from calendar_service.db.engine import Session
from calendar_service.db.queries.desk import clashes as queries
from calendar_service.db.queries.desk.clashes import Around, Asked
from calendar_service.domain.access import Viewer
from calendar_service.domain.clashes import (
    CITYWIDE,
    CLOSE_IN_TIME,
    HOURS_AROUND,
    LASTING,
    NEXT_DAYS,
    REACHABLE_KM,
    Place,
    stretch_of,
)
from calendar_service.domain.territory.distances import distance_km
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import Span
from calendar_service.services.desk.weighing import ONE_DAY, Scales, Wanted

MOST_RIVALS = 5000
AN_HOUR, A_DAY = 3600, 24 * 3600
MARGIN = CLOSE_IN_TIME + timedelta(hours=HOURS_AROUND)
ONE_NIGHT, AROUND_ALL = timedelta(hours=12), timedelta(days=max(NEXT_DAYS) + 1)


class Gathering:
    """Puts on the scales what may compete at some times, and later at some more: what is there is not asked for again.

    One question each time. `uid` is the event that is planned itself.
    """

    def __init__(self, session: Session, wish: Wanted, *, uid: str | None, viewer: Viewer) -> None:
        metropolis = session.installation.metropolis
        places = places_of(metropolis)
        here = places[wish.district]
        near = here.neighbours.union(slug for slug, each in places.items() if distance_km(here, each) <= REACHABLE_KM)
        self.session = session
        self.asked = Asked(near=near, crowd=CITYWIDE, longest=LASTING, without=uid, viewer=viewer)
        self.scales = Scales(wish, metropolis, places)
        self.days: set[date] = set()

    def put(self, spans: Sequence[Span]) -> None:
        """Put what is on at these times, or a few hours before or after. Those of the first call hold the others."""
        first_time, wanted = not self.days, {day for each in spans for day in _touched(each)} - self.days
        if not wanted:
            return
        around = Around(
            first=min(spans, key=_start).start_utc - MARGIN - AROUND_ALL, hours=_hours(spans), days=wanted,
            last=max(spans, key=_start).end_utc + MARGIN + AROUND_ALL, lasting=first_time,
        )  # fmt: skip
        rows = queries.rivals(self.session, around, self.asked, limit=MOST_RIVALS)
        self.scales.put(rows)
        self.days |= wanted


@lru_cache(maxsize=8)
def places_of(metropolis: Metropolis) -> Mapping[str, Place]:
    """Where the districts lie, by slug."""
    slugs = {each.code: each.slug for each in metropolis.districts}
    return {
        each.slug: Place(
            slug=each.slug, latitude=each.latitude, longitude=each.longitude,
            neighbours=frozenset(slugs[code] for code in each.neighbours if code in slugs),
        )
        for each in metropolis.districts
    }  # fmt: skip


def moved(span: Span, *, days: int = 0, hours: int = 0) -> Span:
    """The same, so much later on the wall clock."""
    return span.moved_to(span.start + timedelta(days=days, hours=hours))


def days_of(span: Span) -> set[date]:
    """The local days that it touches."""
    return {span.first_day + place * ONE_DAY for place in range((span.last_day - span.first_day).days + 1)}


def _touched(span: Span) -> set[date]:
    """The local days on which something begins that is of one day or night, and on while it is, or close."""
    end = span.end or span.start + timedelta(hours=1)
    first = (span.start - CLOSE_IN_TIME - (timedelta(0) if span.all_day else ONE_NIGHT)).date()
    last = span.last_day + ONE_DAY if span.all_day else (end + CLOSE_IN_TIME).date()
    return {first + place * ONE_DAY for place in range((last - first).days + 1)}


def _start(span: Span) -> datetime:
    return span.start


def _hours(spans: Iterable[Span]) -> tuple[int, int] | None:
    """The part of the day (UTC, seconds) in which all of them lie, with what is close; None where it is all of it."""
    margin = int(CLOSE_IN_TIME.total_seconds()) + HOURS_AROUND * AN_HOUR
    found = {(stretch.start % A_DAY, stretch.end - stretch.start) for stretch in map(stretch_of, spans)}
    begins, ends = min(start for start, _ in found), max(start + length for start, length in found)
    length = ends - begins + 2 * margin
    return ((begins - margin) % A_DAY, length) if length < A_DAY else None
