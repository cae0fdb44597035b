"""Which kept texts stand in a calendar: those within its window, and of too many what is on next (decision 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication import joining as queries
from calendar_service.db.queries.syndication.joining import KeptRow, Named, Reach, Run
from calendar_service.domain.territory.metropolis import Installation
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
_Placed = tuple[Any, KeptRow]
"""A row and the instant by which it is put in order, as the driver gives it."""


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
    named = named_of(session.installation, ask, session.get_bind().dialect, now=now)
    if ask.kind not in (Kind.SELECTION, Kind.PRIVATE):
        return gather_named(queries.running(session), named, ask)
    rows = queries.kept_texts(
        session, ask.selection, window=named.window, today=named.today, variant=named.variant, builder=named.builder,
        limit=None if ask.options.full else MAX_EVENTS + 1,
    )  # fmt: skip
    return _gathered(rows, ask)


def named_of(installation: Installation, ask: Ask, dialect: Dialect, *, now: datetime) -> Named:
    """What a feed asks for today. Raises Invalid for more than 400 days."""
    metropolis = installation.metropolis
    zone = metropolis.timezone
    return Named(
        selection=ask.selection, window=window_of(ask, now=now, timezone=zone),
        today=midnight_utc(local_day(now, zone), zone), variant=ask.options.variant(metropolis.language),
        builder=builder_of(installation), dialect=dialect,
    )  # fmt: skip


def gather_named(run: Run, named: Named, ask: Ask) -> Gathered:
    """The same for what most people follow."""
    return _gathered(queries.named_texts(run, named) if ask.options.full else _next_of(run, named, ask), ask)


def _gathered(rows: Sequence[KeptRow], ask: Ask) -> Gathered:
    kept = [row for row in rows if row.text and row.current]
    missing = [] if len(kept) == len(rows) else list(dict.fromkeys(row.event_id for row in rows if not row.current))
    fitting = kept if ask.options.full or _fit(kept) else _first_that_fit(kept)
    return Gathered(rows=sorted(fitting, key=_ID_AND_PART), missing=missing, capped=len(fitting) < len(kept))


def _next_of(run: Run, named: Named, ask: Ask) -> list[KeptRow]:
    """Where it is more than a calendar may hold, what is on next comes first."""
    most = MAX_EVENTS + 1
    if ask.kind is not Kind.ALL:  # everything is mostly too much
        rows = queries.named_texts(run, named, limit=most)
        if _fit(rows):
            return rows
        if len(rows) < most:
            return _next_first(run, named, rows)
    ahead = queries.named_texts(run, named, reach=Reach.AHEAD, limit=most)
    coming = ahead + queries.named_texts(run, named, reach=Reach.RUNNING, limit=most)
    behind = queries.named_texts(run, named, reach=Reach.BEHIND, limit=most) if _fit(coming) else []
    textless = queries.textless(run, named) if ask.options.lang or ask.options.rich else []
    return [*textless, *_next_first(run, named, coming + behind)]


def _next_first(run: Run, named: Named, rows: Iterable[KeptRow]) -> list[KeptRow]:
    """In the order of what is on next, then of what was over last; what has no text yet comes first."""
    today = queries.as_given(named.today, named.dialect)
    textless: list[KeptRow] = []
    ahead: list[_Placed] = []
    running: list[KeptRow] = []
    behind: list[_Placed] = []
    for row in rows:
        if row.part is None:
            textless.append(row)
        elif row.starts >= today:
            ahead.append((row.starts, row))
        elif row.ends > today:
            running.append(row)
        else:
            behind.append((row.ends, row))
    nexts = queries.next_dates(run, named, {row.event_id for row in running}) if running else {}
    ahead += [(nexts[key], row) for row in running if (key := (row.event_id, row.part or "")) in nexts]
    ahead.sort(key=_by_time)
    behind.sort(key=_by_time, reverse=True)
    return [*textless, *(row for _, row in ahead), *(row for _, row in behind)]


def _by_time(each: _Placed) -> tuple[Any, int, str]:
    return each[0], each[1].event_id, each[1].part or ""


def _fit(rows: Sequence[KeptRow]) -> bool:
    """Whether all of them stay within what Google takes."""
    size = sum(len(row.text) for row in rows if row.text)
    if size + ROOM_FOR_HEAD > MAX_BYTES:
        return False
    return size < MAX_EVENTS * SHORTEST or sum(row.text.count(_END) for row in rows if row.text) <= MAX_EVENTS


def _first_that_fit(rows: Sequence[KeptRow]) -> Sequence[KeptRow]:
    size, events = ROOM_FOR_HEAD, 0
    for number, row in enumerate(rows):
        text = row.text or b""
        size += len(text)
        events += text.count(_END)  # a line of its own: no title can say that
        if size > MAX_BYTES or events > MAX_EVENTS:
            return rows[:number]
    return rows
