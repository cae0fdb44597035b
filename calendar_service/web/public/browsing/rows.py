"""An occurrence as a line of a list: everything said, nothing left to the template but its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from calendar_service import addresses as to
from calendar_service.domain.events import Event
from calendar_service.domain.finding.agenda import Line
from calendar_service.domain.finding.selection import Point, Selection
from calendar_service.domain.territory.distances import distance_km, point_of
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.entrance import asking
from calendar_service.entrance.once import once
from calendar_service.services.agenda.browsing import Day, Days, Found, by_first_day
from calendar_service.services.syndication.leaving_out import left_out
from calendar_service.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line. `hue` is the number of the first discipline's mark, `machine` the start for `<time datetime>`,
    `picture` the digest of its poster, empty without one; `far` how far it is from where the list is measured from.
    """

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
    picture: str
    far: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRows:
    """The lines of one day; `href` is the list of that day alone."""

    day: date
    rows: list[Row]
    lasting: list[Row]
    total: int
    more: int
    href: str

    @property
    def on(self) -> int:
        """How many begin on it or last over it."""
        return self.total + len(self.lasting)


class Rows:
    """Makes lines in the language of the request; with `near` also how far each is from there. Names of places in
    `told` are said by the page already, and not again in each line.
    """

    def __init__(self, *, near: Point | str | None = None, told: Collection[str] = ()) -> None:
        self.words: Words = asking.words()
        self.metropolis: Metropolis = asking.metropolis()
        self.today = asking.today()
        self.point = point_of(near, self.metropolis)
        self.pictured = not asking.saves_data()
        self.told = told

    def row(self, line: Line) -> Row:
        """One line, in words; without its poster for who saves data."""
        shown = line if self.pictured else line._replace(picture=None)
        row = once((shown, self.point), lambda: self._said(shown))
        return self._not_again(row) if self.told else row

    def _not_again(self, row: Row) -> Row:
        place, district = ("" if each in self.told else each for each in (row.place, row.district))
        return replace(row, place=place, district=district)

    def _said(self, line: Line) -> Row:
        discipline = line.discipline or ""
        return Row(
            href=to.event(line.slug, line.recurrence_id if line.repeats else None),
            summary=line.summary, lang="" if line.lang == self.words.language else line.lang,
            day=line.first_day, time="" if line.all_day else self.words.time(line.start),
            machine=machine(line.start, all_day=line.all_day),
            until=self.words.until_short(line.last_day, today=self.today) if line.several_days else "",
            place=place_of(line, self.words), district=line.district, price=price_of(line, self.words),
            free=line.free, hue=hue_of(discipline, self.metropolis), joint=self._joint(line),
            discipline=self.metropolis.disciplines.label(discipline, self.words.language),
            cancelled=line.is_cancelled, moved=line.was_moved, reason=line.why, more=self._more(line.left),
            picture=line.picture or "", far=self._far(line),
        )  # fmt: skip

    def _far(self, line: Line) -> str:
        """In whole kilometres: where somebody stands is only known to about one, on purpose."""
        if self.point is None or line.latitude is None or line.longitude is None:
            return ""
        away = round(distance_km(self.point, Point(line.latitude, line.longitude)))
        said = self.words.distance(max(1, away))
        return (
            self.words.t("a %(distance)s", distance=said)
            if away
            else self.words.t("a menos de %(distance)s", distance=said)
        )

    def rows(self, found: Iterable[Line]) -> list[Row]:
        """Several lines, without those that cannot be put into words: damaged by hand, and told to the operator."""
        said: list[Row] = []
        for each in found:
            with left_out(each.slug, of="pages"):
                said.append(self.row(each))
        return said

    def running(self, found: Iterable[Line]) -> list[Row]:
        """Lines of what runs already, where a further date says nothing."""
        return self.rows(each._replace(left=0) for each in found)

    def agenda(self, found: Found) -> list[DayRows]:
        """The lines of a list, day by day; how many more dates a series has is said at its first line alone."""
        seen: set[str] = set()
        return [
            DayRows(
                day=day,
                rows=self.rows(self._first(line, seen) for line in each),
                lasting=[],
                total=len(each),
                more=0,
                href="",
            )
            for day, each in by_first_day(found.lines)
        ]

    def _first(self, line: Line, seen: set[str]) -> Line:
        again = line.slug in seen
        seen.add(line.slug)
        return line._replace(left=0) if again else line

    def days(self, days: Days, selection: Selection) -> list[DayRows]:
        """The lines of days side by side."""
        return [self._day(each, selection) for each in days.days]

    def _day(self, day: Day, selection: Selection) -> DayRows:
        alone = replace(selection, from_day=day.day, to_day=day.day)
        return DayRows(
            day=day.day, rows=self.running(day.lines), lasting=self.running(day.lasting),
            total=day.total, more=day.more, href=to.events(alone.query()),
        )  # fmt: skip

    def _joint(self, line: Line) -> str:
        """Whose it is, where others share it, and with whom it is done."""
        names, t = line.joint, self.words.t
        said = (
            t("Compartido por %(host)s", host=line.shared_by) if line.shared_by else "",
            t("con %(districts)s", districts=self.words.list_and(names)) if names else "",
        )
        return " ".join(part for part in said if part)

    def _more(self, left: int) -> str:
        return self.words.n("y %(num)s fecha más", "y %(num)s fechas más", left - 1) if left > 1 else ""


def machine(moment: datetime, *, all_day: bool) -> str:
    """A wall clock as `<time datetime>` takes it."""
    return moment.date().isoformat() if all_day else moment.isoformat(timespec="minutes")


def place_of(line: Line, words: Words) -> str:
    """The venue, else what was said of the place, else that it is online."""
    return line.venue or line.place_note or (words.t("En línea") if line.online_url else "")


def price_of(priced: Line | Event, words: Words) -> str:
    """What it costs, in as few words as there are."""
    if priced.free:
        return words.free
    if priced.price is not None:
        return words.price(priced.price, priced.currency)
    return priced.price_text


def hue_of(discipline: str, metropolis: Metropolis) -> int:
    """The number of a discipline's mark: its place among the first level; the last one for what is unknown."""
    roots = [each.slug for each in metropolis.disciplines.roots]
    root = metropolis.disciplines.root_of(discipline)
    return roots.index(root) if root in roots else len(roots) - 1


def access_of(codes: Iterable[str]) -> list[tuple[str, str]]:
    """What helps people get in and follow, each with the path that draws it (empty where the vocabulary has none)."""
    vocabulary, language = asking.metropolis().accessibility, asking.language()
    terms = [(code, vocabulary.by_slug.get(code)) for code in codes]
    return [(vocabulary.label(code, language), term.more.get("icon", "") if term else "") for code, term in terms]
