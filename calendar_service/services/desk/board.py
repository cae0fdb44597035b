"""The planning board: weeks across, districts (or disciplines, or venues) down, what is planned where they meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import selection_clauses
from calendar_service.db.queries.desk import boards as queries
from calendar_service.db.queries.desk.boards import Planned
from calendar_service.db.queries.network.places import all_districts, existing_clusters
from calendar_service.domain.access import Viewer, seen_of
from calendar_service.domain.events import Status, TermKind
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.moments import local_day, midnight_utc
from calendar_service.domain.times.window import Window
from calendar_service.services.network.special_days import Marked, marked_days
from calendar_service.text import fold

USUAL_WEEKS, MOST_WEEKS = 12, 26
MOST_DATES = 6000
MOST_LISTED = 200
MOST_ROWS = 60
"""So many disciplines or venues stand down the board: those where most is planned."""
ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
FRIDAY, SUNDAY, EVENING = 4, 6, 18


class Rows(StrEnum):
    """What stands down the board."""

    DISTRICT = "district"
    DISCIPLINE = "discipline"
    VENUE = "venue"


@dataclass(slots=True, kw_only=True)
class Cell:
    """What is planned in a row in a week; `weekend` is what touches Friday evening to Sunday."""

    events: int = 0
    holds: int = 0
    weekend: int = 0

    @property
    def total(self) -> int:
        """Everything that is planned."""
        return self.events + self.holds

    def put(self, date_: Planned, *, on_weekend: bool) -> None:
        """Count a date."""
        if date_.status == Status.TENTATIVE:
            self.holds += 1
        else:
            self.events += 1
        self.weekend += on_weekend


@dataclass(slots=True, kw_only=True)
class Row:
    """A row by its slug and name, with a cell for each week."""

    slug: str
    name: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One date of the board as a line; without `summary` it is a hold that shows, beside its hours, what it is and for
    whom (and how many are expected), not its title.
    """

    date: Planned
    host: District
    summary: str | None
    disciplines: Sequence[str] = ()
    audiences: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """`weeks` are the Mondays. `listed` are the dates themselves, on a board of one week. `cut`: there was more;
    `left_off`: rows for which there was no room.
    """

    weeks: Sequence[date]
    rows: Sequence[Row]
    totals: Sequence[Cell]
    marked: Sequence[Sequence[Marked]]
    listed: Sequence[Listed]
    clusters: Sequence[Cluster]
    cut: bool
    left_off: int


Names = Callable[[Planned], Sequence[tuple[str, str]]]
"""In which rows a date stands: their slugs and names."""


def board(
    session: Session, selection: Selection, *, weeks: int, rows: Rows, viewer: Viewer, now: datetime
) -> Board:  # fmt: skip
    """What is planned from the selection's first day (else today) on, for so many weeks."""
    zone = session.installation.metropolis.timezone
    first = monday_of(selection.from_day or local_day(now, zone))
    mondays = [first + number * WEEK for number in range(min(max(weeks, 1), MOST_WEEKS))]
    dates = _dates(session, selection, first, mondays[-1] + WEEK, viewer=viewer)
    districts, clusters = all_districts(session), existing_clusters(session)
    shown = _chosen(districts, clusters, selection) if rows is Rows.DISTRICT else ()
    grid = {each.slug: Row(slug=each.slug, name=each.name, cells=[Cell() for _ in mondays]) for each in shown}
    totals = [Cell() for _ in mondays]
    _fill(grid, totals, dates, mondays, names=_names(session, dates, rows, districts), fixed=rows is Rows.DISTRICT)
    marked = marked_days(session, first, mondays[-1] + WEEK - ONE_DAY, districts=[each.slug for each in shown] or None)
    return Board(
        weeks=mondays, rows=fullest(grid.values()) if rows is not Rows.DISTRICT else _by_name(grid.values()),
        totals=totals, left_off=max(0, len(grid) - MOST_ROWS) if rows is not Rows.DISTRICT else 0,
        marked=[[each for each in marked if monday <= each.day < monday + WEEK] for monday in mondays],
        listed=_listed(session, dates, districts) if len(mondays) == 1 else (), clusters=clusters,
        cut=len(dates) == MOST_DATES,
    )  # fmt: skip


def _by_name(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda each: fold(each.name))


def fullest(rows: Iterable[Row]) -> list[Row]:
    """Those where most is planned, by name."""
    return _by_name(sorted(rows, key=lambda each: -sum(cell.total for cell in each.cells))[:MOST_ROWS])


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - day.weekday() * ONE_DAY


def _dates(session: Session, selection: Selection, first: date, end: date, *, viewer: Viewer) -> Sequence[Planned]:
    """What is planned in [first, end). Whoever asks by what a busy hold does not show is shown no busy hold."""
    metropolis = session.installation.metropolis
    zone = metropolis.timezone
    window = Window(start=midnight_utc(first, zone), end=midnight_utc(end, zone), first_day=first, last_day=end)
    asked = selection_clauses(selection, metropolis=metropolis, window=window, shared=False)
    clauses = [*asked, seen_of(viewer, selection)]
    return queries.planned(session, clauses, viewer=viewer, limit=MOST_DATES)


def _chosen(
    districts: Sequence[District], clusters: Sequence[Cluster], selection: Selection
) -> Sequence[District]:  # fmt: skip
    """The districts that the selection asks for: all that one of its places names, and every one when none does."""
    members = {each.district_id for one in clusters if one.slug in selection.clusters for each in one.accepted}
    return [
        each for each in districts
        if (not selection.districts or each.slug in selection.districts)
        and (not selection.clusters or each.id in members)
        and (not selection.zones or each.zone_slug in selection.zones)
    ]  # fmt: skip


def _names(session: Session, dates: Sequence[Planned], rows: Rows, districts: Sequence[District]) -> Names:
    ids = list({each.event_id for each in dates})
    match rows:
        case Rows.DISTRICT:
            by_id, joint = {each.id: (each.slug, each.name) for each in districts}, queries.cohosts_of(session, ids)
            return lambda each: [
                by_id[key] for key in (each.host_id, *joint.get(each.event_id, ())) if key in by_id
            ]  # fmt: skip
        case Rows.DISCIPLINE:
            main, labels = queries.disciplines_of(session, ids), _disciplines(session)
            return lambda each: [labels(main[each.event_id])] if each.event_id in main else []
        case Rows.VENUE:
            places = queries.names_of_venues(session, [*{each.venue_id for each in dates if each.venue_id}])
            return lambda each: [places[each.venue_id or 0]] if each.worded and each.venue_id in places else []


def _disciplines(session: Session) -> Callable[[str], tuple[str, str]]:
    """A discipline's top term: its slug stands for its name, which is said in the reader's language."""
    vocabulary = session.installation.metropolis.disciplines
    return lambda slug: (vocabulary.root_of(slug), vocabulary.root_of(slug))


def _fill(
    grid: dict[str, Row], totals: Sequence[Cell], dates: Sequence[Planned], mondays: Sequence[date], *, names: Names,
    fixed: bool,
) -> None:  # fmt: skip
    """Count each date in its rows and in its week's total; a `fixed` grid gets no more rows than it has."""
    for each in dates:
        weeks = [(place, _on_weekend(each, mondays[place])) for place in _weeks_of(each, mondays)]
        for slug, name in names(each):
            if slug not in grid and not fixed:
                grid[slug] = Row(slug=slug, name=name, cells=[Cell() for _ in mondays])
            if slug in grid:
                _count(grid[slug].cells, each, weeks)
        _count(totals, each, weeks)


def _weeks_of(each: Planned, mondays: Sequence[date]) -> range:
    """The weeks that a date touches, by their place."""
    first = max((each.first_day - mondays[0]).days // 7, 0)
    last = min((each.last_day - mondays[0]).days // 7, len(mondays) - 1)
    return range(first, last + 1)


def _count(cells: Sequence[Cell], each: Planned, weeks: Iterable[tuple[int, bool]]) -> None:
    for place, on_weekend in weeks:
        cells[place].put(each, on_weekend=on_weekend)


def _on_weekend(each: Planned, monday: date) -> bool:
    """Whether it touches the time from Friday evening to Sunday. What goes on for weeks takes no weekend."""
    if each.last_day - each.first_day >= WEEK:
        return False
    friday, sunday = monday + FRIDAY * ONE_DAY, monday + SUNDAY * ONE_DAY
    if not (each.first_day <= sunday and each.last_day >= friday):
        return False
    only_friday = each.first_day == each.last_day == friday
    return not only_friday or each.all_day or (each.end or each.start).hour >= EVENING


def _listed(session: Session, dates: Sequence[Planned], districts: Sequence[District]) -> Sequence[Listed]:
    by_id, listed = {each.id: each for each in districts}, dates[:MOST_LISTED]
    busy = {each.event_id for each in listed if not each.worded}
    terms = queries.terms_of(session, sorted(busy)) if busy else {}
    return [_line(each, by_id[each.host_id], terms.get(each.event_id, ())) for each in listed]


def _line(each: Planned, host: District, terms: Iterable[tuple[str, str]]) -> Listed:
    if each.worded:
        return Listed(date=each, host=host, summary=each.summary)
    by_kind = {kind: [slug for of, slug in terms if of == kind] for kind in (TermKind.DISCIPLINE, TermKind.AUDIENCE)}
    return Listed(
        date=each, host=host, summary=None, disciplines=by_kind[TermKind.DISCIPLINE],
        audiences=by_kind[TermKind.AUDIENCE],
    )  # fmt: skip
