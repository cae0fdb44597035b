"""A line of a list: one date of an event with all that a row says of it, as plain values; and rows for programs.

Lists are read as lines and never as rows of the model: no object is tracked and nothing is loaded behind it.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.times.moments import recurrence_id


class Sort(StrEnum):
    """In which order a list is: by date, or where it was asked for by how well it fits the words, or by how near."""

    DATE = "date"
    RANK = "rank"
    NEAR = "near"


class Line(NamedTuple):
    """One date. `start` and `end` are wall clocks, `status` is this date's own; `left` counts the dates of its event
    that are not over, for an event that repeats. `discipline` is the main one, `cohosts` names joined by `|`, `picture`
    the digest of its poster. `latitude` and `longitude` are the venue's, else the host's. `shared_by` is the host's
    name where the line stands in a list only because a district of the list shares it.
    """

    id: int
    event_id: int
    slug: str
    recurrence_id: str
    repeats: bool
    summary: str
    lang: str
    start: datetime
    end: datetime | None
    all_day: bool
    first_day: date
    last_day: date
    several_days: bool
    status: str
    reason: str
    own_reason: str | None
    venue: str | None
    district: str
    host_id: int
    place_note: str
    online_url: str
    free: bool
    price: Decimal | None
    currency: str
    price_text: str
    discipline: str | None
    cohosts: str | None
    picture: str | None
    left: int
    shared_by: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether this date does not take place."""
        return self.status == Status.CANCELLED

    @property
    def was_moved(self) -> bool:
        """Whether it stands at another time than it was announced for."""
        return recurrence_id(self.start, all_day=self.all_day) != self.recurrence_id

    @property
    def joint(self) -> list[str]:
        """The names of the co-hosts that accepted."""
        return sorted(self.cohosts.split("|")) if self.cohosts else []

    @property
    def why(self) -> str:
        """The reason of a cancellation or a move: this date's own, else the event's."""
        return self.own_reason or self.reason


def line_of(date: Occurrence, event: Event) -> Line:
    """The line of a date that was loaded with all that hangs on its event, as an event's own page needs it."""
    override = next((each for each in event.overrides if each.recurrence_id == date.recurrence_id), None)
    return Line(
        id=date.id, event_id=event.id, slug=event.slug, recurrence_id=date.recurrence_id, repeats=event.repeats,
        summary=event.summary, lang=event.lang, start=date.start, end=date.end, all_day=date.all_day,
        first_day=date.first_day, last_day=date.last_day, several_days=date.several_days, status=date.status,
        reason=event.reason, own_reason=override.reason if override else "",
        venue=date.venue.name if date.venue else None,
        district=date.venue.district.name if date.venue else event.host.name, host_id=event.host_id,
        place_note=event.place_note, online_url=event.online_url, free=event.free, price=event.price,
        currency=event.currency, price_text=event.price_text,
        discipline=event.disciplines[0] if event.disciplines else None,
        cohosts="|".join(each.district.name for each in event.cohosts),
        picture=event.picture_digest, left=0,
    )  # fmt: skip


class Listed(NamedTuple):
    """A date that a list holds, with what its choices are counted by."""

    id: int
    event_id: int
    host_id: int
    free: bool
    outdoors: bool | None
    format: str | None


class Candidate(NamedTuple):
    """A date that fits, for a list in another order than by date: with its title for one order, with where it is
    measured to (the venue, else the host's point) for the other.
    """

    date: Listed
    summary: str
    latitude: float
    longitude: float


class EventKey(NamedTuple):
    """An event of a list: the instant by which it is sorted, and what tells one state of it from another."""

    id: int
    at: datetime
    version: int
    sequence: int
    changed: datetime

    @property
    def state(self) -> tuple[int, int, int, datetime]:
        """What no other state of any event has."""
        return self.id, self.version, self.sequence, self.changed


class Date(NamedTuple):
    """One date, for programs; `worded` is whether whoever asks may read the words. `start` and `end` are wall clocks,
    `venue` and `host` slugs.
    """

    id: int
    at: datetime
    uid: str
    slug: str
    worded: bool
    recurrence_id: str
    repeats: bool
    start: datetime
    end: datetime | None
    all_day: bool
    timezone: str
    status: str
    summary: str
    venue: str | None
    host: str
