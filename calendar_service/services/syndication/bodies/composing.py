"""A feed's body and its version: joined from kept texts, settled once for all processes (rules 3 and 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication import feeds as queries
from calendar_service.db.queries.syndication.feeds import StoredVersion
from calendar_service.domain.errors import NotFound
from calendar_service.domain.events import Event
from calendar_service.domain.publication import FeedVersion
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.domain.times.moments import local_day
from calendar_service.services.syndication import entry_feeds
from calendar_service.services.syndication.asking import Ask, Format, Kind
from calendar_service.services.syndication.bodies.gathering import NOTHING, Gathered, gather
from calendar_service.services.syndication.keeping import builder_of, wording_of
from calendar_service.services.syndication.leaving_out import unknown_if_damaged
from calendar_service.services.syndication.subjects import Subject, head_of
from feeds.body import Body, Stretch
from feeds.ics.calendar import join
from feeds.ics.irregular import occurrence_of
from feeds.ics.tailoring import tailor
from feeds.ics.writing import event_texts, part_text

_CHANGED = re.compile(rb"\r\nLAST-MODIFIED:(\d{8}T\d{6}Z)\r\n")
UNUSED_DAYS = 60
MAX_VERSIONS = 20_000
ONE_SECOND = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A body that was joined, the revision read before it, and what it rests on.

    `missing` are ids of events whose text has to be kept first; the body then is without them. `latest` is the
    last change (UTC) of what stands in it, None where the body says so itself.
    """

    body: Body
    revision: int
    missing: Sequence[int] = ()
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A text that stands in one feed beside the kept ones, and the zone that it uses; none for whole days."""

    text: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a client is told before any body: the strong ETag without quotes, and when the body last changed."""

    etag: str
    changed: datetime


# Bodies


def compose(session: Session, ask: Ask, subject: Subject, *, now: datetime, beside: Sequence[Beside] = ()) -> Composed:
    """Join the body of a feed. Raises NotFound for one event that is damaged (decision 8)."""
    if subject.event is None:
        return _compose(session, ask, subject, now=now, beside=beside)
    with unknown_if_damaged(ask.slug):
        return _compose(session, ask, subject, now=now, beside=beside)


def _compose(session: Session, ask: Ask, subject: Subject, *, now: datetime, beside: Sequence[Beside]) -> Composed:
    """The revision is read first, so that a change in between is not missed."""
    revision = queries.revision_of(session, ask.scope)
    if ask.format is not Format.ICS:
        body, latest = entry_feeds.body_of(session, ask, subject, now=now)
        return Composed(body=body, revision=revision, latest=latest)
    if subject.event is not None:
        return _compose_one(session, ask, subject, subject.event, revision, now=now)
    found = NOTHING if subject.ended else gather(session, ask, now=now)
    return compose_of(session.installation, ask, subject, found, revision=revision, now=now, beside=beside)


def compose_of(
    installation: Installation, ask: Ask, subject: Subject, found: Gathered, *, revision: int, now: datetime,
    beside: Sequence[Beside] = (),
) -> Composed:  # fmt: skip
    """Join what was found."""
    texts = [*(row.text or b"" for row in found.rows), *(each.text.encode() for each in beside)]
    zones = {row.zone for row in found.rows} | {each.timezone for each in beside}
    body = _join(installation, ask, subject, texts, filter(None, zones), now=now)
    return Composed(body=body, revision=revision, missing=found.missing)


def _join(
    installation: Installation,
    ask: Ask,
    subject: Subject,
    texts: Iterable[bytes],
    zones: Iterable[str],
    *,
    now: datetime,
) -> Body:
    fit = tailor(ask.options)
    fitted = (fit(text.decode()).encode() for text in texts) if fit else texts
    year = local_day(now, installation.metropolis.timezone).year
    return join(head_of(installation, ask, subject), fitted, zones=zones, year=year)


def _compose_one(
    session: Session, ask: Ask, subject: Subject, event: Event, revision: int, *, now: datetime
) -> Composed:
    """One event, or one of its dates, to download."""
    texts = [text.encode() for text in _texts_of(session, ask, event)]
    body = _join(session.installation, ask, subject, texts, () if event.all_day else (event.timezone,), now=now)
    return Composed(body=body, revision=revision, latest=event.last_modified)


def _texts_of(session: Session, ask: Ask, event: Event) -> list[str]:
    """As kept, else rendered now. Raises NotFound for a date that there is not, and for a broken event."""
    variant = replace(ask.options, rich=True).variant(session.installation.metropolis.language)
    kept = queries.texts_of_event(session, event, variant=variant, builder=builder_of(session.installation))
    if ask.kind is Kind.OCCURRENCE:
        kept = {part: text for part, text in kept.items() if part == ask.recurrence_id}
    if any(kept.values()):
        return list(kept.values())
    wording = wording_of(session, variant, [event])
    try:
        if ask.kind is Kind.EVENT:
            return list(event_texts(event, wording).values())
        part = occurrence_of(event, ask.recurrence_id)
        texts = [part_text(event, part, wording)] if part else []
    except ValueError as wrong:
        raise NotFound("event") from wrong
    if not texts:
        raise NotFound("occurrence")
    return texts


# Versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A version; `stored`: other processes know it. `wanted`: it was stored before, so somebody comes back."""

    version: Version
    stored: bool = True
    wanted: bool = True


def settle(session: Session, ask: Ask, composed: Composed, *, now: datetime) -> Settled | None:
    """Store the version of a body, or find that another process has; all give the same bytes from then on.

    None when a newer body was settled meanwhile: compose again.
    """
    row = queries.version_of(session, ask.key, to_change=True)
    wanted = row is not None
    row = row or _first_row(session, ask, composed, now=now)
    if row is None:
        return Settled(version=provisional(None, composed), stored=False)
    if row.revision > composed.revision:
        return None
    version = next_version(row, composed.body, now=now)
    queries.change_version(session, ask.key, {
        "etag": version.etag, "changed": version.changed, "revision": composed.revision, "scope_key": ask.scope,
        "builder": builder_of(session.installation),
        "local_day": local_day(now, session.installation.metropolis.timezone),
    })  # fmt: skip
    return Settled(version=version, wanted=wanted)


def unsettled(session: Session, ask: Ask, composed: Composed) -> Settled:
    """The version of a body while the database can be read and not written."""
    return Settled(version=provisional(queries.version_of(session, ask.key), composed), stored=False)


def provisional(row: StoredVersion | None, composed: Composed) -> Version:
    """The version of a body that is not settled; a function of what is stored, so the same everywhere."""
    if row is not None and composed.body.etag(row.changed) == row.etag:
        return Version(etag=row.etag, changed=row.changed)
    latest = (composed.latest or _latest_in(composed.body)).replace(microsecond=0)
    changed = max(latest, row.changed + ONE_SECOND) if row else latest
    return Version(etag=composed.body.etag(changed), changed=changed)


def _latest_in(body: Body) -> datetime:
    """The last LAST-MODIFIED that stands in a calendar."""
    stamps = [stamp for piece in body.after if not isinstance(piece, Stretch)
              for stamp in _CHANGED.findall(piece)]  # fmt: skip
    return datetime.strptime(max(stamps).decode(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if stamps else EPOCH


def next_version(row: StoredVersion, body: Body, *, now: datetime) -> Version:
    """An equal body keeps its ETag and its date; another one gets a later date, even within a second."""
    if body.etag(row.changed) == row.etag:
        return Version(etag=row.etag, changed=row.changed)
    changed = max(now.replace(microsecond=0), row.changed + ONE_SECOND)
    return Version(etag=body.etag(changed), changed=changed)


def _first_row(session: Session, ask: Ask, composed: Composed, *, now: datetime) -> StoredVersion | None:
    """The row of a feed that nobody asked for before; None when there are too many rows already."""
    today = local_day(now, session.installation.metropolis.timezone)
    queries.forget_versions(session, before=today - timedelta(days=UNUSED_DAYS))
    if not ask.is_named and queries.count_versions(session) >= MAX_VERSIONS:
        return None
    changed = now.replace(microsecond=0)
    queries.begin_version(session, FeedVersion(
        key=ask.key, address=ask.address, scope_key=ask.scope, revision=composed.revision, local_day=today,
        builder=builder_of(session.installation), etag=composed.body.etag(changed), changed=changed,
    ))  # fmt: skip
    return queries.version_of(session, ask.key, to_change=True)
