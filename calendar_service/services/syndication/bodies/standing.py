"""What stands in a feed, as this process composed it last, so that a change costs what it is about (decision 29).

Of each text its size and digest are held, and not its words: those lie in the copy of the body. What changed is put in
where it belongs, and all between is taken from that copy. It is pure: the same texts give the same body, whichever
way they came together.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from calendar_service.db.queries.syndication.joining import Key
from calendar_service.services.syndication.bodies.composing import EPOCH, Version
from calendar_service.services.syndication.bodies.gathering import Gathered, Place, Weight, how_many_fit
from calendar_service.services.syndication.bodies.texts import Change, Text, Texts, text_of
from feeds.body import DIGEST_SIZE

MOST_TEXTS = 250_000
"""Held by one process: some sixty bytes each."""

TOGETHER = 5_000
"""Texts that are looked at together when a feed was gathered: so many objects at most are made at once."""

MOST_WAITING = 200
"""Texts that did not fit into a feed and are held: when more have had their turn, it is gathered anew."""

NO_VERSION = Version(etag="", changed=EPOCH)
_PLACE = attrgetter("place")


class Standing(NamedTuple):
    """What stands in a feed as of a revision and a local day, and the version and bytes of the body that it makes.

    `digests` are those of the texts, one after another; `weight` and `zones` are of all of them together. `waiting`
    did not fit in; nothing is known of what would come after the `horizon` (see `Gathered`).
    """

    revision: int
    day: date
    version: Version
    size: int
    texts: Texts
    digests: bytes
    weight: Weight
    zones: frozenset[str]
    waiting: Sequence[Text] = ()
    is_placed: bool = False
    horizon: Place | None = None


def standing_of(found: Gathered, digests: Sequence[bytes], *, revision: int, day: date) -> Standing:
    """What was gathered, with the digests of what stands in it, in order."""
    places = found.places or {}
    texts = Texts()
    for start in range(0, len(found.rows), TOGETHER):
        texts.extend(text_of(row, places.get(row.key)) for row in found.rows[start : start + TOGETHER])
    first = found.waiting[:MOST_WAITING]
    waiting = [text_of(row, places.get(row.key)) for row in first]
    horizon = found.horizon if len(first) == len(found.waiting) else waiting[-1].place
    return Standing(
        revision=revision, day=day, version=NO_VERSION, size=0, texts=texts, waiting=waiting,
        digests=b"".join(digests), weight=texts.weight, zones=texts.zones,
        is_placed=found.places is not None, horizon=horizon,
    )  # fmt: skip


class Renewal(NamedTuple):
    """What becomes of a feed: by key what goes (None) and what comes or comes anew, and what waits from then on."""

    changes: Mapping[Key, Text | None]
    waiting: Sequence[Text] = ()


def renewed(before: Standing, event_ids: Collection[int], fresh: Iterable[Text]) -> Renewal | None:
    """What the change of some events does, of which `fresh` are all texts. None where all must be gathered anew."""
    if before.is_placed:
        return _renewed_in_order(before, event_ids, list(fresh))
    changes: dict[Key, Text | None] = {key: None for event_id in event_ids for key in before.texts.keys_of(event_id)}
    changes |= {each.key: each for each in fresh}
    return Renewal(changes=changes)


def _renewed_in_order(before: Standing, event_ids: Collection[int], fresh: Sequence[Text]) -> Renewal | None:
    before_texts = list(before.texts)
    known = [each for each in (*before_texts, *before.waiting) if each.event_id not in event_ids]
    horizon = before.horizon
    placed = [each for each in (*known, *fresh) if each.place and (horizon is None or each.place <= horizon)]
    placed.sort(key=_PLACE)
    most = how_many_fit([each.weight for each in placed])
    if most == len(placed) and (horizon is not None or before.waiting):  # no longer more than fits
        return None
    now = {each.key: each for each in placed[:most]}
    stood = {each.key: each for each in before_texts}
    changes: dict[Key, Text | None] = {key: None for key in stood if key not in now}
    changes |= {key: each for key, each in now.items() if stood.get(key) is not each}
    return Renewal(changes=changes, waiting=placed[most:])


class Kept(NamedTuple):
    """Bytes of the former body that stay, counted from where its texts begin."""

    start: int
    stop: int


class Spliced(NamedTuple):
    """A feed after some changes, in order: its texts, their digests, and what its body is made of: what stays of it,
    and what comes by its key.
    """

    texts: Texts
    digests: bytes
    weight: Weight
    zones: frozenset[str]
    pieces: Iterable[Kept | Key]


def spliced(before: Standing, changes: Mapping[Key, Text | None], digests: Mapping[Key, bytes]) -> Spliced:
    """What changed, put in; `digests` of what comes. Of what stays, nothing is looked at."""
    put_in = list(before.texts.changes(changes))
    texts = before.texts.with_changes(put_in)
    needed = {each.comes.zone for each in put_in if each.comes and each.comes.zone}
    is_one_gone = any(each.goes and each.goes.zone and each.goes.zone not in needed for each in put_in)
    return Spliced(
        texts=texts,
        digests=_digests(before.digests, put_in, digests),
        weight=_weight(before.weight, put_in),
        zones=texts.zones if is_one_gone else before.zones | needed,
        pieces=_pieces(before, put_in),
    )


def _weight(before: Weight, put_in: Iterable[Change]) -> Weight:
    size, events = before
    for _, goes, comes in put_in:
        if goes:
            size, events = size - goes.size, events - goes.events
        if comes:
            size, events = size + comes.size, events + comes.events
    return size, events


def _digests(before: bytes, put_in: Iterable[Change], digests: Mapping[Key, bytes]) -> bytes:
    pieces, start = list[bytes](), 0
    for at, goes, comes in put_in:
        here = at * DIGEST_SIZE
        pieces.append(before[start:here])
        if comes:
            pieces.append(digests[comes.key])
        start = here + (DIGEST_SIZE if goes else 0)
    return b"".join([*pieces, before[start:]])


def _pieces(before: Standing, put_in: Iterable[Change]) -> Iterator[Kept | Key]:
    start = offset = 0
    for at, goes, comes in put_in:
        stays = offset + before.texts.size(start, at)
        yield Kept(offset, stays)
        if comes:
            yield comes.key
        start, offset = at + (goes is not None), stays + (goes.size if goes else 0)
    yield Kept(offset, before.weight[0])


class Standings:
    """Those of the feeds that were asked for last, by key: no more than so many texts."""

    def __init__(self, most: int = MOST_TEXTS) -> None:
        self._most, self._held = most, 0
        self._of: dict[str, Standing] = {}
        self._desk = threading.Lock()

    def get(self, key: str) -> Standing | None:
        """What is held of a feed."""
        return self._of.get(key)

    def put(self, key: str, standing: Standing) -> None:
        """Hold this of a feed from now on."""
        with self._desk:
            self._drop(key)
            self._of[key] = standing  # the latest is last
            self._held += _count(standing)
            while self._held > self._most:
                self._drop(next(iter(self._of)))

    def _drop(self, key: str) -> None:
        found = self._of.pop(key, None)
        self._held -= _count(found) if found else 0


def _count(standing: Standing) -> int:
    return len(standing.texts) + len(standing.waiting)
