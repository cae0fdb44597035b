"""What the first reader of a feed after a change waits for, asked of the database by the plain driver."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from calendar_service.db.direct import Direct
from calendar_service.db.polls import instant
from calendar_service.db.queries.syndication.feeds import StoredVersion
from calendar_service.domain.network.clusters import ENOUGH_MEMBERS, Consent

MOST_CHANGES = 300
"""Of more it takes as long to look for each as to look at all."""

_KNOWN = """
SELECT f.etag, f.changed, f.revision, s.revision, {name} FROM feed_version f JOIN scope s ON s.key = f.scope_key
WHERE f.key = ?
"""
_OF_EVERYTHING = _KNOWN.format(name="NULL")
_OF_DISTRICT = _KNOWN.format(name="(SELECT name FROM district WHERE slug = ?)")
_OF_CLUSTER = _KNOWN.format(
    name="""(SELECT c.name FROM cluster c WHERE c.slug = ? AND ? <=
(SELECT count(*) FROM cluster_member m WHERE m.cluster_id = c.id AND m.state = ?))"""
)
_CHANGES = """
SELECT revision, event_id FROM scope_change WHERE scope_key = ? AND revision > ? AND revision <= ? LIMIT ?
"""
_CHANGE = """
UPDATE feed_version SET etag = ?, changed = ?, revision = ?, builder = ?, local_day = ?
WHERE key = ? AND etag = ? AND revision = ?
"""


class Known(NamedTuple):
    """What is stored of a feed, how often its scope was raised by now, and what it is called: None for everything, and
    for what there is not (any more).
    """

    stored: StoredVersion
    raised: int
    name: str | None


def of_everything(direct: Direct, key: str) -> Known | None:
    """What is known of a feed of everything; None for one that nobody asked for."""
    return _known(direct, _OF_EVERYTHING, key)


def of_district(direct: Direct, key: str, slug: str) -> Known | None:
    """The same of a district's."""
    return _known(direct, _OF_DISTRICT, slug, key)


def of_cluster(direct: Direct, key: str, slug: str) -> Known | None:
    """The same of a cluster's."""
    return _known(direct, _OF_CLUSTER, slug, ENOUGH_MEMBERS, Consent.ACCEPTED.value, key)


def _known(direct: Direct, question: str, *values: object) -> Known | None:
    for etag, changed, revision, raised, name in direct.rows(question, values):
        return Known(StoredVersion(etag, instant(changed), revision), raised, name)
    return None


def changed_events(direct: Direct, scope: str, *, since: int, until: int) -> set[int] | None:
    """The events for which a scope was raised from one revision to another; None where it may be about any, or many."""
    if until - since > MOST_CHANGES:
        return None
    found = direct.rows(_CHANGES, (scope, since, until, MOST_CHANGES + 1)) if until > since else []
    is_all_told = len({revision for revision, _ in found}) == until - since
    return {event_id for _, event_id in found} if is_all_told and len(found) <= MOST_CHANGES else None


def change_version(
    direct: Direct, key: str, stored: StoredVersion, version: StoredVersion, *, builder: str, day: date
) -> bool:  # fmt: skip
    """Store another version, unless somebody else has meanwhile.

    Lost in a power cut, it is worked out anew: then it is later, and never earlier than what was told.
    """
    changed = f"{version.changed:%Y-%m-%d %H:%M:%S.%f}"
    values = (version.etag, changed, version.revision, builder, day.isoformat())
    return direct.change(_CHANGE, (*values, key, stored.etag, stored.revision)) == 1
