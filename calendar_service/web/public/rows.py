"""An occurrence as a line of a list: everything said, nothing left to the template but its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from calendar_service import addresses as to
from calendar_service.domain.events import Event, Occurrence, Override, Status
from calendar_service.domain.metropolis import Metropolis
from calendar_service.domain.selection import Selection
from calendar_service.domain.times.moments import recurrence_id
from calendar_service.entrance import asking
from calendar_service.services.agenda.browsing import Day, Days, Found, by_first_day
from calendar_service.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line. `hue` is the number of the first discipline's mark, `machine` the start for `<time datetime>`."""

    href: str
    summary: str
    lang: str
    day: date
    machine: str
    time: str
    until: str
    place: str
    district: str
    price: str
    free: bool
    hue: int
    discipline: str
    joint: str
    cancelled: bool
    moved: bool
    reason: str
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRows:
    """The lines of one day; `href` is the list of that day alone."""

    day: date
    rows: list[Row]
    lasting: list[Row]
    total: int
    more: int
    href: str


class Rows:
    """Makes lines in the language of the request."""

    def __init__(self) -> None:
        self.words: Words = asking.words()
        self.metropolis: Metropolis = asking.metropolis()
        self.today = asking.today()

    def row(self, occurrence: Occurrence, *, left: int = 0) -> Row:
        """One line; `left` is how many dates of the event are not over."""
        event = occurrence.event
        override = override_of(event, occurrence)
        discipline = event.disciplines[0] if event.disciplines else ""
        return Row(
            href=to.event(event.slug, occurrence.recurrence_id if event.repeats else None),
            summary=event.summary, lang="" if event.lang == self.words.language else event.lang,
            day=occurrence.first_day, time=self._time(occurrence),
            machine=machine(occurrence.start, all_day=occurrence.all_day),
            until=self._until(occurrence), place=place_of(occurrence, self.words),
            district=occurrence.venue.district.name if occurrence.venue else event.host.name,
            price=price_of(event, self.words), free=event.free,
            hue=hue_of(discipline, self.metropolis), joint=self._joint(event),
            discipline=self.metropolis.disciplines.label(discipline, self.words.language),
            cancelled=occurrence.status == Status.CANCELLED, moved=was_moved(occurrence),
            reason=(override.reason if override else "") or event.reason, more=self._more(left),
        )  # fmt: skip

    def running(self, occurrences: Iterable[Occurrence]) -> list[Row]:
        """Lines of what runs already."""
        return [self.row(each) for each in occurrences]

    def agenda(self, found: Found) -> list[DayRows]:
        """The lines of a list, day by day."""
        return [
            DayRows(day=day, rows=self._rows(each, found.dates_left), lasting=[], total=len(each), more=0, href="")
            for day, each in by_first_day(found.occurrences)
        ]

    def days(self, days: Days, selection: Selection) -> list[DayRows]:
        """The lines of days side by side."""
        return [self._day(each, selection) for each in days.days]

    def _day(self, day: Day, selection: Selection) -> DayRows:
        alone = replace(selection, from_day=day.day, to_day=day.day)
        return DayRows(
            day=day.day, rows=self._rows(day.occurrences, {}), lasting=self._rows(day.lasting, {}),
            total=day.total, more=day.more, href=to.events(alone.query()),
        )  # fmt: skip

    def _rows(self, occurrences: Iterable[Occurrence], left: Mapping[int, int]) -> list[Row]:
        return [self.row(each, left=left.get(each.event_id, 0)) for each in occurrences]

    def _time(self, occurrence: Occurrence) -> str:
        return "" if occurrence.all_day else self.words.time(occurrence.start)

    def _until(self, occurrence: Occurrence) -> str:
        return self.words.until(occurrence.last_day, today=self.today) if occurrence.several_days else ""

    def _joint(self, event: Event) -> str:
        names = [each.district.name for each in event.cohosts]
        return self.words.t("con %(districts)s", districts=self.words.list_and(names)) if names else ""

    def _more(self, left: int) -> str:
        return self.words.n("y %(num)s fecha más", "y %(num)s fechas más", left - 1) if left > 1 else ""


def machine(moment: datetime, *, all_day: bool) -> str:
    """A wall clock as `<time datetime>` takes it."""
    return moment.date().isoformat() if all_day else moment.isoformat(timespec="minutes")


def override_of(event: Event, occurrence: Occurrence) -> Override | None:
    """What was said about this date alone."""
    return next((each for each in event.overrides if each.recurrence_id == occurrence.recurrence_id), None)


def was_moved(occurrence: Occurrence) -> bool:
    """Whether this date stands at another time than it was announced for."""
    return recurrence_id(occurrence.start, all_day=occurrence.all_day) != occurrence.recurrence_id


def place_of(occurrence: Occurrence, words: Words) -> str:
    """The venue, else what was said of the place, else that it is online."""
    if occurrence.venue:
        return occurrence.venue.name
    event = occurrence.event
    return event.place_note or (words.t("En línea") if event.online_url else "")


def price_of(event: Event, words: Words) -> str:
    """What it costs, in as few words as there are."""
    if event.free:
        return words.free
    if event.price is not None:
        return words.price(event.price, event.currency)
    return event.price_text


def hue_of(discipline: str, metropolis: Metropolis) -> int:
    """The number of a discipline's mark: its place among the first level; the last one for what is unknown."""
    roots = [each.slug for each in metropolis.disciplines.roots]
    root = metropolis.disciplines.root_of(discipline)
    return roots.index(root) if root in roots else len(roots) - 1
