"""Questions of an import: which of a file's events are here already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import whole_event_options
from calendar_service.domain.events import Event, Status
from calendar_service.domain.places import Venue


def events_with_uids(session: Session, uids: Iterable[str]) -> Sequence[Event]:
    """The events with these UIDs, wholly loaded; ask for some hundred at once."""
    return session.scalars(select(Event).where(Event.uid.in_(list(uids))).options(*whole_event_options())).all()


def digests_of(session: Session, uids: Iterable[str]) -> dict[str, str]:
    """What the events with these UIDs last took from a file, by UID; those that took nothing are left out."""
    kept = Event.source_digest.is_not(None), Event.status != Status.DISCARDED
    question = select(Event.uid, Event.source_digest).where(Event.uid.in_(list(uids)), *kept)
    return {uid: digest for uid, digest in session.execute(question) if digest}


def venue_names_in(session: Session, district_id: int) -> Sequence[tuple[str, str]]:
    """Name and slug of each venue of a district, merged ones left out."""
    question = select(Venue.name, Venue.slug).where(Venue.district_id == district_id, Venue.replaced_by_id.is_(None))
    return [(name, slug) for name, slug in session.execute(question.order_by(Venue.id))]
