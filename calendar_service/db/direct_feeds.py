"""What the first reader of a feed after a change waits for, asked of the database by the plain driver."""

from __future__ import annotations

from datetime import date

from calendar_service.db.direct import Direct
from calendar_service.db.polls import instant
from calendar_service.db.queries.syndication.feeds import StoredVersion
from calendar_service.domain.network.clusters import ENOUGH_MEMBERS, Consent

MOST_CHANGES = 300
"""Of more it takes as long to look for each as to look at all."""

_VERSION = """
SELECT f.etag, f.changed, f.revision, s.revision FROM feed_version f JOIN scope s ON s.key = f.scope_key
WHERE f.key = ?
"""
_CLUSTER = """
SELECT c.name FROM cluster c
WHERE c.slug = ? AND (SELECT count(*) FROM cluster_member m WHERE m.cluster_id = c.id AND m.state = ?) >= ?
"""
_CHANGES = """
SELECT revision, event_id FROM scope_change WHERE scope_key = ? AND revision > ? AND revision <= ? LIMIT ?
"""
_CHANGE = """
UPDATE feed_version SET etag = ?, changed = ?, revision = ?, builder = ?, local_day = ?
WHERE key = ? AND etag = ? AND revision = ?
"""


def version_and_revision(direct: Direct, key: str) -> tuple[StoredVersion, int] | None:
    """What is stored of a feed, and how often its scope was raised by now; None for one that nobody asked for."""
    for etag, changed, revision, raised in direct.rows(_VERSION, (key,)):
        return StoredVersion(etag, instant(changed), revision), raised
    return None


def changed_events(direct: Direct, scope: str, *, since: int, until: int) -> set[int] | None:
    """The events for which a scope was raised from one revision to another; None where it may be about any, or many."""
    if until - since > MOST_CHANGES:
        return None
    found = direct.rows(_CHANGES, (scope, since, until, MOST_CHANGES + 1)) if until > since else []
    is_all_told = len({revision for revision, _ in found}) == until - since
    return {event_id for _, event_id in found} if is_all_told and len(found) <= MOST_CHANGES else None


def district_name(direct: Direct, slug: str) -> str | None:
    """What a district is called."""
    return _first(direct, "SELECT name FROM district WHERE slug = ?", slug)


def cluster_name(direct: Direct, slug: str) -> str | None:
    """What a cluster is called; None where there is none (any more)."""
    return _first(direct, _CLUSTER, slug, Consent.ACCEPTED.value, ENOUGH_MEMBERS)


def _first(direct: Direct, question: str, *values: object) -> str | None:
    return next((str(name) for (name,) in direct.rows(question, values)), None)


def change_version(
    direct: Direct, key: str, stored: StoredVersion, version: StoredVersion, *, builder: str, day: date
) -> bool:  # fmt: skip
    """Store another version, unless somebody else has meanwhile.

    Lost in a power cut, it is worked out anew: then it is later, and never earlier than what was told.
    """
    changed = f"{version.changed:%Y-%m-%d %H:%M:%S.%f}"
    values = (version.etag, changed, version.revision, builder, day.isoformat())
    return direct.change(_CHANGE, (*values, key, stored.etag, stored.revision)) == 1
