"""Clash advice: what competes with a wanted time, how much and why, and which dates nearby bear less.

It warns and blocks nothing. Three questions to the database, four for a series, however much the season holds and
however many dates there are: each date to come is looked at, the few that bear most get a better day of their own,
and where all of the series would be freer is said, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.desk import clashes as queries
from calendar_service.db.queries.desk.clashes import Told
from calendar_service.domain.access import Viewer
from calendar_service.domain.clashes import BESIDE, NEXT_DAYS, OTHER_DAYS, SHIFTED, Parts, stretch_of
from calendar_service.domain.events import Status
from calendar_service.domain.times.moments import Span
from calendar_service.services.desk.advice import Advice, Clash, Crowded, Wish
from calendar_service.services.desk.gathering import Gathering, days_of, moved, places_of
from calendar_service.services.desk.searching import Search, is_crowded
from calendar_service.services.desk.weighing import Load, Scales, Weight, load_of
from calendar_service.services.network.special_days import Marked, marked_days

MOST_DATES = 104
"""So many dates of a series are looked at: those that come first."""
SHOWN, CROWDED = 12, 6


def advise(session: Session, wish: Wish, *, viewer: Viewer, now: datetime) -> Advice:
    """What to know before fixing a date, or the dates of a series."""
    dates = _to_come(wish, now)
    gathering = Gathering(session, wish, uid=wish.uid, viewer=viewer)
    return (_of_series if len(dates) > 1 else _of_one)(session, gathering, dates, now=now)


def _of_one(session: Session, gathering: Gathering, dates: Sequence[Span], *, now: datetime) -> Advice:
    around = _moved(dates, (0, *OTHER_DAYS))
    gathering.put(around)
    search, marked = _search(session, gathering, around, now=now)
    weighed = [gathering.scales.weigh(each) for each in dates]
    told = _told(session, gathering.scales, weighed, _loads(weighed), _within(marked, dates))
    return replace(told, better=search.better(dates[0], OTHER_DAYS))


def _of_series(session: Session, gathering: Gathering, dates: Sequence[Span], *, now: datetime) -> Advice:
    """What is on beside the dates is asked for only where something competes worth a second look."""
    gathering.put(dates)
    weighed = [gathering.scales.weigh(each) for each in dates]
    loads = _loads(weighed)
    crowded = _most_crowded(loads)
    around = [*_moved([dates[each] for each in crowded], NEXT_DAYS), *_moved(dates[:SHIFTED], BESIDE)]
    if crowded:
        gathering.put(around)
    search, marked = _search(session, gathering, [*dates, *around], now=now)
    own = {day for each in dates for day in days_of(each)}
    return replace(
        _told(session, gathering.scales, weighed, loads, _within(marked, dates)),
        crowded=[_crowded(search, dates[each], own=own) for each in crowded],
        shifts=search.shifts(dates[:SHIFTED]) if crowded else (),
    )  # fmt: skip


def _search(
    session: Session, gathering: Gathering, spans: Sequence[Span], *, now: datetime
) -> tuple[Search, Sequence[Marked]]:  # fmt: skip
    marked = _marked(session, gathering.scales.wanted.district, spans)
    return Search(gathering.scales, {each.day for each in marked}, now), marked


def _moved(dates: Sequence[Span], days: Iterable[int]) -> list[Span]:
    return [moved(each, days=away) for each in dates for away in days]


def _marked(session: Session, district: str, spans: Collection[Span]) -> Sequence[Marked]:
    """The marked days of the district and those next to it, from the first of these times to the last."""
    first, last = min(each.first_day for each in spans), max(each.last_day for each in spans)
    around = places_of(session.installation.metropolis)[district].neighbours
    return marked_days(session, first, last, districts={district, *around})


def _within(marked: Sequence[Marked], dates: Iterable[Span]) -> list[Marked]:
    wanted = {day for date in dates for day in days_of(date)}
    return [each for each in marked if each.day in wanted]


def _loads(weighed: Iterable[Sequence[Weight]]) -> list[Load]:
    return [load_of([each.score for each in one]) for one in weighed]


def _told(
    session: Session, scales: Scales, weighed: Sequence[Sequence[Weight]], loads: Sequence[Load],
    marked: Sequence[Marked],
) -> Advice:  # fmt: skip
    """What competes on all of the dates, and the marked days among them."""
    found = _strongest(weighed)
    first = found[:SHOWN]
    said = queries.told(session, [each.rival.id for each, _ in first])
    return Advice(
        clashes=[_clash(scales, each, said[each.rival.id], times=n) for each, n in first if each.rival.id in said],
        left_off=max(0, len(found) - SHOWN),
        burden=sum(each.burden for each in loads), marked=marked, looked_at=len(weighed),
    )  # fmt: skip


def _strongest(weighed: Sequence[Sequence[Weight]]) -> list[tuple[Weight, int]]:
    """Each event that competes once, by the date on which it does so most, and on how many; the strongest first."""
    found: dict[int, Weight] = {}
    times = Counter(each.rival.event_id for one in weighed for each in one)
    for each in (each for one in weighed for each in one):
        known = found.setdefault(each.rival.event_id, each)
        if each.score > known.score:
            found[each.rival.event_id] = each
    ordered = sorted(found.values(), key=lambda each: (-each.score, each.rival.start, each.rival.event_id))
    return [(each, times[each.rival.event_id]) for each in ordered]


def _clash(scales: Scales, weight: Weight, said: Told, *, times: int) -> Clash:
    rival, plan, worded = weight.rival, scales.plan(weight.rival), weight.rival.worded
    span = Span(start=said.start, end=said.end, all_day=rival.whole_days, timezone=said.timezone)
    return Clash(
        uid=said.uid, slug=said.slug if worded else None, summary=said.summary if worded else None,
        district=plan.district, span=span, held=said.status == Status.TENTATIVE, disciplines=plan.disciplines,
        audiences=plan.audiences, expected=plan.expected, times=times,
        parts=Parts(overlap=weight.overlap, alike=weight.other.alike), because=said.because if worded else "",
    )  # fmt: skip


def _to_come(wish: Wish, now: datetime) -> list[Span]:
    """The dates that are looked at; of what is over, the first alone."""
    instant = now.timestamp()
    coming = [each for each in wish.dates if stretch_of(each).end > instant]
    return coming[:MOST_DATES] or [wish.span]


def _most_crowded(loads: Sequence[Load]) -> list[int]:
    """The places of the dates that bear most, in order. Only of these the days around are looked at."""
    heaviest = sorted(range(len(loads)), key=lambda number: (-loads[number].burden, number))[:CROWDED]
    return sorted(each for each in heaviest if is_crowded(loads[each]))


def _crowded(search: Search, date_: Span, *, own: set[date]) -> Crowded:
    load = search.scales.load(date_)
    best = min(search.better(date_, NEXT_DAYS, taken=own), key=lambda each: each.rivals, default=None)
    return Crowded(span=date_, rivals=load.rivals, score=load.strongest, better=best)
