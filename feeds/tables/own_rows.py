"""Reads back the table of dates that we write ourselves (`feeds.tables.table`): rows of one UID are one event again.

What the table has no column for, and what a cell leaves empty, is not said: whoever reconciles keeps it. So is each
date that is not listed, since a feed or a selection holds a piece of the agenda.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.events import Status
from calendar_service.domain.posting.drafts import RawDate, RawDraft, Reading, Receiver
from calendar_service.domain.times.moments import ASSUMED_LENGTH, is_zone, recurrence_id, write_wall
from calendar_service.text import clean, fold
from feeds.tables.cells import at, read_day, read_time
from feeds.tables.columns import NO, YES, status_of
from feeds.tables.table import COLUMNS, SEVERAL, spoken
from feeds.terms import district_of, slug_of

SIGNS = frozenset({"uid", "recurrence_id", "start", "summary"})
DATES_EACH = 5
"""So many rows for each event that a file may hold, one with another."""

Rows = Iterable[tuple[int, Sequence[str]]]
Cells = Mapping[str, str]


def is_own(cells: Sequence[str]) -> bool:
    """Whether these are the headings of our own table, whatever columns were taken away or added."""
    return set(map(fold, cells)) >= SIGNS


def read_own(headings: Sequence[str], rows: Rows, *, receiver: Receiver) -> Reading:
    """Read it. Raises Invalid when it holds too much."""
    columns = [fold(each) if fold(each) in COLUMNS else None for each in headings]
    events: dict[str, list[tuple[int, Cells]]] = {}
    for count, (number, cells) in enumerate(rows):
        said = {name: text for name, cell in zip(columns, cells, strict=False) if name and (text := _text(cell))}
        if said:
            events.setdefault(said.get("uid", f"row {number}"), []).append((number, said))
        if len(events) > receiver.most or count >= receiver.most * DATES_EACH:
            raise Invalid.of("file", "import_too_many", limit=receiver.most)
    drafts = tuple(_draft(key, lines, receiver) for key, lines in events.items())
    unknown = [clean(each, multiline=False)[:40] for each in headings if each.strip() and fold(each) not in COLUMNS]
    remark = Problem(field="file", code="import_columns_unknown", values={"columns": unknown})
    return Reading(drafts=drafts, remarks=(remark,) if unknown else ())


def _text(cell: str) -> str:
    return clean(spoken(cell), multiline=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One date: its original time, where it stands now, and whether it takes place."""

    original: datetime
    start: datetime
    end: datetime | None
    all_day: bool
    status: Status
    cells: Cells

    def wall(self, moment: datetime) -> str:
        return write_wall(moment, all_day=self.all_day)


class _Unread(Exception):
    def __init__(self, name: str, code: str, **values: object) -> None:
        self.problem = Problem(field=name, code=code, values=dict(values))


def _draft(key: str, lines: Sequence[tuple[int, Cells]], receiver: Receiver) -> RawDraft:
    """One event of its rows; what is wrong with one of them refuses it whole, so that no date is lost unsaid."""
    number, first = lines[0]
    raw = RawDraft(row=number, key=key, by_dates=True, fields={"summary": first.get("summary", "")})
    try:
        _check_host(first, receiver)
        rows = sorted((_row(cells) for _, cells in lines), key=lambda each: each.original)
        return _event(replace(raw, fields=_fields(first, receiver)), rows, receiver)
    except _Unread as wrong:
        return replace(raw, refusals=(wrong.problem,))


def _check_host(cells: Cells, receiver: Receiver) -> None:
    """A joint event stands in the tables of all its hosts, and is brought back by the one that posted it."""
    code, name = cells.get("district_code", ""), cells.get("district", "")
    host = next((each for each in receiver.metropolis.districts if each.code == code), None)
    slug = host.slug if host else district_of(name, receiver.metropolis)
    if slug and receiver.district and slug != receiver.district:
        raise _Unread("district", "import_of_another", district=host.name if host else name)


def _row(cells: Cells) -> Row:
    start, all_day = _moment(cells, "start")
    original = _moment(cells, "recurrence_id")[0] if "recurrence_id" in cells else start
    end = _moment(cells, "end")[0] if "end" in cells else None
    status = status_of(cells.get("status", str(Status.CONFIRMED)))
    if status is None:
        raise _Unread("status", "import_status_unknown", value=cells["status"][:40])
    return Row(original=original, start=start, end=end, all_day=all_day, status=status, cells=cells)


def _moment(cells: Cells, column: str) -> tuple[datetime, bool]:
    """A wall clock, or a day at its midnight and that it is one."""
    said = cells.get(column, "")
    found = read_day(said)
    if found is None:
        raise _Unread("start" if column == "recurrence_id" else column, "import_day", value=said[:40])
    day, rest = found
    if not rest or fold(cells.get("all_day", "")) in YES:
        return _midnight(day), True
    clock = read_time(rest)
    if clock is None:
        raise _Unread(column, "import_time", value=said[:40])
    return at(day, clock), False


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


# --- the event ------------------------------------------------------------------------------------------------


def _event(raw: RawDraft, rows: Sequence[Row], receiver: Receiver) -> RawDraft:
    """Its first date says when and how long, the others are dates beside it, differing where they differ."""
    first = rows[0]
    length = (_end(first) - first.start) if first.end else None
    zone = first.cells.get("timezone", "")
    times: dict[str, Any] = {
        "start": first.wall(first.original), "all_day": first.all_day,
        "end": first.wall(first.original + (length if length is not None else _assumed(first))),
        "timezone": zone if is_zone(zone) else receiver.timezone,
    }  # fmt: skip
    if beside := [first.wall(each.original) for each in rows if each.original != first.original]:
        times["rdates"] = list(dict.fromkeys(beside))
    off = all(each.status == Status.CANCELLED for each in rows)
    standing = next((each.status for each in rows if each.status != Status.CANCELLED), Status.CANCELLED)
    venue = _venue(_usual(rows))
    return replace(
        raw, fields={**raw.fields, **times, **venue}, status=Status.CANCELLED if off else standing,
        overrides=tuple(_date(each, venue, off=off) for each in rows),
        cohosts=tuple(
            slug for word in first.cells.get("cohosts", "").split(SEVERAL)
            if (slug := district_of(word, receiver.metropolis))
        ),
    )  # fmt: skip


def _end(row: Row) -> datetime:
    return row.end or row.start


def _assumed(row: Row) -> timedelta:
    return timedelta() if row.all_day else ASSUMED_LENGTH


def _usual(rows: Sequence[Row]) -> Cells:
    """The cells of the place where most dates are."""
    count = Counter(each.cells.get("venue", "") for each in rows)
    most = count.most_common(1)[0][0]
    return next(each.cells for each in rows if each.cells.get("venue", "") == most)


def _date(row: Row, usual: Mapping[str, Any], *, off: bool) -> RawDate:
    """What stands in the row; whether it differs is for who knows the event."""
    venue = _venue(row.cells)
    elsewhere = venue.get("venue") if venue and venue != usual else None
    return RawDate(
        recurrence_id=recurrence_id(row.original, all_day=row.all_day), start=row.wall(row.start),
        end=row.wall(row.end) if row.end else None, cancelled=row.status == Status.CANCELLED and not off,
        venue=elsewhere,
    )  # fmt: skip


def _venue(cells: Cells) -> dict[str, Any]:
    """A place with an address or a position is a venue, any other words are a note; empty when nothing is said."""
    name, address = (" ".join(cells.get(each, "").split()) for each in ("venue", "address"))
    if not name:
        return {}
    placed = {key: number for key in ("lat", "lon") if (number := _degrees(cells.get(key, ""))) is not None}
    if not address and not placed:
        return {"place_note": name}
    return {"venue": {"name": name, "address": address, **placed}}


def _degrees(text: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        return None


# --- what it says beside when and where -----------------------------------------------------------------------


def _fields(cells: Cells, receiver: Receiver) -> dict[str, Any]:
    """Only what is said: a cell that is empty, or a column that is not there, changes nothing."""
    metropolis = receiver.metropolis
    if "summary" not in cells:
        raise _Unread("summary", "required")
    said: dict[str, Any] = {"summary": " ".join(cells["summary"].split())}
    vocabularies = (("disciplines", metropolis.disciplines), ("audiences", metropolis.audiences),
                    ("accessibility", metropolis.accessibility), ("format", metropolis.formats))  # fmt: skip
    for name, vocabulary in vocabularies:
        words = [word for word in cells.get(name, "").split(SEVERAL) if word.strip()]
        if unknown := [word for word in words if slug_of(word, vocabulary) is None]:
            raise _Unread(name, "unknown_value", value=unknown[0].strip()[:80])
        if words:
            said[name] = [slug_of(word, vocabulary) for word in words]
    if "format" in said:
        said["format"] = said["format"][0]
    return said | dict(_cost(cells))


def _cost(cells: Cells) -> Iterator[tuple[str, Any]]:
    """Free, or an amount; what is free now has no price any more."""
    word = fold(cells.get("free", ""))
    if word and word not in YES | NO:
        raise _Unread("free", "import_yes_or_no", value=word[:40])
    if word:
        yield "free", word in YES
    if "price" in cells:
        yield "price", cells["price"].replace(",", ".")
        yield "currency", cells.get("currency", "")
    elif word in YES:
        yield "price", None
