"""Questions that feeds ask: which version, which events, which kept texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, delete, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.db.queries.browsing import Clause, selection_clauses, touching
from calendar_service.db.queries.hosting import hosted, shared_by
from calendar_service.db.queries.listing import whole_events
from calendar_service.domain.access import Viewer, seen_of
from calendar_service.domain.clusters import ENOUGH_MEMBERS, Cluster, ClusterMember, Consent
from calendar_service.domain.events import PUBLIC, Event, Occurrence
from calendar_service.domain.places import District, Venue
from calendar_service.domain.publication import FeedVersion, FormerSlug, KeptText, Scope
from calendar_service.domain.selection import Selection
from calendar_service.domain.window import Window

# Revisions


def raise_revisions(session: Session, keys: Iterable[str]) -> None:
    """Raise the revision of each scope by one, in SQL; the first raise makes the row.

    In sorted order, so that two deeds that raise the same scopes wait for each other and never deadlock.
    """
    rows = [{"key": key, "revision": 1} for key in sorted(set(keys))]
    if not rows:
        return
    raised = {"revision": Scope.revision + 1}
    statement = insert(session)(Scope).values(rows)
    session.execute(statement.on_conflict_do_update(index_elements=[Scope.key], set_=raised))


def revision_of(session: Session, key: str) -> int:
    """How often a scope was raised; 0 for one that never was."""
    return session.scalar(select(Scope.revision).where(Scope.key == key)) or 0


def ensure_scope(session: Session, key: str) -> None:
    """Make the row of a scope that was never raised, so that versions can hang on it."""
    session.execute(insert(session)(Scope).values(key=key, revision=0).on_conflict_do_nothing())


def insert(session: Session) -> Any:  # noqa: ANN401 - the two dialects share a form and no type
    """The INSERT of this database that knows ON CONFLICT."""
    return sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert


def clusters_of(session: Session, district_ids: Iterable[int]) -> list[str]:
    """The slugs of the existing clusters to which any of these districts has accepted to belong."""
    accepted = (
        select(ClusterMember.cluster_id)
        .where(ClusterMember.state == Consent.ACCEPTED)
        .group_by(ClusterMember.cluster_id)
        .having(func.count() >= ENOUGH_MEMBERS)
    )
    member = select(ClusterMember.cluster_id).where(
        ClusterMember.district_id.in_(list(district_ids)), ClusterMember.state == Consent.ACCEPTED
    )
    found = select(Cluster.slug).where(Cluster.id.in_(member), Cluster.id.in_(accepted))
    return list(session.scalars(found.order_by(Cluster.slug)))


# Versions


def version_of(session: Session, key: str, *, to_change: bool = False) -> FeedVersion | None:
    """The version stored of a feed, current or not; locked when it is going to change."""
    question = select(FeedVersion).where(FeedVersion.key == key)
    return session.scalars(question.with_for_update() if to_change else question).one_or_none()


def begin_version(session: Session, row: FeedVersion) -> None:
    """Store the first version of a feed, unless another process just did."""
    ensure_scope(session, row.scope_key)
    names = ("key", "address", "scope_key", "revision", "local_day", "builder", "etag", "changed")
    values = {name: getattr(row, name) for name in names}
    session.execute(insert(session)(FeedVersion).values(values).on_conflict_do_nothing())


def count_versions(session: Session) -> int:
    """Of how many feeds a version is stored."""
    return session.scalar(select(func.count()).select_from(FeedVersion)) or 0


def forget_versions(session: Session, *, before: date) -> None:
    """Drop the versions of feeds that nobody has asked for since a local day."""
    session.execute(delete(FeedVersion).where(FeedVersion.local_day < before))


def district_name(session: Session, slug: str) -> str | None:
    """What a district is called; None when there is none with that slug."""
    return session.scalar(select(District.name).where(District.slug == slug))


def present_slug(session: Session, kind: str, slug: str) -> str | None:
    """The slug that a district or cluster has now, by one that it had."""
    former = select(FormerSlug.target_id).where(FormerSlug.kind == kind, FormerSlug.slug == slug)
    if kind == "cluster":
        return session.scalar(select(Cluster.slug).where(Cluster.id.in_(former)))
    return session.scalar(select(District.slug).where(District.id.in_(former)))


# Texts


class KeptRow(NamedTuple):
    """One part of an event within a feed's window. `text` and `part` are None when nothing is kept of it.
    `shared_by` is the host's municipality where the event stands in the feed only because others share it.
    """

    event_id: int
    part: str | None
    current: bool
    text: str | None
    timezone: str
    all_day: bool
    shared_by: str | None


def kept_texts(
    session: Session, selection: Selection, *, window: Window, today: datetime, variant: str, builder: str,
    limit: int | None = None,
) -> list[KeptRow]:  # fmt: skip
    """The texts that a feed is joined from; with a `limit`, those of what is on next as of `today` (a midnight),
    then of the latest past.

    One query, whatever the feed holds. Cancelled and withdrawn events are among them; drafts and holds never.
    """
    metropolis = session.installation.metropolis
    clauses = selection_clauses(selection, metropolis=metropolis, window=window)
    dates = _dates(clauses, today=today, variant=variant)
    current = and_(KeptText.sequence == Event.sequence, KeptText.builder == builder)
    order = (dates.c.next.is_(None), dates.c.next, dates.c.last.desc()) if limit is not None else ()
    question = (
        select(
            dates.c.event_id,
            dates.c.part,
            func.coalesce(current, False),
            KeptText.text,
            Event.timezone,
            Event.all_day,
            shared_by(selection, District.municipality),
        )
        .join(Event, Event.id == dates.c.event_id)
        .outerjoin(KeptText, _is_kept_part(dates.c.event_id, dates.c.part, variant))
        .order_by(*order, dates.c.event_id, dates.c.part)
        .limit(limit)
    )
    return [KeptRow(*row) for row in session.execute(question)]


def named_texts(
    session: Session, selection: Selection, *, window: Window, variant: str, builder: str, limit: int | None = None
) -> list[KeptRow]:
    """The same for a selection of one district, one cluster or everything: found by each text's own extent.

    In no order that means anything to a reader; a series with a gap as long as the window counts as within.
    """
    question = _named_question(selection, window, variant, builder, limit)
    found = session.connection().execute(question).fetchall()  # as rows: the ORM has nothing to add
    return list(map(KeptRow._make, found))


@lru_cache(maxsize=64)
def _named_question(
    selection: Selection, window: Window, variant: str, builder: str, limit: int | None
) -> Select[Any]:  # fmt: skip
    """Put together once a day for each of the feeds that most people follow."""
    ours = and_(KeptText.event_id == Event.id, KeptText.variant == variant)
    current = and_(KeptText.sequence == Event.sequence, KeptText.builder == builder)
    within = and_(KeptText.ends > window.start, KeptText.starts < window.end)
    dated = select(Occurrence.event_id).where(*touching(window))
    missing = and_(KeptText.event_id.is_(None), Event.id.in_(dated))
    return (
        select(
            Event.id,
            KeptText.part,
            func.coalesce(current, False),
            KeptText.text,
            Event.timezone,
            Event.all_day,
            shared_by(selection, District.municipality),
        )
        .outerjoin(KeptText, ours)
        .where(Event.status.in_(PUBLIC), *(Event.id.in_(each) for each in hosted(selection)), or_(within, missing))
        .order_by(Event.id, KeptText.part)
        .limit(limit)
    )


def next_first(
    session: Session, rows: Iterable[KeptRow], selection: Selection, *, window: Window, today: datetime, variant: str
) -> list[KeptRow]:  # fmt: skip
    """All the texts of a selection in the order of `kept_texts`, without those that have no date in the window."""
    clauses = selection_clauses(selection, metropolis=session.installation.metropolis, window=window)
    dates = _dates(clauses, today=today, variant=variant)
    question = select(dates).order_by(
        dates.c.next.is_(None), dates.c.next, dates.c.last.desc(), dates.c.event_id, dates.c.part
    )
    by_part = {(row.event_id, row.part): row for row in rows}
    in_order = (tuple(found[:2]) for found in session.connection().execute(question))
    return [by_part[part] for part in in_order if part in by_part]


def _dates(clauses: Sequence[Clause], *, today: datetime, variant: str) -> Subquery:
    """Event and part of every public date that the clauses ask for, with its next and last start."""
    coming = case((Occurrence.end_utc > today, Occurrence.start_utc))
    part = and_(
        KeptText.event_id == Occurrence.event_id,
        KeptText.variant == variant,
        or_(KeptText.part == "", KeptText.part == Occurrence.recurrence_id),
    )
    return (
        select(
            Occurrence.event_id, KeptText.part, func.min(coming).label("next"),
            func.max(Occurrence.start_utc).label("last"),
        )
        .join(Event, Event.id == Occurrence.event_id)
        .outerjoin(KeptText, part)
        .where(Event.status.in_(PUBLIC), *clauses)
        .group_by(Occurrence.event_id, KeptText.part)
        .subquery()
    )  # fmt: skip


def _is_kept_part(event_id: ColumnElement[int], part: ColumnElement[str], variant: str) -> ColumnElement[bool]:
    return and_(KeptText.event_id == event_id, KeptText.variant == variant, KeptText.part == part)


def texts_of_event(session: Session, event: Event, *, variant: str, builder: str) -> dict[str, str]:
    """What is kept of one event as it is now, by part, in the order of its dates."""
    question = select(KeptText.part, KeptText.text).where(
        KeptText.event_id == event.id, KeptText.variant == variant, KeptText.sequence == event.sequence,
        KeptText.builder == builder,
    )  # fmt: skip
    return dict(session.execute(question.order_by(KeptText.part)).all())


def events_without_text(
    session: Session, event_ids: Sequence[int], *, variant: str, builder: str
) -> list[int]:  # fmt: skip
    """Which of these public events have no current text in a variant."""
    kept = exists().where(
        KeptText.event_id == Event.id, KeptText.variant == variant, KeptText.sequence == Event.sequence,
        KeptText.builder == builder,
    )  # fmt: skip
    question = select(Event.id).where(Event.id.in_(event_ids), Event.status.in_(PUBLIC), ~kept)
    return list(session.scalars(question.order_by(Event.id)))


def sequences_of(session: Session, event_ids: Sequence[int]) -> dict[int, int]:
    """The counters of these events, read without the rest of them."""
    return dict(session.execute(select(Event.id, Event.sequence).where(Event.id.in_(event_ids))).all())


def stale_events(session: Session, *, variant: str, builder: str, limit: int) -> list[int]:
    """Some of the public events without a text of this variant by this builder, the latest first."""
    kept = exists().where(KeptText.event_id == Event.id, KeptText.variant == variant, KeptText.builder == builder)
    question = select(Event.id).where(Event.status.in_(PUBLIC), ~kept)
    return list(session.scalars(question.order_by(Event.start.desc()).limit(limit)))


def forget_texts(session: Session, event_id: int, *, variant: str | None = None) -> None:
    """Drop what is kept of an event: in one variant, or in all."""
    statement = delete(KeptText).where(KeptText.event_id == event_id)
    session.execute(statement if variant is None else statement.where(KeptText.variant == variant))


class BrokenEvent(NamedTuple):
    """An event that was left out of feeds, and why: what the operator is told."""

    uid: str
    slug: str
    district: str
    problem: str


def broken_events(session: Session, *, limit: int) -> Sequence[BrokenEvent]:
    """Each event that was left out of feeds, whatever the languages in which it was tried."""
    question = (
        select(Event.uid, Event.slug, District.slug, func.min(KeptText.problem))
        .join(KeptText, KeptText.event_id == Event.id).join(District, District.id == Event.host_id)
        .where(KeptText.problem != "").group_by(Event.uid, Event.slug, District.slug).order_by(Event.uid).limit(limit)
    )  # fmt: skip
    return [BrokenEvent(*row) for row in session.execute(question)]


# What is not public


def unpublished_events(
    session: Session, selection: Selection, *, window: Window, viewer: Viewer, limit: int
) -> Sequence[Event]:
    """The drafts and holds of a selection that somebody may know of, by their first date, wholly loaded."""
    clauses = selection_clauses(selection, metropolis=session.installation.metropolis, window=window)
    first = (
        select(Occurrence.event_id, func.min(Occurrence.start_utc).label("start"))
        .join(Event, Event.id == Occurrence.event_id)
        .where(Event.status.not_in(PUBLIC), seen_of(viewer, selection), *clauses)
        .group_by(Occurrence.event_id)
        .subquery()
    )  # fmt: skip
    question = select(first.c.event_id).order_by(first.c.start, first.c.event_id)
    return whole_events(session, session.scalars(question.limit(limit)).all())


# Entries and rows


def latest_events(session: Session, selection: Selection, *, window: Window, limit: int) -> Sequence[Event]:
    """The public events of a feed that changed last, wholly loaded; withdrawn ones are no news."""
    clauses = selection_clauses(selection, metropolis=session.installation.metropolis, window=window)
    shown = select(Occurrence.event_id).join(Event, Event.id == Occurrence.event_id).where(_PUBLIC, *clauses)
    question = select(Event.id).where(Event.id.in_(shown)).order_by(Event.last_modified.desc(), Event.id.desc())
    return whole_events(session, session.scalars(question.limit(limit)).all())


def public_dates(session: Session, selection: Selection, *, window: Window, limit: int) -> Sequence[Occurrence]:
    """The public dates of a feed in order, with their places."""
    clauses = selection_clauses(selection, metropolis=session.installation.metropolis, window=window)
    question = select(Occurrence).join(Event, Event.id == Occurrence.event_id).where(_PUBLIC, *clauses)
    return session.scalars(
        question.order_by(Occurrence.start_utc, Occurrence.id).limit(limit)
        .options(joinedload(Occurrence.venue).joinedload(Venue.district))
    ).all()  # fmt: skip


def dates_of_events(
    session: Session, event_ids: Sequence[int], *, window: Window | None = None, limit: int
) -> Sequence[Occurrence]:
    """The dates of these events in order, with their places; of all times without a window."""
    within = touching(window) if window else []
    question = select(Occurrence).where(Occurrence.event_id.in_(event_ids), *within)
    return session.scalars(
        question.order_by(Occurrence.start_utc, Occurrence.id).limit(limit)
        .options(joinedload(Occurrence.venue).joinedload(Venue.district))
    ).all()  # fmt: skip


_PUBLIC = and_(Event.status.in_(PUBLIC), ~Event.is_bare)
