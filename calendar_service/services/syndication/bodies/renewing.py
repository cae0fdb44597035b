"""What changed, put into what stood in a feed before: what is asked of the database for it (decision 29)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from calendar_service.db.queries.syndication.joining import Key
from calendar_service.services.syndication.bodies.gathering import Asking, fits
from calendar_service.services.syndication.bodies.standing import Spliced, Standing, renewed, spliced
from calendar_service.services.syndication.bodies.texts import Text, text_of
from feeds.body import digest_of


class Renewed(NamedTuple):
    """What stands in a feed from now on, what waits, and the words of what came."""

    spliced: Spliced
    waiting: Sequence[Text]
    contents: Mapping[Key, bytes]


def renew(before: Standing, event_ids: Collection[int], asking: Asking, *, is_full: bool) -> Renewed | None:
    """What stands in a feed after some events changed; None where all must be gathered anew."""
    rows = asking.texts_of(event_ids)
    if not all(row.current for row in rows):
        return None
    places = asking.places_of(rows) if before.is_placed else {}
    renewal = renewed(before, event_ids, [text_of(row, places.get(row.key)) for row in rows if row.text])
    if renewal is None:
        return None
    contents = {row.key: row.text for row in rows if row.text}
    if missing := [key for key, text in renewal.changes.items() if text and key not in contents]:
        contents |= _entering(missing, asking)
    digests = {key: digest_of(contents[key]) for key, text in renewal.changes.items() if text}
    found = spliced(before, renewal.changes, digests)
    if not (is_full or before.is_placed or fits(found.weight)):
        return None
    return Renewed(spliced=found, waiting=renewal.waiting, contents=contents)


def _entering(keys: Iterable[Key], asking: Asking) -> dict[Key, bytes]:
    """What waited and now has its turn; its words are read now."""
    rows = asking.texts_of({event_id for event_id, _ in keys})
    return {row.key: row.text for row in rows if row.text}
