"""What the first reader of a feed after a change waits for, asked of the database by the plain driver."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from calendar_service.db.direct import Direct
from calendar_service.db.polls import instant
from calendar_service.db.queries.syndication.feeds import StoredVersion
from calendar_service.domain.network.clusters import ENOUGH_MEMBERS, Consent

MOST_CHANGES = 300
"""Of more it takes as long to look for each as to look at all. One more is asked for, in the statement itself: SQLite
looks at a limit that is given beside it, and so reads the statement anew each time.
"""

NEVER = 2**31 - 1
"""A revision that no scope reaches."""

_KNOWN = """
SELECT f.etag, f.changed, f.revision, s.revision, {name}, c.revision, c.event_id
FROM feed_version f JOIN scope s ON s.key = f.scope_key
LEFT JOIN scope_change c ON c.scope_key = s.key AND c.revision > ?
WHERE f.key = ? LIMIT 301
"""
_OF_EVERYTHING = _KNOWN.format(name="NULL")
_OF_DISTRICT = _KNOWN.format(name="(SELECT name FROM district WHERE slug = ?)")
_OF_CLUSTER = _KNOWN.format(
    name="""(SELECT c.name FROM cluster c WHERE c.slug = ? AND ? <=
(SELECT count(*) FROM cluster_member m WHERE m.cluster_id = c.id AND m.state = ?))"""
)
_CHANGE = """
UPDATE feed_version SET etag = ?, changed = ?, revision = ?, builder = ?, local_day = ?
WHERE key = ? AND etag = ? AND revision = ?
"""
_AGAIN = """
UPDATE feed_version SET etag = ?, changed = ?, revision = ?
WHERE key = ? AND etag = ? AND revision = ? AND builder = ? AND local_day = ?
"""
"""The same where builder and day stay: an index of what is named to be set is written, whether it changes or not."""


class Known(NamedTuple):
    """What is stored of a feed, how often its scope was raised by now, and what it is called: None for everything, and
    for what there is not (any more). `changed`: the events for which it was raised since a revision; None where it may
    be about any, or many.
    """

    stored: StoredVersion
    raised: int
    name: str | None
    changed: Collection[int] | None


def of_everything(direct: Direct, key: str, *, since: int) -> Known | None:
    """What is known of a feed of everything; None for one that nobody asked for."""
    return _known(direct, _OF_EVERYTHING, key, since=since)


def of_district(direct: Direct, key: str, slug: str, *, since: int) -> Known | None:
    """The same of a district's."""
    return _known(direct, _OF_DISTRICT, key, slug, since=since)


def of_cluster(direct: Direct, key: str, slug: str, *, since: int) -> Known | None:
    """The same of a cluster's."""
    return _known(direct, _OF_CLUSTER, key, slug, ENOUGH_MEMBERS, Consent.ACCEPTED.value, since=since)


def _known(direct: Direct, question: str, key: str, *of_name: object, since: int) -> Known | None:
    """In one question: after a change the first answer takes longer for each question than for what it asks."""
    rows = direct.rows(question, (*of_name, since, key))
    if not rows:
        return None
    etag, changed, revision, raised, name, *_ = rows[0]
    told = {row[5:] for row in rows if row[5]}
    is_all_told = len({of for of, _ in told}) == raised - since and len(told) <= MOST_CHANGES
    events = {event_id for _, event_id in told} if is_all_told else None
    return Known(StoredVersion(etag, instant(changed), revision), raised, name, events)


def change_version(
    direct: Direct, key: str, stored: StoredVersion, version: StoredVersion, *, builder: str, day: date, is_again: bool
) -> bool:  # fmt: skip
    """Store another version, unless somebody else has meanwhile; `is_again`: the one before is of that builder and day.

    Lost in a power cut, it is worked out anew: then it is later, and never earlier than what was told.
    """
    changed = version.changed.replace(tzinfo=None).isoformat(" ", "microseconds")
    values, before = (version.etag, changed, version.revision), (key, stored.etag, stored.revision)
    made = builder, day.isoformat()
    asked = (_AGAIN, (*values, *before, *made)) if is_again else (_CHANGE, (*values, *made, *before))
    return direct.change(*asked) == 1
