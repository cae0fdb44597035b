"""What a reader makes of a row or an entry of somebody else's file: plain values, not yet checked as a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from calendar_service.domain.errors import Problem
from calendar_service.domain.events import Status
from calendar_service.domain.territory.metropolis import Metropolis


@dataclass(frozen=True, slots=True)
class Known:
    """What is here already of something that a file said: the digest of its text there, our UID, the title."""

    said: str
    uid: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who takes a file in: what a reader must know of it. `timezone` (IANA) is that of times that name none.

    `most` is how many events one file may hold. `known` is what is here already of each key: a reader may pass over
    what says the same in the same `manner`, which names all else that its meaning hangs on.
    `district` is the slug of who takes it in.
    """

    metropolis: Metropolis
    timezone: str
    most: int
    known: Mapping[str, Known] = field(default_factory=dict)
    manner: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDate:
    """One date that differs. `recurrence_id` is its original time, `start` and `end` wall clocks as the API's texts.

    `venue` and `place_note` as the API's fields; `following` says that all later dates differ in the same way
    (RANGE=THISANDFUTURE); `reworded` that other words than the event's were lost.
    """

    recurrence_id: str
    start: str | None = None
    end: str | None = None
    cancelled: bool = False
    venue: Mapping[str, Any] | None = None
    following: bool = False
    reworded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDraft:
    """One event of a file. `row` is its line or row, from 1; `key` names it in its source.

    `fields` has the API's names and plain values; `rules` are RRULEs as they stand there, to be fitted to ours.
    `shown_zone` is the zone (IANA) in which people are told of a series that its file keeps in UTC, else empty.
    `status` is what the file says, None if nothing; `sequence` and `modified` (UTC, RFC 5545 form) tell whether
    one of our own events has changed since it was published. `cancels` is an entry that only calls an event off.
    `by_dates` is a table of dates that was ours: all of them stand among `overrides`, and what it does not list stays.
    `said` is a digest of what stands in the file, empty where a reader gives none.
    With `refusals` it cannot be taken, `remarks` are what a person should know of one that can.
    """

    row: int
    key: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    shown_zone: str = ""
    overrides: tuple[RawDate, ...] = ()
    status: Status | None = None
    reason: str = ""
    cohosts: tuple[str, ...] = ()
    sequence: int = 0
    modified: str = ""
    cancels: bool = False
    by_dates: bool = False
    said: str = ""
    refusals: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader found: the events in the order of the file, and what is to be said of the file as a whole.

    `known` are those that say what the receiver knows already, with their row and key; they are not among the drafts.
    `most_dates` is how many dates all of them together may have: a small file can repeat without end.
    """

    drafts: tuple[RawDraft, ...]
    remarks: tuple[Problem, ...] = ()
    known: Sequence[tuple[int, str, Known]] = ()
    most_dates: int = 25_000
