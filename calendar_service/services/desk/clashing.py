"""Clash advice: what competes with a wanted time, how much and why, and which dates nearby bear less.

It warns and blocks nothing. Three questions to the database, whatever the season holds; five for a series, however
many dates it has: each date to come is looked at, and the few that bear most get a better day of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from calendar_service.db.engine import Session
from calendar_service.db.queries import clashes as queries
from calendar_service.db.queries.clashes import Rival
from calendar_service.domain.access import Viewer
from calendar_service.domain.clashes import (
    BETTER_SHOWN,
    CITYWIDE,
    CLOSE_IN_TIME,
    DAYS_AROUND,
    REACHABLE_KM,
    SOME,
    Parts,
    Place,
    Plan,
    is_better,
    other_days,
)  # fmt: skip
from calendar_service.domain.distances import distance_km
from calendar_service.domain.metropolis import Metropolis
from calendar_service.domain.times.moments import Span
from calendar_service.services.desk.weighing import ONE_DAY, Scales, Weighed, load_of
from calendar_service.services.network.special_days import Marked, marked_days

MOST_RIVALS = 3000
MOST_DATES = 52
"""So many dates of a series are looked at: those that come first."""
SHOWN, CROWDED = 12, 6
Key = TypeVar("Key", bound=Hashable)
NEXT_DAYS = tuple(sign * day for day in range(1, DAYS_AROUND + 1) for sign in (1, -1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody plans: when, where, what, for whom, for how many. `uid` is its own, when it is posted already.

    `dates` are those of a series, its first (`span`) included; empty for one date alone.
    """

    span: Span
    dates: tuple[Span, ...] = ()
    district: str
    disciplines: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    expected: int | None = None
    uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One date that competes. Without `summary` it is a hold that shows no more than that the time is taken.

    `because` is what its host says of why the date stands; `times` on how many dates of a series the same event
    competes, this one being the strongest.
    """

    uid: str
    slug: str | None
    summary: str | None
    district: str
    span: Span
    held: bool
    disciplines: tuple[str, ...]
    audiences: tuple[str, ...]
    expected: int | None
    because: str
    parts: Parts
    times: int = 1

    @property
    def score(self) -> int:
        """From 0 to 100."""
        return self.parts.score


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """A date nearby that bears less: how many days away, and how many things still compete there."""

    span: Span
    days: int
    rivals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowded:
    """A date of a series with which something competes that is worth a second look: how many, the strongest score."""

    span: Span
    rivals: int
    score: int
    better: Better | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What competes, the strongest first (`left_off`: how many more), marked days, and better dates.

    Of a series, `looked_at` dates in all, the `crowded` ones each have a better date of their own, if there is one.
    """

    clashes: Sequence[Clash]
    left_off: int
    burden: int
    marked: Sequence[Marked]
    better: Sequence[Better] = ()
    crowded: Sequence[Crowded] = ()
    looked_at: int = 1


def advise(session: Session, wish: Wish, *, viewer: Viewer, now: datetime) -> Advice:
    """What to know before fixing a date, or the dates of a series."""
    dates = _to_come(wish, now)
    if len(dates) > 1:
        return _of_series(session, wish, dates, viewer=viewer, now=now)
    spans = {days: _moved(dates[0], days) for days in (0, *other_days())}
    weighed = _weighed(session, wish, spans, viewer=viewer)
    marked = _marked(session, wish, spans.values())
    better = _better(spans, weighed, taken={each.day for each in marked}, now=now)
    return replace(_told([weighed[0]], _within(marked, dates)), better=better)


def _of_series(session: Session, wish: Wish, dates: Sequence[Span], *, viewer: Viewer, now: datetime) -> Advice:
    """The days around are looked at only of the dates that bear most."""
    weighed = _weighed(session, wish, dict(enumerate(dates)), viewer=viewer)
    heaviest = sorted(weighed, key=lambda number: (-load_of(weighed[number]), number))
    crowded = sorted(number for number in heaviest[:CROWDED] if _is_crowded(weighed[number]))
    around = {(number, days): _moved(dates[number], days) for number in crowded for days in (0, *NEXT_DAYS)}
    weights = _weighed(session, wish, around, viewer=viewer) if around else {}
    marked = _marked(session, wish, [*dates, *around.values()])
    taken = {each.day for each in marked} | {day for date in dates for day in _days(date)}
    told = []
    for number in crowded:
        spans = {days: around[number, days] for days in (0, *NEXT_DAYS)}
        loads = {days: weights[number, days] for days in spans}
        told.append(_crowded(dates[number], loads[0], _better(spans, loads, taken=taken, now=now)))
    return replace(_told(list(weighed.values()), _within(marked, dates)), crowded=told)


def _weighed(session: Session, wish: Wish, spans: Mapping[Key, Span], *, viewer: Viewer) -> dict[Key, Weighed]:
    scales = _scales(session, wish, list(spans.values()), viewer=viewer)
    return {key: scales.weigh(span) for key, span in spans.items()}


def _marked(session: Session, wish: Wish, spans: Collection[Span]) -> Sequence[Marked]:
    """The marked days of the district and those next to it, from the first of these times to the last."""
    first, last = min(each.first_day for each in spans), max(each.last_day for each in spans)
    around = places_of(session.installation.metropolis)[wish.district].neighbours
    return marked_days(session, first, last, districts={wish.district, *around})


def _within(marked: Sequence[Marked], dates: Iterable[Span]) -> list[Marked]:
    wanted = {day for date in dates for day in _days(date)}
    return [each for each in marked if each.day in wanted]


def _told(weighed: Sequence[Weighed], marked: Sequence[Marked]) -> Advice:
    """What competes on all of the dates, and the marked days among them."""
    clashes = _clashes(weighed)
    return Advice(
        clashes=clashes[:SHOWN], left_off=max(0, len(clashes) - SHOWN), burden=sum(map(load_of, weighed)),
        marked=marked, looked_at=len(weighed),
    )  # fmt: skip


def _to_come(wish: Wish, now: datetime) -> list[Span]:
    """The dates that are looked at; of what is over, the first alone."""
    coming = [each for each in wish.dates if each.end_utc > now]
    return coming[:MOST_DATES] or [wish.span]


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


def _moved(span: Span, days: int) -> Span:
    return span.moved_to(span.start + days * ONE_DAY)


def _scales(session: Session, wish: Wish, spans: Sequence[Span], *, viewer: Viewer) -> Scales:
    """The scales with all on them that may compete at one of these times."""
    metropolis = session.installation.metropolis
    places = places_of(metropolis)
    here = places[wish.district]
    within = [slug for slug, each in places.items() if distance_km(here, each) <= REACHABLE_KM]
    rows = queries.rivals(
        session, _joined(spans), viewer=viewer, without=wish.uid, districts={*within, *here.neighbours}, crowd=CITYWIDE,
        limit=MOST_RIVALS,
    )  # fmt: skip
    scales = Scales(wish, metropolis, places)
    scales.put(rows, queries.terms_of(session, {each.event_id for each in rows}))
    return scales


def _joined(spans: Sequence[Span]) -> list[tuple[datetime, datetime]]:
    """The moments around these times, those that touch as one: a series of days is one stretch for the database."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted((each.start_utc - CLOSE_IN_TIME, each.end_utc + CLOSE_IN_TIME) for each in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _clashes(weighed: Sequence[Weighed]) -> list[Clash]:
    """Each event that competes once, by the date on which it does so most; the strongest first."""
    found: dict[str, Clash] = {}
    for row, plan, parts in (each for one in weighed for each in one):
        known = found.get(row.uid)
        clash = _clash(row, plan, parts) if known is None or parts.score > known.score else known
        found[row.uid] = replace(clash, times=known.times + 1) if known else clash
    return sorted(found.values(), key=lambda each: (-each.score, each.span.start_utc, each.uid))


def _clash(row: Rival, plan: Plan, parts: Parts) -> Clash:
    span = Span(start=row.start, end=row.end, all_day=row.all_day, timezone=row.timezone)
    return Clash(
        uid=row.uid, slug=row.slug if row.worded else None, summary=row.summary if row.worded else None,
        district=plan.district, span=span, held=row.status == "tentative", disciplines=plan.disciplines,
        audiences=plan.audiences, expected=plan.expected, parts=parts,
        because=row.because if row.worded else "",
    )  # fmt: skip


def _is_crowded(weighed: Weighed) -> bool:
    return bool(weighed) and weighed[0][2].score >= SOME


def _crowded(date: Span, weighed: Weighed, better: Sequence[Better]) -> Crowded:
    best = min(better, key=lambda each: each.rivals, default=None)
    return Crowded(span=date, rivals=len(weighed), score=weighed[0][2].score, better=best)


def _better(
    spans: Mapping[int, Span], weighed: Mapping[int, Weighed], *, taken: set[date], now: datetime
) -> list[Better]:
    """Dates to come, on no day that is taken, that bear at most half; in the order in which they were looked for."""
    load = load_of(weighed[0])
    if not load:
        return []
    return [
        Better(span=span, days=days, rivals=len(weighed[days]))
        for days, span in spans.items()
        if days and is_better(load_of(weighed[days]), load) and span.start_utc > now and not taken & _days(span)
    ][:BETTER_SHOWN]


def _days(span: Span) -> set[date]:
    return {span.first_day + place * ONE_DAY for place in range((span.last_day - span.first_day).days + 1)}
