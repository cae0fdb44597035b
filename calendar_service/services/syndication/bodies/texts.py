"""The texts of a feed in order, without their words: in columns, as very many are held, and copied with each change.

An object for each would take four times as much memory, and longer to go through.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from sys import intern
from typing import Any, NamedTuple

from calendar_service.db.queries.syndication.joining import KeptRow, Key
from calendar_service.services.syndication.bodies.gathering import Place, Weight, weight_of


class Text(NamedTuple):
    """One text of a feed. `place` says when its turn is, where not all fits in."""

    event_id: int
    part: str
    zone: str | None
    size: int
    events: int
    place: Place | None

    @property
    def key(self) -> Key:
        """By which they stand in order."""
        return self.event_id, self.part

    @property
    def weight(self) -> Weight:
        """What counts towards the most that a calendar may hold."""
        return self.size, self.events


def text_of(row: KeptRow, place: Place | None) -> Text:
    """A row that has a text."""
    return Text(*row.key, row.zone and intern(row.zone), *weight_of(row), place)


class Change(NamedTuple):
    """At a place maybe a text goes, and maybe another comes."""

    at: int
    goes: Text | None
    comes: Text | None


class Texts:
    """Many, in the order of their keys. Read by several at once; changed only while it is made."""

    __slots__ = ("_columns", "_ids", "_parts", "_sizes")
    _ids: array[int]
    _parts: list[str]
    _sizes: array[int]

    def __init__(self, columns: Sequence[Any] = ()) -> None:
        """With these columns, which are not copied; else with none in them."""
        self._columns: Sequence[Any] = columns or (array("q"), list[str](), [], array("I"), array("I"), [])
        self._ids, self._parts, _, self._sizes, _, _ = self._columns

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, at: int) -> Text:
        return Text._make([column[at] for column in self._columns])

    def __iter__(self) -> Iterator[Text]:
        return map(Text._make, zip(*self._columns, strict=True))

    def find(self, key: Key, start: int = 0) -> int:
        """Where a text with this key stands, or would stand; not before `start`."""
        event_id, part = key
        at = bisect_left(self._ids, event_id, lo=start)
        while at < len(self) and self._ids[at] == event_id and self._parts[at] < part:
            at += 1
        return at

    def changes(self, of: Mapping[Key, Text | None]) -> Iterator[Change]:
        """Where each of some texts goes or comes, in order."""
        at = 0
        for key in sorted(of):
            at = self.find(key, at)
            stands = at < len(self) and (self._ids[at], self._parts[at]) == key
            yield Change(at, self[at] if stands else None, of[key])

    def keys_of(self, event_id: int) -> Iterator[Key]:
        """Of all parts of an event."""
        at = bisect_left(self._ids, event_id)
        while at < len(self) and self._ids[at] == event_id:
            yield event_id, self._parts[at]
            at += 1

    @property
    def weight(self) -> Weight:
        """Of all of them together."""
        _, _, _, sizes, events, _ = self._columns
        return sum(sizes), sum(events)

    @property
    def zones(self) -> frozenset[str]:
        """Those that they use; whole days use none."""
        return frozenset(filter(None, self._columns[2]))

    def size(self, start: int, stop: int) -> int:
        """How many bytes those from one to another have."""
        return sum(self._sizes[start:stop])

    def extend(self, texts: Iterable[Text]) -> None:
        """Put some behind."""
        for column, values in zip(self._columns, zip(*texts, strict=True), strict=False):  # of none there are none
            column.extend(values)

    def with_changes(self, changes: Sequence[Change]) -> Texts:
        """The same, with some changed, which are told in order. Columns in which nothing changes belong to both."""
        differing = _differing(changes)
        new = Texts([column[:] if place in differing else column for place, column in enumerate(self._columns)])
        shift = 0
        for at, goes, comes in changes:
            new._change(at + shift, goes, comes, differing)
            shift += (comes is not None) - (goes is not None)
        return new

    def _change(self, at: int, goes: Text | None, comes: Text | None, places: Iterable[int]) -> None:
        for place in places:
            column = self._columns[place]
            if goes and comes:
                column[at] = comes[place]
            elif comes:
                column.insert(at, comes[place])
            elif goes:
                del column[at]


def _differing(changes: Iterable[Change]) -> Collection[int]:
    """The columns in which something is different afterwards: where a text that goes is replaced by one, what both say
    in the same way stays.
    """
    places = set[int]()
    for _, goes, comes in changes:
        if not (goes and comes):
            return range(len(Text._fields))
        places.update([place for place, (was, is_) in enumerate(zip(goes, comes, strict=True)) if was != is_])
    return places
