"""Clash advice: what competes with a wanted time, how much and why, and which dates nearby bear less.

It warns and blocks nothing. Three questions to the database, whatever the season holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries import clashes as queries
from calendar_service.db.queries.clashes import Rival
from calendar_service.domain.access import Viewer
from calendar_service.domain.clashes import (
    BETTER_SHOWN,
    CITYWIDE,
    CLOSE_IN_TIME,
    REACHABLE_KM,
    WORTH_NAMING,
    Parts,
    Place,
    Plan,
    burden,
    compare,
    distance_km,
    is_better,
    other_days,
)  # fmt: skip
from calendar_service.domain.events import TermKind
from calendar_service.domain.metropolis import Metropolis
from calendar_service.domain.times.moments import Span
from calendar_service.services.network.special_days import Marked, marked_days

MOST_RIVALS = 3000
SHOWN = 12
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody plans: when, where, what, for whom, for how many. `uid` is its own, when it is posted already."""

    span: Span
    district: str
    disciplines: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    expected: int | None = None
    uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One date that competes. Without `summary` it is a hold that shows no more than that the time is taken."""

    uid: str
    slug: str | None
    summary: str | None
    district: str
    span: Span
    held: bool
    disciplines: tuple[str, ...]
    audiences: tuple[str, ...]
    expected: int | None
    parts: Parts

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
class Advice:
    """What competes, the strongest first (`left_off`: how many more), marked days, and better dates."""

    clashes: Sequence[Clash]
    left_off: int
    burden: int
    marked: Sequence[Marked]
    better: Sequence[Better]


def advise(session: Session, wish: Wish, *, viewer: Viewer, now: datetime) -> Advice:
    """What to know before fixing a date."""
    metropolis = session.installation.metropolis
    places = places_of(metropolis)
    spans = {days: _moved(wish.span, days) for days in (0, *other_days())}
    rows = _rivals(session, wish, list(spans.values()), places=places, viewer=viewer)
    others = _plans(session, rows, metropolis)
    weighed = {days: _weigh(wish, span, others, places=places, metropolis=metropolis) for days, span in spans.items()}
    first, last = min(each.first_day for each in spans.values()), max(each.last_day for each in spans.values())
    around = {wish.district, *places[wish.district].neighbours}
    marked = marked_days(session, first, last, districts=around)
    clashes = [_clash(row, plan, parts) for row, plan, parts in weighed[0]]
    return Advice(
        clashes=clashes[:SHOWN], left_off=max(0, len(clashes) - SHOWN), burden=burden([each.score for each in clashes]),
        marked=[each for each in marked if wish.span.first_day <= each.day <= wish.span.last_day],
        better=_better(spans, weighed, marked, now=now),
    )  # fmt: skip


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


def _rivals(
    session: Session, wish: Wish, spans: Sequence[Span], *, places: Mapping[str, Place], viewer: Viewer
) -> Sequence[Rival]:
    here = places[wish.district]
    within = [slug for slug, each in places.items() if distance_km(here, each) <= REACHABLE_KM]
    moments = [(each.start_utc - CLOSE_IN_TIME, each.end_utc + CLOSE_IN_TIME) for each in spans]
    return queries.rivals(
        session, moments, viewer=viewer, without=wish.uid, districts={*within, *here.neighbours}, crowd=CITYWIDE,
        limit=MOST_RIVALS,
    )  # fmt: skip


def _plans(session: Session, rows: Sequence[Rival], metropolis: Metropolis) -> Sequence[tuple[Rival, Plan]]:
    terms = queries.terms_of(session, {each.event_id for each in rows})
    return [(row, _plan_of(row, terms.get(row.event_id, ()), metropolis)) for row in rows]


def _plan_of(row: Rival, terms: Sequence[tuple[str, str]], metropolis: Metropolis) -> Plan:
    disciplines = tuple(slug for kind, slug in terms if kind == TermKind.DISCIPLINE)
    return Plan(
        start=row.start_utc, end=row.end_utc, whole_days=row.all_day,
        district=row.place if row.worded else row.host, disciplines=disciplines,
        families=_families(disciplines, metropolis),
        audiences=tuple(slug for kind, slug in terms if kind == TermKind.AUDIENCE), expected=row.expected,
    )  # fmt: skip


def _families(disciplines: Iterable[str], metropolis: Metropolis) -> frozenset[str]:
    """Their top terms; what belongs nowhere else is no family."""
    roots = {metropolis.disciplines.root_of(each) for each in disciplines}
    return frozenset(roots - {metropolis.default_discipline})


Weighed = Sequence[tuple[Rival, Plan, Parts]]


def _weigh(
    wish: Wish, span: Span, others: Sequence[tuple[Rival, Plan]], *, places: Mapping[str, Place], metropolis: Metropolis
) -> Weighed:
    """What competes with the wish at a time, the strongest first."""
    wanted = Plan(
        start=span.start_utc, end=span.end_utc, whole_days=span.all_day, district=wish.district,
        disciplines=wish.disciplines, families=_families(wish.disciplines, metropolis), audiences=wish.audiences,
        expected=wish.expected,
    )  # fmt: skip
    earliest, latest = wanted.start - CLOSE_IN_TIME, wanted.end + CLOSE_IN_TIME
    found = [
        (row, plan, compare(wanted, plan, places=places, for_all=metropolis.default_audience))
        for row, plan in others
        if plan.start < latest and plan.end > earliest
    ]
    worth = [each for each in found if each[2].score >= WORTH_NAMING]
    return sorted(worth, key=lambda each: (-each[2].score, each[1].start, each[0].event_id))


def _clash(row: Rival, plan: Plan, parts: Parts) -> Clash:
    span = Span(start=row.start, end=row.end, all_day=row.all_day, timezone=row.timezone)
    return Clash(
        uid=row.uid, slug=row.slug if row.worded else None, summary=row.summary if row.worded else None,
        district=plan.district, span=span, held=row.status == "tentative", disciplines=plan.disciplines,
        audiences=plan.audiences, expected=plan.expected, parts=parts,
    )  # fmt: skip


def _better(
    spans: Mapping[int, Span], weighed: Mapping[int, Weighed], marked: Sequence[Marked], *, now: datetime
) -> list[Better]:
    """Dates to come, on no marked day, that bear at most half; in the order in which they were looked for."""
    load = {days: burden([parts.score for _, _, parts in each]) for days, each in weighed.items()}
    if not load[0]:
        return []
    taken = {each.day for each in marked}
    return [
        Better(span=spans[days], days=days, rivals=len(weighed[days]))
        for days in other_days()
        if is_better(load[days], load[0]) and spans[days].start_utc > now and not taken & _days(spans[days])
    ][:BETTER_SHOWN]


def _days(span: Span) -> set[date]:
    return {span.first_day + place * ONE_DAY for place in range((span.last_day - span.first_day).days + 1)}
