"""The planning board as a page: a grid where there is room, a list per week on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.finding.selection import Selection, forgiving
from calendar_service.domain.times.window import window
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda.browsing import check_names
from calendar_service.services.agenda.describing import describe
from calendar_service.services.desk.board import (
    MOST_WEEKS,
    ONE_DAY,
    USUAL_WEEKS,
    WEEK,
    Board,
    Cell,
    Row,
    Rows,
    board,
    monday_of,
)
from calendar_service.services.syndication.private_feeds import LONGEST_NAME
from calendar_service.web.office.board_days import days_of
from calendar_service.web.office.whose import homes
from calendar_service.words import Words, mark

room = Room("board")
ROWS = {Rows.DISTRICT: mark("por distrito"), Rows.DISCIPLINE: mark("por disciplina"), Rows.VENUE: mark("por lugar")}
DENSITIES = (0, 1, 2, 4, 7)
"""From how many dates on a cell is one shade darker."""
FEW = 5
CHOICES = frozenset({"cluster", "zone", "discipline", "audience", "from"})
"""What the board's own form has fields for; every other word of a selection is kept beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A cell in words: `tone` is its shade, `says` all of it for who does not see the grid."""

    events: int
    holds: int
    tone: int
    free: bool
    href: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of boxes; `own`: a district of hers."""

    name: str
    own: bool
    boxes: Sequence[Box]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A column: its days in words and in short, what is marked in it, its total, in how many rows its weekend is free
    (`best`: in no other week in more), and for a phone her own rows and the fullest of the others.
    """

    monday: date
    days: str
    short: str
    marked: Sequence[str]
    total: Cell
    own: Sequence[tuple[str, Box]]
    fullest: Sequence[tuple[str, Box]]
    free: int
    best: bool


@room.get("/office/board", policy=Policy.OFFICER)
def planning() -> Response:
    """Selection as everywhere; `weeks` (12, at most 26) and `rows` (district, discipline, venue) beside it."""
    selection, usual = _in_weeks(forgiving(asking.query_pairs())[0])
    weeks, rows = _weeks(usual), _rows()
    with asking.reading() as session:
        unknown = {each.field for each in check_names(session, selection, viewer=asking.viewer())}
        if unknown:
            selection = forgiving([each for each in selection.pairs() if each[0] not in unknown])[0]
        found = board(session, selection, weeks=weeks, rows=rows, viewer=asking.viewer(), now=asking.now())
        chosen = describe(session, selection.without_time(), words=asking.words(), today=asking.today())
    days = [asking.words().days(each, each + WEEK - ONE_DAY, today=asking.today()) for each in found.weeks]
    lines = [_line(each, found, days, selection, rows) for each in found.rows]
    return page(
        "office/board.html", lines=lines, weeks=_columns(found, days, lines), rows=[(str(key), asking.words().t(text))
        for key, text in ROWS.items()], chosen_rows=str(rows), selection=selection, board=found,
        week_count=len(found.weeks), days=days_of(found), hidden=_hidden(selection),
        earlier=_other(selection, found.weeks[0] - len(found.weeks) * WEEK, weeks, rows),
        later=_other(selection, found.weeks[-1] + WEEK, weeks, rows), whole=_whole(selection, rows),
        query=selection.without_time().query(), spans=(4, 8, USUAL_WEEKS, MOST_WEEKS), options=_options(found),
        chosen=chosen, period=_period(found), calendar_name=_calendar_name(chosen),
    )  # fmt: skip


def _in_weeks(selection: Selection) -> tuple[Selection, int]:
    """From which day on, and for how many weeks: those that `when`, or `from` and `to`, touch."""
    if selection.when is None and selection.to_day is None:
        return selection, USUAL_WEEKS
    asked = window(selection, now=asking.now(), timezone=asking.metropolis().timezone)
    weeks = (monday_of(asked.last_day or asked.first_day) - monday_of(asked.first_day)) // WEEK + 1
    return replace(selection, when=None, from_day=asked.first_day, to_day=None), min(weeks, MOST_WEEKS)


def _weeks(usual: int) -> int:
    text = request.args.get("weeks", "")
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= MOST_WEEKS else usual


def _calendar_name(chosen: str) -> str:
    """What the calendar of this board is called among others on a phone."""
    return asking.words().t("Tablero: %(chosen)s", chosen=chosen)[:LONGEST_NAME]


def _period(found: Board) -> str:
    """The days of the whole board."""
    return asking.words().days(found.weeks[0], found.weeks[-1] + WEEK - ONE_DAY, today=asking.today())


def _rows() -> Rows:
    text = request.args.get("rows", "")
    return Rows(text) if text in set(Rows) else Rows.DISTRICT


def _hidden(selection: Selection) -> Sequence[tuple[str, str]]:
    """What the address chose and the form has no field for."""
    return [pair for pair in selection.pairs() if pair[0] not in CHOICES]


def _options(found: Board) -> dict[str, Sequence[tuple[str, str]]]:
    """What the form's selects offer."""
    metropolis, language = asking.metropolis(), asking.words().language
    return {
        "cluster": [(each.slug, each.name) for each in found.clusters],
        "zone": [(each.slug, each.name) for each in metropolis.zones],
        "discipline": [(each.slug, each.label(language)) for each in metropolis.disciplines.roots],
        "audience": [(each.slug, each.label(language)) for each in metropolis.audiences.terms],
    }


def _other(selection: Selection, start: date, weeks: int, rows: Rows) -> str:
    query = replace(selection, from_day=start).query()
    return to.office("board", query=to.with_query("", query, weeks=weeks, rows=str(rows))[1:])


def _whole(selection: Selection, rows: Rows) -> str:
    return to.office("board", query=to.with_query("", selection.query(), rows=str(rows))[1:])


def _line(row: Row, found: Board, days: Sequence[str], selection: Selection, rows: Rows) -> Line:
    name = row.name
    if rows is Rows.DISCIPLINE:
        name = asking.metropolis().disciplines.label(row.slug, asking.words().language)
    hrefs = _of_weeks(_narrowed(selection, row.slug, rows), found.weeks, rows)
    boxes = [_box(cell, f"{name}, {said}", href) for cell, said, href in zip(row.cells, days, hrefs, strict=True)]
    return Line(name=name, boxes=boxes, own=rows is Rows.DISTRICT and row.slug in {each.slug for each in homes()})


def _of_weeks(selection: Selection, mondays: Sequence[date], rows: Rows) -> list[str]:
    """The boards of one week each: one address, said anew with another day. No other part of it reads like that."""
    first = _other(selection, mondays[0], 1, rows)
    return [first.replace(f"from={mondays[0]}", f"from={each}") for each in mondays]


def _narrowed(selection: Selection, slug: str, rows: Rows) -> Selection:
    match rows:
        case Rows.DISTRICT:
            return replace(selection, districts=(slug,))
        case Rows.DISCIPLINE:
            return replace(selection, disciplines=(slug,))
        case Rows.VENUE:
            return replace(selection, venues=(slug,))


def _box(cell: Cell, where: str, href: str) -> Box:
    words = asking.words()
    said = [
        words.n("%(num)s publicado", "%(num)s publicados", cell.events),
        words.n("%(num)s reserva", "%(num)s reservas", cell.holds),
    ]
    if not cell.weekend:
        said.append(words.t("fin de semana libre"))
    return Box(
        events=cell.events, holds=cell.holds, tone=sum(cell.total >= each for each in DENSITIES) - 1,
        free=not cell.weekend, href=href, says=f"{where}: {', '.join(said)}",
    )  # fmt: skip


def _columns(found: Board, days: Sequence[str], lines: Sequence[Line]) -> Sequence[Week]:
    free = [sum(each.boxes[place].free for each in lines) for place in range(len(found.weeks))]
    return [
        _column(found, lines, place, days=days[place], free=number, best=number == max(free) > 0)
        for place, number in enumerate(free)
    ]


def _column(found: Board, lines: Sequence[Line], place: int, *, days: str, free: int, best: bool) -> Week:
    words, monday = asking.words(), found.weeks[place]
    boxes = [(each.name, each.boxes[place]) for each in lines if not each.own]
    busy = sorted((each for each in boxes if each[1].events + each[1].holds), key=_fullness)
    return Week(
        monday=monday, short=_short(monday, words, begins=place == 0),
        days=days,
        marked=[f"{words.day(each.day, today=asking.today())}: {each.name(words.language)}"
                for each in found.marked[place]],
        total=found.totals[place], own=[(each.name, each.boxes[place]) for each in lines if each.own],
        fullest=busy[:FEW], free=free, best=best,
    )  # fmt: skip


def _short(monday: date, words: Words, *, begins: bool) -> str:
    """A week as a column's head has room for it: "23–29 nov.", "28 dic.–3 ene. 2027"; the year where it begins."""
    sunday = monday + WEEK - ONE_DAY
    months = words.locale.months["format"]["abbreviated"]
    first = str(monday.day) if monday.month == sunday.month else f"{monday.day} {months[monday.month]}"
    new_year = (begins and sunday.year != asking.today().year) or (sunday - WEEK).year != sunday.year
    return f"{first}–{sunday.day} {months[sunday.month]}" + (f" {sunday.year}" if new_year else "")


def _fullness(each: tuple[str, Box]) -> tuple[int, str]:
    return -(each[1].events + each[1].holds), each[0]
