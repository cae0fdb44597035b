"""Which kept texts stand in a calendar: those within its window, and of too many what is on next (decision 3)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from sqlalchemy import Dialect

from calendar_service.db.engine import Session
from calendar_service.db.polls import instant
from calendar_service.db.queries.syndication import joining as queries
from calendar_service.db.queries.syndication.joining import KeptRow, Key, Named, Reach, Run
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.domain.times.moments import local_day, midnight_utc
from calendar_service.services.syndication.asking import Ask, Kind, window_of
from calendar_service.services.syndication.keeping import builder_of
from feeds.ics.tailoring import marked
from feeds.wording import Wording

MAX_BYTES = 900_000
MAX_EVENTS = 1_000
"""Google takes about a megabyte and drops events silently above it."""

ROOM_FOR_HEAD = 8_000
SHORTEST = 300
"""Bytes that no VEVENT of ours is below: in fewer than so many times the most events there need none be counted."""

_END = b"\r\nEND:VEVENT\r\n"
_KEY = attrgetter("key")

Weight = tuple[int, int]
"""Bytes and events."""
Place = tuple[int, float, int, str]
"""What is on next comes first, then what was over last: 0 and the instant, or 1 and its negative; event and part."""
NOWHERE: Place = (0, -math.inf, 0, "")
BEHIND: Place = (1, -math.inf, 0, "")
"""Before everything, and where what is over would begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The rows that a calendar is joined from, in order. `missing` are ids of events whose text has to be kept first.

    `places` are those of all that was read, where not everything fits in: `waiting` did not. What would come after
    the `horizon` was not read; None: that is all there is.
    """

    rows: Sequence[KeptRow]
    missing: Sequence[int] = ()
    waiting: Sequence[KeptRow] = ()
    places: Mapping[Key, Place] | None = None
    horizon: Place | None = None

    @property
    def capped(self) -> bool:
        """Whether not everything fitted in."""
        return bool(self.waiting)


NOTHING = Gathered(rows=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a feed that most people follow is asked for, today, and how it words whose an event is."""

    run: Run
    named: Named
    wording: Wording

    def texts(self, *, reach: Reach = Reach.ALL, limit: int | None = None) -> list[KeptRow]:
        """What stands in it."""
        return self._marked(queries.named_texts(self.run, self.named, reach=reach, limit=limit))

    def texts_of(self, event_ids: Collection[int]) -> list[KeptRow]:
        """The same of some events alone."""
        return self._marked(queries.named_texts_of(self.run, self.named, event_ids) if event_ids else [])

    def places_of(self, rows: Iterable[KeptRow]) -> dict[Key, Place]:
        """Where each row belongs that has a text, and a date within reach."""
        today = queries.as_given(self.named.today, self.named.dialect)
        running: dict[Key, KeptRow] = {}
        places: dict[Key, Place] = {}
        for row in rows:
            if row.part is None:
                continue
            if row.starts >= today:
                places[row.key] = (0, instant(row.starts).timestamp(), *row.key)
            elif row.ends > today:
                running[row.key] = row
            else:
                places[row.key] = (1, -instant(row.ends).timestamp(), *row.key)
        nexts = queries.next_dates(self.run, self.named, {id_ for id_, _ in running}) if running else {}
        return places | {key: (0, instant(nexts[key]).timestamp(), *key) for key in running if key in nexts}

    def _marked(self, rows: list[KeptRow]) -> list[KeptRow]:
        """Where an event is somebody else's, it says whose."""
        if not self.named.selection.districts:
            return rows
        return [row if row.shared_by is None else said_whose(row, self.wording) for row in rows]


def said_whose(row: KeptRow, wording: Wording) -> KeptRow:
    """A row whose text says whose event it is, where it stands in a feed only because others share it."""
    if not (row.shared_by and row.text):
        return row
    return row._replace(text=marked(row.text.decode(), wording.shared_by(row.shared_by)).encode())


def gather(session: Session, ask: Ask, *, now: datetime) -> Gathered:
    """Find what stands in a calendar of many events."""
    asking = asking_of(session.installation, ask, queries.running(session), session.get_bind().dialect, now=now)
    if ask.kind not in (Kind.SELECTION, Kind.PRIVATE):
        return gather_named(asking, ask)
    named = asking.named
    rows = queries.kept_texts(
        session, ask.selection, window=named.window, today=named.today, variant=named.variant, builder=named.builder,
        limit=None if ask.options.full else MAX_EVENTS + 1,
    )  # fmt: skip
    return _gathered([said_whose(row, asking.wording) for row in rows], ask)


def asking_of(installation: Installation, ask: Ask, run: Run, dialect: Dialect, *, now: datetime) -> Asking:
    """What a feed asks for today. Raises Invalid for more than 400 days."""
    metropolis = installation.metropolis
    zone = metropolis.timezone
    named = Named(
        selection=queries.without_slug(ask.selection), slug=ask.slug, window=window_of(ask, now=now, timezone=zone),
        today=midnight_utc(local_day(now, zone), zone), variant=ask.options.variant(metropolis.language),
        builder=builder_of(installation), dialect=dialect,
    )  # fmt: skip
    wording = Wording(installation=installation, language=ask.options.lang or metropolis.language)
    return Asking(run=run, named=named, wording=wording)


def gather_named(asking: Asking, ask: Ask) -> Gathered:
    """The same for what most people follow."""
    if ask.options.full:
        return _gathered(asking.texts(), ask)
    most = MAX_EVENTS + 1
    if ask.kind is not Kind.ALL:  # everything is mostly too much
        rows = asking.texts(limit=most)
        if _fit(rows):
            return _gathered(rows, ask)
        if len(rows) < most:
            return _in_order(asking, ask, rows, horizon=None)
    return _gather_next(asking, ask, most)


def _gather_next(asking: Asking, ask: Ask, most: int) -> Gathered:
    """Of more than a calendar may hold, what is on next comes first."""
    ahead = asking.texts(reach=Reach.AHEAD, limit=most)
    running = asking.texts(reach=Reach.RUNNING, limit=most)
    coming = ahead + running
    behind = asking.texts(reach=Reach.BEHIND, limit=most) if _fit(coming) else None
    textless = queries.textless(asking.run, asking.named) if ask.options.lang or ask.options.rich else []
    horizon = None
    if len(running) == most:
        horizon = NOWHERE
    elif len(ahead) == most:
        horizon = (0, instant(ahead[-1].starts).timestamp(), 0, "")
    elif behind is None:
        horizon = BEHIND
    elif len(behind) == most:
        horizon = (1, -instant(behind[-1].ends).timestamp(), 0, "")
    return _in_order(asking, ask, [*textless, *coming, *(behind or ())], horizon=horizon)


def _in_order(asking: Asking, ask: Ask, rows: Sequence[KeptRow], *, horizon: Place | None) -> Gathered:
    """In the order of what is on next, then of what was over last; what has no text yet comes first."""
    places = asking.places_of(rows)
    placed = sorted((row for row in rows if row.key in places), key=lambda row: places[row.key])
    textless = [row for row in rows if row.part is None]
    return replace(_gathered([*textless, *placed], ask), places=places, horizon=horizon)


def _gathered(rows: Sequence[KeptRow], ask: Ask) -> Gathered:
    kept = [row for row in rows if row.text and row.current]
    missing = [] if len(kept) == len(rows) else list(dict.fromkeys(row.event_id for row in rows if not row.current))
    most = len(kept) if ask.options.full or _fit(kept) else how_many_fit(list(map(weight_of, kept)))
    return Gathered(rows=sorted(kept[:most], key=_KEY), missing=missing, waiting=kept[most:])


def weight_of(row: KeptRow) -> Weight:
    """How many bytes and events a text has."""
    text = row.text or b""
    return len(text), text.count(_END)  # a line of its own: no title can say that


def _fit(rows: Sequence[KeptRow]) -> bool:
    """Whether all of them stay within what Google takes."""
    size = sum(len(row.text) for row in rows if row.text)
    if size + ROOM_FOR_HEAD > MAX_BYTES:
        return False
    return size < MAX_EVENTS * SHORTEST or sum(row.text.count(_END) for row in rows if row.text) <= MAX_EVENTS


def fits(weight: Weight) -> bool:
    """Whether texts that weigh so much together stay within what Google takes."""
    size, events = weight
    return ROOM_FOR_HEAD + size <= MAX_BYTES and events <= MAX_EVENTS


def how_many_fit(weights: Sequence[Weight]) -> int:
    """How many of these, in order, stay within what Google takes."""
    size, events = ROOM_FOR_HEAD, 0
    for number, (more, further) in enumerate(weights):
        size += more
        events += further
        if size > MAX_BYTES or events > MAX_EVENTS:
            return number
    return len(weights)
