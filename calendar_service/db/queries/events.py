"""Questions about single events and what hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from calendar_service.db.engine import Session
from calendar_service.domain.access import shown_to_everybody
from calendar_service.domain.errors import NotFound
from calendar_service.domain.events import Event, EventTerm, Host, Occurrence, Override, Status
from calendar_service.domain.journal import Revision
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.network.news import News
from calendar_service.domain.publication import FormerSlug
from calendar_service.domain.territory.places import Venue


def whole_event_options() -> tuple[ORMOption, ...]:
    """What loads an event with all that its page, its VEVENT and its rules need: four queries, however many events."""
    return (
        joinedload(Event.host), joinedload(Event.venue).joinedload(Venue.district), selectinload(Event.terms),
        selectinload(Event.overrides).joinedload(Override.venue).joinedload(Venue.district),
        selectinload(Event.hosts).joinedload(Host.district),
    )  # fmt: skip


def event_by_slug(session: Session, slug: str) -> Event:
    """The event with a slug, or with one that it once had. Raises NotFound."""
    found = session.scalars(select(Event).where(Event.slug == slug).options(*whole_event_options())).one_or_none()
    if found is None:
        former = session.get(FormerSlug, ("event", slug))
        found = event_by_id(session, former.target_id) if former else None
    if found is None:
        raise NotFound("event")
    return found


def event_by_uid(session: Session, uid: str) -> Event:
    """The event with a UID. Raises NotFound."""
    found = session.scalars(select(Event).where(Event.uid == uid).options(*whole_event_options())).one_or_none()
    if found is None:
        raise NotFound("event")
    return found


def event_by_id(session: Session, event_id: int) -> Event | None:
    """The event of a row that names it."""
    return session.scalars(select(Event).where(Event.id == event_id).options(*whole_event_options())).one_or_none()


def is_shown(session: Session, slug: str) -> bool:
    """Whether everybody may see what stands under a slug; nothing else of the row is read."""
    return bool(session.scalar(select(Event.id).where(Event.slug == slug, shown_to_everybody())))


def slugs_taken(session: Session, slugs: Iterable[str]) -> set[str]:
    """Those of these slugs that an event has or had; asked for by name, so that the index answers."""
    wanted = list(slugs)
    present = select(Event.slug).where(Event.slug.in_(wanted))
    former = select(FormerSlug.slug).where(FormerSlug.kind == "event", FormerSlug.slug.in_(wanted))
    return set(session.scalars(present.union_all(former)))


def occurrences_of(session: Session, event: Event) -> Sequence[Occurrence]:
    """Every materialised date of an event, in the order in which they now take place."""
    question = select(Occurrence).where(Occurrence.event_id == event.id).order_by(Occurrence.start_utc, Occurrence.id)
    return session.scalars(question).all()


def last_revision_number(session: Session, event: Event) -> int:
    """The number of the latest revision; 0 before the first."""
    return session.scalar(select(func.max(Revision.number)).where(Revision.event_id == event.id)) or 0


def last_revision_numbers(session: Session, event_ids: Collection[int]) -> Mapping[int, int]:
    """The number of the latest revision of each of these events."""
    question = select(Revision.event_id, func.max(Revision.number)).where(Revision.event_id.in_(event_ids))
    return {row[0]: row[1] for row in session.execute(question.group_by(Revision.event_id))}


def revisions_of(session: Session, event: Event, *, limit: int = 100) -> Sequence[Revision]:
    """Who changed what, the latest first."""
    question = (
        select(Revision).where(Revision.event_id == event.id).order_by(Revision.number.desc()).limit(limit)
        .options(joinedload(Revision.officer), joinedload(Revision.district))
    )  # fmt: skip
    return session.scalars(question).all()


def events_at_venue(session: Session, venue_id: int) -> Sequence[Event]:
    """Every event that shows a venue, on all its dates or on one."""
    at_one_date = select(Override.event_id).where(Override.venue_id == venue_id)
    question = select(Event).where((Event.venue_id == venue_id) | Event.id.in_(at_one_date))
    return session.scalars(question.options(*whole_event_options()).order_by(Event.id)).all()


def events_by_ids(session: Session, ids: Collection[int]) -> Sequence[Event]:
    """The events of these rows, wholly loaded."""
    question = select(Event).where(Event.id.in_(ids)).options(*whole_event_options())
    return session.scalars(question.order_by(Event.id)).all()


def events_hosted_by(session: Session, district_id: int) -> Sequence[Event]:
    """Every event that a district hosts, wholly loaded."""
    question = select(Event).where(Event.host_id == district_id).options(*whole_event_options())
    return session.scalars(question.order_by(Event.id)).all()


def events_naming(session: Session, district_ids: Sequence[int]) -> Sequence[Event]:
    """Every event that says the name of one of these districts: its host, an accepted co-host, or its venue's."""
    joint = select(Host.event_id).where(Host.district_id.in_(district_ids), Host.state == Consent.ACCEPTED)
    there = select(Venue.id).where(Venue.district_id.in_(district_ids))
    named = or_(Event.host_id.in_(district_ids), Event.id.in_(joint), Event.venue_id.in_(there))
    return session.scalars(select(Event).where(named).options(*whole_event_options()).order_by(Event.id)).all()


def events_with_terms(session: Session, terms: Sequence[tuple[str, str]]) -> Sequence[Event]:
    """Every event that carries one of these (kind, slug), its format included."""
    formats = [slug for kind, slug in terms if kind == "format"]
    having = select(EventTerm.event_id).where(tuple_(EventTerm.kind, EventTerm.slug).in_(list(terms)))
    question = select(Event).where(Event.id.in_(having) | Event.format.in_(formats))
    return session.scalars(question.options(*whole_event_options()).order_by(Event.id)).all()


def lapsed_holds(session: Session, today: date) -> Sequence[Event]:
    """Holds whose last day is over."""
    question = select(Event).where(Event.status == Status.TENTATIVE, Event.hold_until < today)
    return session.scalars(question.options(*whole_event_options()).order_by(Event.id).limit(200)).all()


def ending_holds(session: Session, first: date, last: date) -> Sequence[Event]:
    """Holds whose last day is between two days, both included."""
    question = select(Event).where(Event.status == Status.TENTATIVE, Event.hold_until.between(first, last))
    return session.scalars(
        question.options(*whole_event_options()).order_by(Event.hold_until, Event.id).limit(500)
    ).all()


def last_told(session: Session, event_ids: Sequence[int], kind: str) -> Mapping[int, datetime]:
    """When something of a kind was last told of each event."""
    question = select(News.event_id, func.max(News.at)).where(News.kind == kind, News.event_id.in_(event_ids))
    return {key: at for key, at in session.execute(question.group_by(News.event_id)) if key is not None}
