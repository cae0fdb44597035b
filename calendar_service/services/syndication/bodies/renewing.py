"""What changed, put into what stood in a feed before: what is asked of the database for it (decision 29)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from calendar_service.db.queries.syndication.joining import Key
from calendar_service.services.syndication.bodies.gathering import Asking
from calendar_service.services.syndication.bodies.standing import (
    Kept,
    Standing,
    Text,
    all_fit,
    renewed,
    spliced,
    text_of,
)
from feeds.body import digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """All texts of a feed in order, those that wait, and the pieces of its body: what stays of it, and new bytes."""

    texts: Sequence[Text]
    waiting: Sequence[Text]
    pieces: Sequence[Kept | bytes]


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
    contents |= _entering([key for key, text in renewal.changes.items() if text and key not in contents], asking)
    changes = {key: text and _with_digest(text, contents[key]) for key, text in renewal.changes.items()}
    texts, made = spliced(before.texts, changes)
    if not (is_full or before.is_placed or all_fit(texts)):
        return None
    pieces = [each if isinstance(each, Kept) else contents[each] for each in made]
    return Renewed(texts=texts, waiting=renewal.waiting, pieces=pieces)


def _entering(keys: Iterable[Key], asking: Asking) -> dict[Key, bytes]:
    """What waited and now has its turn; its words are read now."""
    rows = asking.texts_of({event_id for event_id, _ in keys})
    return {row.key: row.text for row in rows if row.text}


def _with_digest(text: Text, content: bytes) -> Text:
    return text if text.digest else text._replace(digest=digest_of(content))
