"""Which kept texts stand in a calendar: those within its window, and of too many what is on next (decision 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import itemgetter

from calendar_service.db.engine import Session
from calendar_service.db.polls import instant
from calendar_service.db.queries import joining as queries
from calendar_service.db.queries.joining import KeptRow, Reach
from calendar_service.domain.times.moments import local_day, midnight_utc
from calendar_service.services.syndication.asking import Ask, Kind, window_of
from calendar_service.services.syndication.keeping import builder_of

MAX_BYTES = 900_000
MAX_EVENTS = 1_000
"""Google takes about a megabyte and drops events silently above it."""

ROOM_FOR_HEAD = 8_000
SHORTEST = 300
"""Bytes that no VEVENT of ours is below: in fewer than so many times the most events there need none be counted."""

_END = b"\r\nEND:VEVENT\r\n"
_ID_AND_PART = itemgetter(0, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The rows that a calendar is joined from, in order. `missing` are ids of events whose text has to be kept first;
    `capped`: not everything fitted in.
    """

    rows: Sequence[KeptRow]
    missing: Sequence[int] = ()
    capped: bool = False


def gather(session: Session, ask: Ask, *, now: datetime) -> Gathered:
    """Find what stands in a calendar of many events."""
    rows = _rows(session, ask, now=now)
    missing = list(dict.fromkeys(row.event_id for row in rows if not row.current))
    kept = [row for row in rows if row.text and row.current]
    fitting = kept if ask.options.full else fitting_of(kept)
    return Gathered(rows=sorted(fitting, key=_ID_AND_PART), missing=missing, capped=len(fitting) < len(kept))


def _rows(session: Session, ask: Ask, *, now: datetime) -> list[KeptRow]:
    """What a calendar may hold; where it is more than it may hold, what is on next comes first."""
    metropolis = session.installation.metropolis
    zone, language = metropolis.timezone, metropolis.language
    today, window = midnight_utc(local_day(now, zone), zone), window_of(ask, now=now, timezone=zone)
    builder, variant = builder_of(session.installation), ask.options.variant(language)
    most = None if ask.options.full else MAX_EVENTS + 1
    if ask.kind in (Kind.SELECTION, Kind.PRIVATE):
        return queries.kept_texts(
            session, ask.selection, window=window, today=today, variant=variant, builder=builder, limit=most
        )  # fmt: skip
    named = partial(
        queries.named_texts, session, ask.selection, window=window, today=today, variant=variant, builder=builder
    )  # fmt: skip
    if ask.options.full:
        return named()
    if ask.kind is not Kind.ALL:  # everything is mostly too much
        rows = named(limit=most)
        if _fit(rows):
            return rows
        if len(rows) <= MAX_EVENTS:
            return _next_first(session, rows, today=today, variant=variant)
    coming = named(reach=Reach.AHEAD, limit=most) + named(reach=Reach.RUNNING, limit=MAX_EVENTS)
    behind = named(reach=Reach.BEHIND, limit=most) if _fit(coming) else []
    textless = [] if variant == language else queries.textless(session, ask.selection, window=window, variant=variant)
    return [*textless, *_next_first(session, coming + behind, today=today, variant=variant)]


def _next_first(session: Session, rows: Iterable[KeptRow], *, today: datetime, variant: str) -> list[KeptRow]:
    """In the order of what is on next, then of what was over last; what has no text yet comes first."""
    textless: list[KeptRow] = []
    ahead: list[tuple[datetime, KeptRow]] = []
    running: list[KeptRow] = []
    behind: list[tuple[datetime, KeptRow]] = []
    for row in rows:
        if row.part is None:
            textless.append(row)
        elif (starts := instant(row.starts)) >= today:
            ahead.append((starts, row))
        elif (ends := instant(row.ends)) > today:
            running.append(row)
        else:
            behind.append((ends, row))
    nexts = queries.next_dates(session, {row.event_id for row in running}, today=today, variant=variant)
    ahead += [(nexts[key], row) for row in running if (key := (row.event_id, row.part or "")) in nexts]
    ahead.sort(key=lambda each: (each[0], *each[1][:2]))
    behind.sort(key=lambda each: (each[0], *each[1][:2]), reverse=True)
    return [*textless, *(row for _, row in ahead), *(row for _, row in behind)]


def _fit(rows: Sequence[KeptRow]) -> bool:
    """Whether all of them stay within what Google takes."""
    size = sum(len(row.text) for row in rows if row.text)
    if size + ROOM_FOR_HEAD > MAX_BYTES:
        return False
    return size < MAX_EVENTS * SHORTEST or sum(row.text.count(_END) for row in rows if row.text) <= MAX_EVENTS


def fitting_of(rows: Sequence[KeptRow]) -> Sequence[KeptRow]:
    """The first rows that stay within what Google takes."""
    if _fit(rows):
        return rows
    size, events = ROOM_FOR_HEAD, 0
    for number, row in enumerate(rows):
        text = row.text or b""
        size += len(text)
        events += text.count(_END)  # a line of its own: no title can say that
        if size > MAX_BYTES or events > MAX_EVENTS:
            return rows[:number]
    return rows
