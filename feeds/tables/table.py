"""Dates as rows: one for each occurrence, in columns whose names programs outside rely on (CONTRACT, Feeds).

Text that a spreadsheet would take for a formula gets an apostrophe before it, which `spoken` takes away again
(S33): what is written and read back is the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias

from calendar_service import addresses
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.territory.places import Venue
from calendar_service.domain.times.moments import read_recurrence_id, write_wall
from feeds.wording import page

COLUMNS = (
    "uid", "recurrence_id", "start", "end", "timezone", "all_day", "status", "summary", "district_code", "district",
    "cohosts", "venue", "address", "lat", "lon", "disciplines", "format", "audiences", "free", "price", "currency",
    "accessibility", "url",
)  # fmt: skip
SEVERAL = "|"
"""Between the values of one cell."""

Cell: TypeAlias = str | int | float | Decimal | None

_FORMULA = re.compile(r"['’]*[\s\ufeff]*[=+\-@\t\r＝＋－＠]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def row(occurrence: Occurrence, event: Event, *, metropolis: Metropolis, base_url: str) -> Mapping[str, Cell]:
    """The cells of one date, by column; None for what there is not. The event is wholly loaded.

    Times are wall clock in `timezone`; `end` of an all-day date is its last day; yes and no are 1 and 0.
    """
    path = page(event, occurrence.recurrence_id)
    cells: dict[str, Cell] = {
        "summary": event.summary, "cohosts": _several(each.district.name for each in event.cohosts),
        "format": event.format, "free": int(event.free), "price": event.price,
        "currency": (event.currency or metropolis.currency) if event.price is not None else None,
        "disciplines": _several(event.disciplines), "audiences": _several(event.audiences),
        "accessibility": _several(event.accessibility), "url": addresses.absolute(base_url, path),
    }  # fmt: skip
    return _when(occurrence, event) | cells | _place(occurrence.venue, event)


def busy_row(occurrence: Occurrence, event: Event, *, said: str) -> Mapping[str, Cell]:
    """A date of a hold of which a reader may not know the title: `said` stands for it."""
    kind = {"disciplines": _several(event.disciplines), "audiences": _several(event.audiences)}
    return dict.fromkeys(COLUMNS) | _when(occurrence, event) | kind | {"summary": said}


def _when(occurrence: Occurrence, event: Event) -> dict[str, Cell]:
    original = read_recurrence_id(occurrence.recurrence_id)
    return {
        "uid": event.uid, "recurrence_id": write_wall(original, all_day=event.all_day),
        "start": write_wall(occurrence.start, all_day=occurrence.all_day),
        "end": write_wall(occurrence.end, all_day=occurrence.all_day) if occurrence.end else None,
        "timezone": event.timezone, "all_day": int(occurrence.all_day), "status": str(occurrence.status),
        "district_code": event.host.code, "district": event.host.name,
    }  # fmt: skip


def _place(venue: Venue | None, event: Event) -> dict[str, Cell]:
    if venue is None:
        return {"venue": event.place_note or None, "address": None, "lat": None, "lon": None}
    return {"venue": venue.name, "address": venue.address, "lat": venue.latitude, "lon": venue.longitude}


def _several(values: Iterable[str]) -> str | None:
    return SEVERAL.join(values) or None


def guarded(text: str) -> str:
    """A text as a cell holds it: no control characters, and nothing that calculates."""
    plain = _CONTROL.sub("", text)
    return f"'{plain}" if _FORMULA.match(plain) else plain


def spoken(cell: str) -> str:
    """The text that a cell holds: what `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
