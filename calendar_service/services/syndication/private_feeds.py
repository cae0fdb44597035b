"""An officer's own calendars: an address that is a secret, one for each of her devices (S42).

Calendar programs send no headers, so the secret stands in the path. It is kept as a hash and shown once; it is
changed or ended with one click, and dies with her account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import slugs_around
from calendar_service.db.queries.people import keys
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, Problem, WrongState
from calendar_service.domain.finding.selection import MAX_VALUES, Selection
from calendar_service.domain.people import PrivateFeed
from calendar_service.services.agenda.browsing import check_names
from calendar_service.services.auditing import note
from calendar_service.services.people.signing_in import viewer_of
from calendar_service.services.secrets import hash_of, new_secret
from calendar_service.text import clean

MOST = 10
LONGEST_NAME = 60
SEEN_EVERY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A private feed that somebody holds the address of: what it is about, and who reads it."""

    feed: PrivateFeed
    selection: Selection
    viewer: Viewer

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to keep that it was used: not with every poll, as that would be a write each."""
        return self.feed.last_used is None or now - self.feed.last_used >= SEEN_EVERY


def make(
    session: Session, *, name: str, selection: Selection | None = None, by: Viewer, now: datetime
) -> str:  # fmt: skip
    """A calendar for one more device; its secret, given once. Without a selection it holds her districts and their
    neighbours. Raises Forbidden, Invalid, WrongState (too many).
    """
    if by.officer_id is None or not by.writes:
        raise Forbidden("forbidden")
    if selection is not None and (problems := check_names(session, selection)):
        raise Invalid([Problem(field="address", code=each.code, values=each.values) for each in problems])
    if len(keys.private_feeds_of(session, by.officer_id)) >= MOST:
        raise WrongState("private_feeds_enough", most=MOST)
    secret = new_secret()
    feed = PrivateFeed(
        token_hash=hash_of(secret), officer_id=by.officer_id, name=_read_name(name), created=now,
        selection=selection.query() if selection is not None else None,
    )  # fmt: skip
    session.add(feed)
    session.flush()
    _note(session, feed, "made", by=by, now=now)
    return secret


def _read_name(text: str) -> str:
    name = clean(text, multiline=False)
    if not name:
        raise Invalid.of("name", "required")
    if len(name) > LONGEST_NAME:
        raise Invalid.of("name", "name_long", longest=LONGEST_NAME)
    return name


def read_selection(address: str) -> Selection | None:
    """The selection of a page of the agenda, whenever, by its pasted address; None for an empty one. Raises Invalid."""
    if not address.strip():
        return None
    pairs = parse_qsl(urlsplit(address.strip()).query)
    try:
        return Selection.read(pairs, ignore=frozenset({"page", "lang"})).without_time()
    except Invalid as wrong:
        raise Invalid([
            Problem(field="address", code=each.code, values=each.values) for each in wrong.problems
        ]) from wrong  # fmt: skip


def rotate(session: Session, feed_id: int, *, by: Viewer, now: datetime) -> str:
    """Another secret for the same calendar; the old one ends at once. Raises NotFound for anyone else's."""
    feed = keys.private_feed_of(session, feed_id, by.officer_id or 0)
    secret = new_secret()
    feed.token_hash, feed.rotated, feed.last_used = hash_of(secret), now, None
    _note(session, feed, "rotated", by=by, now=now)
    return secret


def revoke(session: Session, feed_id: int, *, by: Viewer, now: datetime) -> None:
    """End a calendar at once. Raises NotFound for anyone else's, and for one that has ended."""
    feed = keys.private_feed_of(session, feed_id, by.officer_id or 0)
    feed.revoked = now
    _note(session, feed, "revoked", by=by, now=now)


def feeds_of(session: Session, officer_id: int) -> Sequence[PrivateFeed]:
    """The calendars of an officer that still work."""
    return keys.private_feeds_of(session, officer_id)


def open_feed(session: Session, secret: str) -> Opened:
    """What an address leads to. Raises NotFound for one that never was, has ended, or whose owner has no place in
    the network any more.
    """
    feed = keys.private_feed_by_hash(session, hash_of(secret))
    if feed is None or feed.revoked is not None or feed.officer.deactivated is not None:
        raise NotFound("feed")
    viewer = viewer_of(feed.officer, channel="feed")
    if not viewer.districts and not viewer.facilitator:
        raise NotFound("feed")
    return Opened(feed=feed, selection=_selection(session, feed), viewer=viewer)


def selection_of(feed: PrivateFeed) -> Selection | None:
    """What she chose; None for her districts and their neighbours."""
    return None if feed.selection is None else Selection.read(parse_qsl(feed.selection))


def _selection(session: Session, feed: PrivateFeed) -> Selection:
    chosen = selection_of(feed)
    if chosen is not None:
        return chosen
    hers = [each.district.slug for each in feed.officer.memberships]
    around = slugs_around(session, [each.district_id for each in feed.officer.memberships])
    return Selection(districts=tuple(sorted({*hers, *around})[:MAX_VALUES]))


def see(session: Session, feed_id: int, *, now: datetime) -> None:
    """Keep that it was asked for."""
    keys.see_private_feed(session, feed_id, now=now)


def _note(session: Session, feed: PrivateFeed, deed: str, *, by: Viewer, now: datetime) -> None:
    note(session, by=by, deed=f"private-feed-{deed}", subject=f"private-feed:{feed.id}", now=now)
