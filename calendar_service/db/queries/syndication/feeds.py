"""Questions that feeds ask: which version, which events, which kept texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, and_, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import selection_clauses, touching
from calendar_service.db.queries.agenda.listing import whole_events
from calendar_service.domain.access import Viewer, seen_of
from calendar_service.domain.events import PUBLIC, Event, Occurrence
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import ENOUGH_MEMBERS, Cluster, ClusterMember, Consent
from calendar_service.domain.publication import FeedVersion, FormerSlug, KeptText, Scope, ScopeChange
from calendar_service.domain.territory.places import District, Venue
from calendar_service.domain.times.window import Window

# Revisions


def raise_revisions(session: Session, keys: Iterable[str], *, events: Collection[int] = ()) -> None:
    """Raise the revision of each scope by one, in SQL; the first raise makes the row. Where it is all about some
    events, that is told, so that nobody has to look at others.

    In sorted order, so that two deeds that raise the same scopes wait for each other and never deadlock.
    """
    rows = [{"key": key, "revision": 1} for key in sorted(set(keys))]
    if not rows:
        return
    raised = {"revision": Scope.revision + 1}
    statement = insert(session)(Scope).values(rows)
    session.execute(statement.on_conflict_do_update(index_elements=[Scope.key], set_=raised))
    if events:
        _tell_changes(session, [row["key"] for row in rows], events)


def _tell_changes(session: Session, keys: Sequence[object], events: Collection[int]) -> None:
    told = select(Scope.key, Scope.revision, Event.id).join(Event, Event.id.in_(events)).where(Scope.key.in_(keys))
    session.execute(insert(session)(ScopeChange).from_select(["scope_key", "revision", "event_id"], told))


def forget_changes(session: Session, *, kept: int) -> int:
    """Drop what was told of all but the latest revisions of each scope; how many rows."""
    latest = select(Scope.revision).where(Scope.key == ScopeChange.scope_key).scalar_subquery()
    old = delete(ScopeChange).where(ScopeChange.revision <= latest - kept)
    return cast("CursorResult[Any]", session.execute(old)).rowcount


def revision_of(session: Session, key: str) -> int:
    """How often a scope was raised; 0 for one that never was."""
    return session.scalar(select(Scope.revision).where(Scope.key == key)) or 0


def revisions_of(session: Session, keys: Collection[str]) -> int:
    """How often any of these scopes was raised, together."""
    return session.scalar(select(func.coalesce(func.sum(Scope.revision), 0)).where(Scope.key.in_(keys))) or 0


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


class StoredVersion(NamedTuple):
    """What is known of a feed's body, current or not."""

    etag: str
    changed: datetime
    revision: int


_VERSION = select(FeedVersion.etag, FeedVersion.changed, FeedVersion.revision).where(FeedVersion.key == bindparam("of"))
_TO_CHANGE = _VERSION.with_for_update()
_CHANGE = update(FeedVersion).where(FeedVersion.key == bindparam("of"))


def version_of(session: Session, key: str, *, to_change: bool = False) -> StoredVersion | None:
    """The version stored of a feed; locked when it is going to change."""
    found = session.connection().execute(_TO_CHANGE if to_change else _VERSION, {"of": key}).one_or_none()
    return StoredVersion(*found) if found else None


def change_version(session: Session, key: str, values: dict[str, Any]) -> None:
    """Store another version of a feed."""
    session.connection().execute(_CHANGE, {"of": key, **values})


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
