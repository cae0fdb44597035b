"""Our own table of dates comes back: a row for each date, and of a series no rule.

Of an event that is here the rule and every date that is not listed stay as they are; a listed date is moved where the
table has it elsewhere, called off where the table says so, and added where it is new. It is never called on again
nor put back after it was taken away: the table may be older than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from calendar_service.domain.events import Event, Status
from calendar_service.domain.posting.drafts import RawDate, RawDraft
from calendar_service.domain.times.dates import Date, dates_of
from calendar_service.domain.times.moments import read_recurrence_id, recurrence_id, write_wall
from calendar_service.text import fold

TIMES = frozenset({"start", "end", "timezone", "all_day", "rdates"})
PLACES = frozenset({"venue", "place_note"})


def as_new(raw: RawDraft) -> RawDraft:
    """An event that is not here: its first date, the others beside it, and only those as overrides that differ."""
    start, end = (datetime.fromisoformat(raw.fields[each]) for each in ("start", "end"))
    return replace(raw, overrides=tuple(each for each in raw.overrides if _differs(each, end - start)))


def _differs(date: RawDate, length: timedelta) -> bool:
    original = read_recurrence_id(date.recurrence_id)
    moved = date.start is not None and datetime.fromisoformat(date.start) != original
    longer = date.end is not None and datetime.fromisoformat(date.end) != original + length
    return moved or longer or date.cancelled or date.venue is not None


def as_known(raw: RawDraft, event: Event) -> RawDraft:
    """What it says of an event that is here, without its times; dates that are new stand beside the others."""
    left_out = TIMES | PLACES if _is_where_it_was(raw, event) else TIMES
    fields = {name: value for name, value in raw.fields.items() if name not in left_out}
    if new := _new_dates(raw, event):
        fields["rdates"] = [write_wall(each, all_day=event.all_day) for each in (*event.rdates, *new)]
    return replace(raw, fields=fields, status=_status(raw, event))


def _is_where_it_was(raw: RawDraft, event: Event) -> bool:
    """Whether its place is that of a date here: where a piece of a series is listed, most of it may be elsewhere."""
    venue = raw.fields.get("venue")
    here = {fold(each.venue.name) for each in dates_of(event) if each.venue}
    return isinstance(venue, Mapping) and fold(str(venue.get("name"))) in here


def _new_dates(raw: RawDraft, event: Event) -> list[datetime]:
    known = {*(each.recurrence_id for each in dates_of(event)),
             *(recurrence_id(each, all_day=event.all_day) for each in event.exdates)}  # fmt: skip
    if raw.fields["all_day"] != event.all_day:
        return []
    return [read_recurrence_id(each.recurrence_id) for each in raw.overrides if each.recurrence_id not in known]


def _status(raw: RawDraft, event: Event) -> Status | None:
    """Called off as a whole only if all its dates are listed so, and never called on again."""
    if event.status == Status.CANCELLED:
        return None
    whole = {each.recurrence_id for each in dates_of(event)} <= {each.recurrence_id for each in raw.overrides}
    return raw.status if raw.status != Status.CANCELLED or whole else None


def changes(raw: RawDraft, event: Event) -> Mapping[str, RawDate]:
    """The dates that the table has otherwise than they stand here."""
    partly = raw.status == Status.CANCELLED and _status(raw, event) is None and event.status != Status.CANCELLED
    said = {each.recurrence_id: replace(each, cancelled=each.cancelled or partly) for each in raw.overrides}
    return dict(_changed(event, said))


def _changed(event: Event, said: Mapping[str, RawDate]) -> Iterator[tuple[str, RawDate]]:
    for date in dates_of(event):
        wanted = said.get(date.recurrence_id)
        if wanted is not None and not _stands(date, wanted, event):
            yield date.recurrence_id, replace(wanted, cancelled=wanted.cancelled or date.cancelled)


def _stands(date: Date, wanted: RawDate, event: Event) -> bool:
    """Whether a date is as the table has it."""
    end = write_wall(date.span.end, all_day=event.all_day) if date.span.end else None
    here = (write_wall(date.span.start, all_day=event.all_day), end)
    elsewhere = wanted.venue is not None and (
        date.venue is None or fold(str(wanted.venue.get("name"))) != fold(date.venue.name)
    )
    return here == (wanted.start, wanted.end) and wanted.cancelled <= date.cancelled and not elsewhere
