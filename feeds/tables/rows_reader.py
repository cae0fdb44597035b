"""Reads a table of events, a row each, whatever spreadsheet it came from: texts in, plain drafts out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.posting.drafts import RawDraft, Reading, Receiver
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import ASSUMED_LENGTH, ONE_DAY, write_wall
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.text import clean, fold
from feeds.foreign.text import plain_text, web_link
from feeds.prices import read_price
from feeds.tables.cells import at, read_day, read_time
from feeds.tables.columns import NEEDED, NO, YES, columns_of, repeat_of, status_of
from feeds.tables.own_rows import is_own, read_own
from feeds.tables.table import SEVERAL, spoken
from feeds.terms import district_of, slug_of

LOOK_FOR_HEADINGS = 10
LONGEST_KEY = 200
MOST_PARTIES = 20
Rows = Iterable[tuple[int, Sequence[str]]]
"""The number of each row, from 1, and its cells."""


@dataclass(slots=True)
class Found:
    """What a row says so far. `cells` are by column, trimmed, none empty."""

    cells: Mapping[str, str]
    fields: dict[str, Any] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    cohosts: list[str] = field(default_factory=list)
    refusals: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def refuse(self, name: str, code: str, **values: object) -> None:
        self.refusals.append(Problem(field=name, code=code, values=dict(values)))

    def remark(self, name: str, code: str) -> None:
        self.remarks.append(Problem(field=name, code=code))

    def cell(self, column: str) -> str:
        return self.cells.get(column, "")


def read_rows(rows: Rows, *, receiver: Receiver) -> Reading:
    """Read a table. Raises Invalid when its headings are not there or it has too many rows."""
    waiting = iter(rows)
    first = next(waiting, (0, ()))
    if is_own(first[1]):
        return read_own(first[1], waiting, receiver=receiver)
    waiting = chain([first], waiting)
    columns, remarks = _headings(waiting)
    drafts: dict[str, RawDraft] = {}
    twice: list[RawDraft] = []
    for number, cells in waiting:
        said = {name: text for name, cell in zip(columns, cells, strict=False) if name and (text := _text(cell))}
        if not said:
            continue
        draft = _draft(number, said, receiver)
        if draft.key in drafts:
            twice.append(_again(draft, drafts[draft.key]))
        else:
            drafts[draft.key] = draft
        if len(drafts) + len(twice) > receiver.most:
            raise Invalid.of("file", "import_too_many", limit=receiver.most)
    return Reading(drafts=tuple(sorted([*drafts.values(), *twice], key=lambda each: each.row)), remarks=remarks)


def _text(cell: str) -> str:
    """A cell as a person meant it: without the apostrophe that keeps it from calculating (S33)."""
    return clean(spoken(cell), multiline=True)


def _headings(rows: Iterable[tuple[int, Sequence[str]]]) -> tuple[list[str | None], tuple[Problem, ...]]:
    """The columns, and what is said of those that nobody knows. A title may stand above the headings."""
    best: list[str | None] = []
    for number, cells in rows:
        headings = [_text(each) for each in cells]
        columns = columns_of(headings)
        if all(name in columns for name in NEEDED):
            unknown = [each[:40] for each, column in zip(headings, columns, strict=True) if each and not column]
            remark = Problem(field="file", code="import_columns_unknown", values={"columns": unknown})
            return columns, (remark,) if unknown else ()
        best = max(best, columns, key=lambda each: len(each) - each.count(None))
        if number >= LOOK_FOR_HEADINGS:
            break
    missing = [name for name in NEEDED if name not in best]
    raise Invalid.of("file", "import_no_headings", columns=missing)


def _again(draft: RawDraft, first: RawDraft) -> RawDraft:
    twice = Problem(field="key", code="import_key_twice", values={"row": first.row})
    return replace(draft, refusals=(twice,))


# --- one row --------------------------------------------------------------------------------------------------


def _draft(number: int, cells: Mapping[str, str], receiver: Receiver) -> RawDraft:
    found = Found(cells)
    found.fields["summary"] = plain_text(found.cell("summary"), multiline=False)
    found.fields["description"] = plain_text(found.cell("description"), multiline=True)
    if not found.fields["summary"]:
        found.refuse("summary", "required")
    _when(found, receiver)
    _where(found)
    _what(found, receiver.metropolis)
    _price(found, receiver.metropolis)
    _joint(found, receiver.metropolis)
    _parties(found)
    status = status_of(found.cell("status"))
    if found.cell("status") and status is None:
        found.refuse("status", "import_status_unknown", value=found.cell("status")[:40])
    start = found.fields.get("start", found.cell("date"))
    key = found.cell("key") or f"{start} {fold(found.cell('summary'))}"
    return RawDraft(
        row=number, key=key[:LONGEST_KEY], fields=found.fields, rules=tuple(found.rules), status=status,
        cohosts=tuple(found.cohosts), refusals=tuple(found.refusals), remarks=tuple(found.remarks),
    )  # fmt: skip


def _where(found: Found) -> None:
    name, address = (found.cell(each).replace("\n", ", ") for each in ("venue", "address"))
    if link := web_link(name):
        found.fields["online_url"] = link
    elif name:
        found.fields["venue"] = {"name": name, "address": address}
    elif address:
        found.fields["place_note"] = address
    if url := found.cell("url"):
        found.fields["booking_url"] = web_link(url)
        if not found.fields["booking_url"]:
            found.refuse("booking_url", "draft_link")


def _what(found: Found, metropolis: Metropolis) -> None:
    found.fields["disciplines"] = _slugs(found, "disciplines", metropolis.disciplines)
    found.fields["audiences"] = _slugs(found, "audiences", metropolis.audiences)
    if formats := _slugs(found, "format", metropolis.formats):
        found.fields["format"] = formats[0]


def _slugs(found: Found, column: str, vocabulary: Vocabulary) -> list[str]:
    """Labels or slugs, several parted by `|`."""
    slugs = []
    for word in found.cell(column).split(SEVERAL):
        slug = slug_of(word, vocabulary)
        if slug:
            slugs.append(slug)
        elif word.strip():
            found.refuse(column, "unknown_value", value=word.strip()[:80])
    return slugs


def _price(found: Found, metropolis: Metropolis) -> None:
    found.fields |= read_price(found.cell("price"), metropolis=metropolis)
    free = _yes_or_no(found, "free")
    if free is not None:
        found.fields["free"] = free


def _yes_or_no(found: Found, column: str) -> bool | None:
    """None when the cell is empty, or is neither (which is said)."""
    word = fold(found.cell(column))
    if word and word not in YES | NO:
        found.refuse(column, "import_yes_or_no", value=found.cell(column)[:40])
    return word in YES if word in YES | NO else None


def _joint(found: Found, metropolis: Metropolis) -> None:
    for word in found.cell("cohosts").split(SEVERAL):
        if slug := district_of(word, metropolis):
            found.cohosts.append(slug)
        elif word.strip():
            found.refuse("cohosts", "unknown_value", value=word.strip()[:80])


def _parties(found: Found) -> None:
    """Who organises, as it is written; which entries of the register are meant is found out elsewhere."""
    if named := [word.strip() for word in found.cell("organisations").split(SEVERAL) if word.strip()]:
        found.fields["organisations"] = [{"name": each, "role": "organiser"} for each in named[:MOST_PARTIES]]


# --- when -----------------------------------------------------------------------------------------------------


def _when(found: Found, receiver: Receiver) -> None:
    found.fields["timezone"] = receiver.timezone
    day, clock = _day(found, "date", "start"), _clock(found, "start_time", "date", "start")
    last, end = _day(found, "end_date", "end"), _clock(found, "end_time", "end_date", "end")
    all_day = _yes_or_no(found, "all_day")
    if day is None:
        if not found.cell("date"):
            found.refuse("start", "required")
        return
    last = _repetition(found, day, last)
    if all_day or clock is None:
        _dates(found, day, last or day)
    else:
        _times(found, at(day, clock), last, end)


def _day(found: Found, column: str, name: str) -> date | None:
    read = read_day(found.cell(column))
    if found.cell(column) and read is None:
        found.refuse(name, "import_day", value=found.cell(column)[:40])
    return read[0] if read else None


def _clock(found: Found, column: str, day_column: str, name: str) -> time | None:
    """The time of a cell, else that which stands in the day's."""
    read = read_day(found.cell(day_column))
    text = found.cell(column) or (read[1] if read else "")
    if not text:
        return None
    clock = read_time(text)
    if clock is None:
        found.refuse(name, "import_time", value=text[:40])
    return clock


def _dates(found: Found, first: date, last: date) -> None:
    if last < first:
        found.refuse("end", "draft_end_before_start")
    found.fields |= {"start": first.isoformat(), "end": last.isoformat(), "all_day": True}


def _times(found: Found, start: datetime, last: date | None, end: time | None) -> None:
    """Ending at or before the hour of its start, with no day said, it ends on the next day."""
    if end is None:
        ends = at(last or start.date(), start.time()) + ASSUMED_LENGTH
        found.remark("end", "import_end_assumed")
    else:
        ends = at(last or start.date(), end)
        if last is None and ends <= start:
            ends += ONE_DAY
    if ends <= start:
        found.refuse("end", "draft_end_before_start")
    found.fields |= {
        "start": write_wall(start, all_day=False),
        "end": write_wall(ends, all_day=False),
        "all_day": False,
    }


def _repetition(found: Found, day: date, last: date | None) -> date | None:
    """Note the rule; gives the day on which one date ends. The end of a series is often typed as its end date."""
    rule = _rule(found)
    if not rule:
        return last
    until = _day(found, "until", "rrule")
    if "UNTIL=" in rule.upper() or "COUNT=" in rule.upper():
        found.rules.append(rule)
        return last
    if until is None and last and last - day > timedelta(days=1):
        until, last = last, None
        found.remark("rrule", "import_end_as_until")
    _end_series(found, rule, day, until)
    return last


def _rule(found: Found) -> str:
    """The rule that the cell means, without an end where a word stands there; empty when there is none."""
    word = found.cell("repeat")
    rule = repeat_of(word) if word else ""
    if rule is None and "FREQ=" in word.upper():
        return word.removeprefix("RRULE:")
    if rule is None:
        found.refuse("rrule", "import_repeat", value=word[:40])
    return rule or ""


def _end_series(found: Found, rule: str, day: date, until: date | None) -> None:
    if until is None:
        if not found.cell("until"):
            found.refuse("rrule", "import_until_missing")
    elif until < day:
        found.refuse("rrule", "rule_until_before_start", until=until)
    else:
        found.rules.append(f"{rule};UNTIL={until:%Y%m%d}")
