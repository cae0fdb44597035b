"""What is on, for somebody, now: the answer to a selection, a day, a month, an event, a place.

Pages show what ANYBODY may see, whoever asks (S17).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda import browsing as queries
from calendar_service.db.queries.agenda import lines
from calendar_service.db.queries.agenda.wording import frequency_of, words_of
from calendar_service.db.queries.network import organisations
from calendar_service.domain.access import ANYBODY, Viewer
from calendar_service.domain.errors import NotFound, Problem
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.finding.agenda import Line, Listed, Sort
from calendar_service.domain.finding.search import stands_whole_in
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.times.moments import local_day
from calendar_service.domain.times.window import Window, window
from calendar_service.services.agenda import listings
from calendar_service.services.agenda.sorting import in_order

PAGE_SIZE = 30
MAX_PAGE_SIZE = 200
COUNTED = 1_000
"""Lists are counted no further: beyond it one narrows down."""
MAX_RUNNING = 24
TITLED = 3
MAX_LASTING = 60
DATES_SHOWN = 12
NEARBY_ASKED = 24
NEARBY_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of a list: the lines of what begins in the window, in order, and on page one those that run already.

    `dates` are all that begin in the window, up to one more than COUNTED; `is_all` is false when there are more.
    """

    lines: Sequence[Line]
    running: Sequence[Line]
    dates: Sequence[Listed]
    page: int
    pages: int

    @property
    def total(self) -> int:
        """How many begin in the window."""
        return len(self.dates)

    @property
    def is_all(self) -> bool:
        """Whether `total` is the whole number."""
        return self.total <= COUNTED

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found at all."""
        return not self.lines and not self.running


def find(
    session: Session, selection: Selection, *, now: datetime, page: int = 1,
    size: int = PAGE_SIZE, past: bool = True, running: bool = True, sort: Sort = Sort.DATE,
) -> Found:  # fmt: skip
    """A page of what a selection asks, for everybody.

    Without `past`, what is over already is left out; without `running`, what began before the window opens is.
    In another order than by date each event stands once.
    """
    asked = _window(session, selection, now)
    runs_now = asked.start <= now and (asked.end is None or now < asked.end)
    listing = listings.listing(
        session.installation.metropolis, selection, window=asked, past=past, runs_now=runs_now,
        frequency=frequency_of(session, selection.q, start=asked.start), sort=sort,
    )  # fmt: skip
    size = min(size, MAX_PAGE_SIZE)
    dates, coming = _coming(session, listing.coming, selection, sort, now)
    pages = max(1, -(-min(len(coming), COUNTED) // size))
    page = min(max(page, 1), pages)
    begun = lines.listed(session, listing.running, now=now, limit=MAX_RUNNING) if running and page == 1 else ()
    shown = coming[:COUNTED][(page - 1) * size : page * size]
    coming_lines, running_lines = _named(session, shown, begun, selection, now)
    return Found(lines=coming_lines, running=running_lines, dates=dates, page=page, pages=pages)


def each_once(session: Session, selection: Selection, *, now: datetime) -> Found:
    """What comes and what runs, each event once, at the next of its dates; cut at one page, `dates` are all."""
    asked = _window(session, selection, now)
    listing = listings.listing(
        session.installation.metropolis, selection, window=asked, past=False, runs_now=True,
        frequency=frequency_of(session, selection.q, start=asked.start),
    )  # fmt: skip
    coming = lines.listed(session, listing.coming, now=now, limit=COUNTED + 1)
    shown = _first_dates(coming)[:PAGE_SIZE]
    begun = lines.listed(session, listing.running, now=now, limit=MAX_RUNNING)
    coming_lines, running_lines = _named(session, shown, begun, selection, now)
    return Found(lines=coming_lines, running=running_lines, dates=coming, page=1, pages=1)


def _named(
    session: Session, shown: Sequence[Listed], begun: Sequence[Listed], selection: Selection, now: datetime
) -> tuple[list[Line], list[Line]]:
    """The lines of what is shown and of what runs, asked together; a damaged date is in neither."""
    found = lines.named(session, [each.id for each in (*shown, *begun)], selection, now=now)
    running = {each.id for each in begun}
    return [each for each in found if each.id not in running], [each for each in found if each.id in running]


def _first_dates(coming: Iterable[Listed]) -> list[Listed]:
    first: dict[int, Listed] = {}
    for each in coming:
        first.setdefault(each.event_id, each)
    return list(first.values())


def _coming(
    session: Session, question: lines.Question, selection: Selection, sort: Sort, now: datetime
) -> tuple[Sequence[Listed], Sequence[Listed]]:
    """Which dates fit, and those that are shown, in order."""
    if sort is Sort.DATE:
        coming = lines.listed(session, question, now=now, limit=COUNTED + 1)
        return coming, coming
    found = lines.found(session, question, now=now, limit=COUNTED + 1)
    ordered = in_order(found[:COUNTED], sort, selection, session.installation.metropolis)
    return [each.date for each in found], ordered


def titled(session: Session, selection: Selection, *, but: Collection[int], now: datetime) -> Sequence[Line]:
    """The next date of a few events whose title has all words of a search, of the first thousand dates that have them;
    without the events in `but`.
    """
    asked = _window(session, selection, now)
    listing = listings.listing(
        session.installation.metropolis, selection, window=asked, past=False, runs_now=True,
        frequency=frequency_of(session, selection.q, start=asked.start), sort=Sort.RANK,
    )  # fmt: skip
    found = lines.found(session, listing.coming, now=now, limit=COUNTED)
    those = _first_dates(each.date for each in found if stands_whole_in(each.summary, selection.q))
    shown = [each.id for each in those if each.event_id not in but][:TITLED]
    return lines.named(session, shown, selection, now=now)


def dates(session: Session, selection: Selection, *, now: datetime) -> Sequence[Listed]:
    """Which dates a list of a selection goes through, up to one more than COUNTED."""
    asked, past = _window(session, selection, now), selection.from_day is not None
    listing = listings.listing(
        session.installation.metropolis, selection, window=asked, past=past, runs_now=True,
        frequency=frequency_of(session, selection.q, start=asked.start),
    )  # fmt: skip
    return lines.listed(session, listing.coming, now=now, limit=COUNTED + 1)


def count(session: Session, selection: Selection, *, now: datetime) -> int:
    """How many dates that everybody may see, not over yet, a selection finds; counted no further than COUNTED."""
    asked, metropolis = _window(session, selection, now), session.installation.metropolis
    words = words_of(selection.q, frequency_of(session, selection.q, start=asked.start), start=asked.start)
    clauses = [*queries.touching(asked), queries.SHOWN, queries.not_over(now), *words.many]
    ways = [[*way, *clauses] for way in queries.each_way(selection, metropolis=metropolis)]
    return queries.count_up_to(session, ways, limit=COUNTED)


def _window(session: Session, selection: Selection, now: datetime) -> Window:
    return window(selection, now=now, timezone=session.installation.metropolis.timezone)


# Days side by side


@dataclass(slots=True, kw_only=True)
class Day:
    """A local day: the first few that begin on it, how many begin in all, and those of several days that touch it."""

    day: date
    lines: list[Line] = field(default_factory=list)
    total: int = 0
    lasting: list[Line] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many begin on it that are not among `lines`."""
        return self.total - len(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days in a row, and apart what lasts longer than a few of them, the last chance first."""

    days: Sequence[Day]
    long: Sequence[Line]

    @property
    def total(self) -> int:
        """How many begin in these days."""
        return sum(each.total for each in self.days)


FEW_DAYS = timedelta(days=4)


def days(session: Session, selection: Selection, *, first: date, last: date, now: datetime, per_day: int) -> Days:
    """The days from `first` to `last`, both included, with the first `per_day` of each."""
    ranged = replace(selection.without_time(), from_day=first, to_day=last)
    asked = _window(session, ranged, now)
    calendar = listings.calendar(session.installation.metropolis, ranged, window=asked)
    counts = lines.numbers(session, calendar.numbers)
    found = lines.read(session, calendar.first, now=now, limit=per_day)
    lasting = lines.read(session, calendar.lasting, now=now, limit=MAX_LASTING)
    return _laid_out(first, last, counts, found, lasting)


def _laid_out(
    first: date, last: date, counts: Mapping[date, int], found: Iterable[Line], lasting: Iterable[Line]
) -> Days:
    number = (last - first).days + 1
    by_day = {day: Day(day=day, total=counts.get(day, 0)) for day in (first + timedelta(days=n) for n in range(number))}
    for line in found:
        by_day[line.first_day].lines.append(line)
    apart = []
    for line in lasting:
        if line.last_day - line.first_day >= FEW_DAYS:
            apart.append(line)
            continue
        for day in by_day.values():
            if line.first_day <= day.day <= line.last_day:
                day.lasting.append(line)
    return Days(days=list(by_day.values()), long=apart)


def by_first_day(found: Iterable[Line]) -> list[tuple[date, list[Line]]]:
    """Lines in order, grouped by the local day on which they begin."""
    grouped: defaultdict[date, list[Line]] = defaultdict(list)
    for line in found:
        grouped[line.first_day].append(line)
    return list(grouped.items())


# One event, one place


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of an event: the one that is shown, the next ones that are not over, what there is of those in all."""

    shown: Occurrence
    coming: Sequence[Occurrence]
    left: queries.Left


def dates_of(session: Session, event: Event, *, recurrence_id: str | None, now: datetime) -> Dates:
    """The dates of an event, the shown one by its original time, else the next, else the last. Raises NotFound."""
    coming = queries.dates_of_event(session, event.id, now=now, limit=DATES_SHOWN)
    if recurrence_id:
        shown = queries.occurrence_of(session, event.id, recurrence_id)
    else:
        on = (each for each in coming if each.status != Status.CANCELLED)
        shown = next(on, coming[0] if coming else queries.last_date_of_event(session, event.id))
    if shown is None:
        raise NotFound("date")
    left = queries.dates_left(session, [event.id], now=now).get(event.id, queries.Left())
    return Dates(shown=shown, coming=coming, left=left)


def nearby(session: Session, event: Event, shown: Occurrence, *, now: datetime) -> Sequence[Line]:
    """What else begins in those days, at home and next door: other municipalities first."""
    asked = _days_of(session, shown, now)
    around = queries.neighbourhood(session, shown.district_id)
    clauses = [
        *queries.begins_within(asked), queries.not_over(now), queries.SHOWN,
        queries.takes_place_in(around), Occurrence.event_id != event.id, Occurrence.status != Status.CANCELLED,
    ]  # fmt: skip
    found = lines.read(session, lines.by_beginning(clauses), now=now, limit=NEARBY_ASKED)
    return sorted(found, key=lambda each: each.host_id == event.host_id)[:NEARBY_SHOWN]


def _days_of(session: Session, shown: Occurrence, now: datetime) -> Window:
    """The days of an occurrence from today on, at most a few."""
    first = max(shown.first_day, local_day(now, session.installation.metropolis.timezone))
    last = max(first, min(shown.last_day, first + FEW_DAYS))
    return _window(session, Selection(from_day=first, to_day=last), now)


# Names


def check_names(session: Session, selection: Selection, *, viewer: Viewer = ANYBODY) -> list[Problem]:
    """The names in a selection that there are not, or not for her, as problems of their fields."""
    metropolis = session.installation.metropolis
    known: dict[str, tuple[Iterable[str], Iterable[str]]] = {
        "district": (selection.districts, [each.slug for each in metropolis.districts]),
        "zone": (selection.zones, [each.slug for each in metropolis.zones]),
        "discipline": (selection.disciplines, metropolis.disciplines.by_slug),
        "format": (selection.formats, metropolis.formats.by_slug),
        "audience": (selection.audiences, metropolis.audiences.by_slug),
        "access": (selection.access, metropolis.accessibility.by_slug),
        "organisation": (
            selection.organisations,
            organisations.slugs_known(session, selection.organisations, viewer) if selection.organisations else (),
        ),
        "near": ((selection.near,) if isinstance(selection.near, str) else (), [e.slug for e in metropolis.districts]),
        "cluster": (selection.clusters, _existing_clusters(session, selection)),
        "venue": (
            selection.venues,
            queries.venues_known(session, selection.venues, viewer) if selection.venues else (),
        ),
    }
    return [
        Problem(field=key, code="selection_unknown_value", values={"value": value})
        for key, (asked, there) in known.items()
        for value in asked
        if value not in there
    ]


def _existing_clusters(session: Session, selection: Selection) -> list[str]:
    if not selection.clusters:
        return []
    return [each.slug for each in queries.clusters_named(session, selection.clusters) if each.exists]
