"""One place that stands twice among the venues: every event of the one says the other from then on, its address leads
there, and for thirty days it is undone as it was (R25).

Who looks after a district merges away what stands in it, and the facilitator anything: no event of anybody says
another thing by it than the name of where it takes place. Nobody is told that an event has moved: it has not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, groupby, islice

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import events_at_venue, events_by_ids
from calendar_service.db.queries.network import merging as queries
from calendar_service.db.queries.network.places import every_venue, venues_in
from calendar_service.domain.access import Viewer, may_manage
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from calendar_service.domain.events import Event, Override
from calendar_service.domain.finding.names import bare_words
from calendar_service.domain.territory.places import Venue, VenueMerge
from calendar_service.services.auditing import note
from calendar_service.services.recording.changes import record, snapshot
from calendar_service.services.syndication.keeping import raise_pages

KEPT = timedelta(days=30)
SHOWN = 20
WHOLE = ""
MOST_EVENTS = 2_000
"""Of a venue with more events there is surely only one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspects:
    """Two venues that may be one place; `gone` is the younger."""

    gone: Venue
    kept: Venue


def suspects(session: Session, *, by: Viewer) -> Sequence[Suspects]:
    """What may stand twice among the venues that she looks after and may know of: the same words, or the words of one
    within another's in the same district.
    """
    if not (by.managed or by.facilitator):
        return []
    found = every_venue(session, known_to=by) if by.facilitator else venues_in(session, by.managed)
    return [*islice(_pairs(found), SHOWN)]


def _pairs(venues: Iterable[Venue]) -> Iterator[Suspects]:
    """Only within a district: hundreds of venues are compared, not thousands."""
    ordered = sorted(venues, key=lambda each: (each.district_id, each.id))
    for _, at_home in groupby(ordered, key=lambda each: each.district_id):
        words = [(each, frozenset(bare_words(each.name))) for each in at_home]
        for (one, its), (other, others) in combinations(words, 2):
            if _alike(its, others):
                yield Suspects(gone=other, kept=one)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if one == other:
        return bool(one)
    return min(len(one), len(other)) > 1 and (one <= other or other <= one)


def may_merge(by: Viewer, venue: Venue) -> bool:
    """Whether she may let another venue stand for this one."""
    return may_manage(by, venue.district_id)


def merge(session: Session, venue: Venue, into: Venue, *, seen: int, by: Viewer, now: datetime) -> VenueMerge:
    """Let another venue stand for this one. Raises Forbidden, Stale, Invalid (itself, or far too many events)."""
    if not may_merge(by, venue):
        raise Forbidden("not_manager")
    if seen != venue.version:
        raise Stale(current=venue.version)
    if into.id == venue.id:
        raise Invalid.of("into", "venue_itself")
    moved = events_at_venue(session, venue.id)
    if len(moved) > MOST_EVENTS:
        raise Invalid.of("into", "venue_busy", most=MOST_EVENTS)
    followers = queries.replaced_by(session, venue.id)
    row = VenueMerge(
        venue_id=venue.id, into_id=into.id, by_id=by.officer_id, at=now,
        moved={
            "events": {str(each.id): _shown_at(each, venue) for each in moved},
            "followers": [each.id for each in followers],
        },
    )  # fmt: skip
    session.add(row)
    for each in (venue, *followers):
        each.replaced_by_id = into.id
    session.flush()
    _move(session, moved, row.moved["events"], venue, into, deed="venue-merged", by=by, now=now)
    _note(session, venue, into, "venue-merge", by=by, now=now)
    return row


def undo(session: Session, number: int, *, by: Viewer, now: datetime) -> Venue:
    """Let both stand again, and what moved go back where it still is. Gives the venue that is back.

    Raises NotFound (also for what is not hers), WrongState after thirty days or when the other was merged away itself.
    """
    row = queries.merge_numbered(session, number)
    if row is None or not may_merge(by, row.venue):
        raise NotFound("merge")
    if row.undone is not None or now >= row.at + KEPT or row.into.replaced_by_id is not None:
        raise WrongState("merge_over")
    row.undone, row.venue.replaced_by_id = now, None
    for each in queries.venues_by_ids(session, row.moved["followers"]):
        each.replaced_by_id = row.venue_id
    session.flush()
    moved = events_by_ids(session, [*map(int, row.moved["events"])])
    _move(session, moved, row.moved["events"], row.into, row.venue, deed="venue-parted", by=by, now=now)
    _note(session, row.venue, row.into, "venue-part", by=by, now=now)
    return row.venue


def _shown_at(event: Event, venue: Venue) -> list[str]:
    """Where an event says a venue: WHOLE, and the dates that say it for themselves."""
    dates = [each.recurrence_id for each in event.overrides if each.venue_id == venue.id]
    return [WHOLE, *dates] if event.venue_id == venue.id else dates


def _move(
    session: Session, events: Sequence[Event], where: Mapping[str, Sequence[str]], old: Venue, new: Venue, *,
    deed: str, by: Viewer, now: datetime,
) -> None:  # fmt: skip
    """Let events say the new venue in the places listed for each, as far as they still say the old one there."""
    for event in events:
        before, places = snapshot(event), where[str(event.id)]
        shown: list[Event | Override] = [event] if WHOLE in places else []
        shown += [each for each in event.overrides if each.recurrence_id in places]
        for shows in shown:
            if shows.venue_id == old.id:
                shows.venue, shows.venue_id = new, new.id
        record(session, event, before, deed=deed, by=by, now=now, same_place=True)


def recent(session: Session, *, by: Viewer, now: datetime) -> Sequence[VenueMerge]:
    """What she may still undo, the latest first."""
    if not (by.managed or by.facilitator):
        return []
    found = queries.merges_since(session, now - KEPT)
    return [each for each in found if may_merge(by, each.venue) and each.into.replaced_by_id is None][:SHOWN]


def count_events(session: Session, venue: Venue) -> int:
    """How many events say this venue."""
    return queries.count_events_at(session, venue.id)


def _note(session: Session, venue: Venue, into: Venue, deed: str, *, by: Viewer, now: datetime) -> None:
    note(session, by=by, deed=deed, subject=f"venue:{venue.slug}", district_id=venue.district_id, now=now,
         into=into.slug)  # fmt: skip
    raise_pages(session)
