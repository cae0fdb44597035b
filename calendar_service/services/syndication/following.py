"""How many calendars follow a feed, by family of programs and day, without keeping anybody's address (S45).

A poll sets one bit of a sketch: which one is a digest of the asker's network address and program, keyed by the
installation and the day. Sketches of several processes, and those written more than once, are joined by OR, so that
nothing counts twice; many askers share a bit, so that a set bit tells of nobody. From the share of bits that are
set the number of askers is estimated (linear counting). When the day is over the sketch goes and the number stays.

One reader is what asks from one address with one program. A service that fetches once for all of its users, as Google
does, is one; so is a household with equal phones.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication import following as queries
from calendar_service.domain.publication import Following
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.domain.times.moments import local_day
from calendar_service.services.secrets import keyed_hash

BITS = 4_096
BYTES = BITS // 8
MOST_SKETCHES = 2_000
"""In one process and one day; families of some 150 feeds fit in, and half a kilobyte each is a megabyte."""
MOST_AT_ONCE = 200
"""Rows written in one transaction, so that nobody waits for it long."""
DAYS_SHOWN = 7
DAYS_KEPT = 400
OTHER = "other"

_FAMILIES = (
    ("google-calendar", "google"), ("googlebot", "google"), ("feedfetcher-google", "google"),
    ("icsx5", "android"), ("davx5", "android"), ("thunderbird", "thunderbird"), ("lightning", "thunderbird"),
    ("nextcloud", "nextcloud"), ("home assistant", "home-assistant"), ("homeassistant", "home-assistant"),
    ("outlook", "outlook"), ("microsoft", "outlook"), ("exchange", "outlook"),
    ("dataaccessd", "apple"), ("calendaragent", "apple"), ("calendarkit", "apple"), ("remindd", "apple"),
    ("ios/", "apple"), ("macos/", "apple"), ("mac+os+x", "apple"), ("mac os x/", "apple"),
    ("evolution", "linux"), ("gnome", "linux"), ("kde", "linux"), ("akonadi", "linux"), ("khal", "linux"),
    ("vdirsyncer", "linux"), ("fastmail", "fastmail"), ("proton", "proton"), ("mozilla/", "browser"),
)  # fmt: skip
"""A sign in the name that a program gives of itself, in small letters, and its family; the first that fits."""


@lru_cache(maxsize=1024)
def family_of(user_agent: str) -> str:
    """The family of a program: one of a dozen words of ours, whatever it calls itself."""
    said = user_agent.lower()
    return next((family for sign, family in _FAMILIES if sign in said), OTHER)


def estimate(sketch: bytes | bytearray) -> int:
    """How many askers set the bits of a sketch: exact for a few, within a twentieth for 20,000, then no more."""
    empty = BITS - int.from_bytes(sketch, "big").bit_count()
    return round(-BITS * math.log(max(empty, 1) / BITS))


def joined(one: bytes, other: bytes) -> bytes:
    """The sketch of whoever is in either."""
    return (int.from_bytes(one, "big") | int.from_bytes(other, "big")).to_bytes(BYTES, "big")


Key = tuple[str, date, str]
"""Scope, local day and family."""


class Tally:
    """Counts who asked in this process since it was last written down. Costs a poll two microseconds."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._sketches: dict[Key, bytearray] = {}
        self._day, self._key = date.min, b""
        self._desk = threading.Lock()

    def count(self, scope: str, *, address: str, user_agent: str, day: date) -> None:
        """Somebody asked for a feed of this scope, on a local day."""
        if day != self._day:
            self._key = bytes.fromhex(keyed_hash(self._installation, "following", day.isoformat()))
            self._day = day
        key = (scope, day, family_of(user_agent[:200]))
        sketch = self._sketches.get(key) or self._begun(key)
        if sketch is not None:
            asker = f"{address} {user_agent}".encode("utf-8", "replace")
            place = int.from_bytes(blake2b(asker, digest_size=2, key=self._key).digest(), "big") % BITS
            sketch[place >> 3] |= 1 << (place & 7)

    def _begun(self, key: Key) -> bytearray | None:
        with self._desk:
            if len(self._sketches) >= MOST_SKETCHES:
                return None
            return self._sketches.setdefault(key, bytearray(BYTES))

    @property
    def is_empty(self) -> bool:
        """Whether nobody asked since."""
        return not self._sketches

    def taken(self) -> Mapping[Key, bytes]:
        """All sketches; counting begins anew. Whoever cannot write them down gives them back."""
        with self._desk:
            taken, self._sketches = self._sketches, {}
        return {key: bytes(sketch) for key, sketch in taken.items()}

    def give_back(self, sketches: Mapping[Key, bytes]) -> None:
        """What could not be written down counts again later."""
        for key, sketch in sketches.items():
            mine = self._begun(key)
            if mine is not None:
                mine[:] = joined(bytes(mine), sketch)


def write_down(session: Session, sketches: Mapping[Key, bytes]) -> None:
    """Join sketches with what is stored of the same day; a second time changes nothing."""
    for key in sorted(sketches):
        row = queries.row_of(session, *key)
        row.seen = joined(row.seen or bytes(BYTES), sketches[key])
        row.calendars = max(row.calendars, estimate(row.seen))


def forget(session: Session, *, now: datetime) -> int:
    """Drop the sketches of days that are over, and counts that are too old; how many rows were touched."""
    today = local_day(now, session.installation.metropolis.timezone)
    return queries.drop_sketches(session, before=today - timedelta(days=1)) + queries.drop_rows(
        session, before=today - timedelta(days=DAYS_KEPT)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A district or a cluster whose feeds are followed; `query` selects what stands in them."""

    scope: str
    name: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Followers:
    """The most that asked on one of the last seven whole days, in all and by family; `days` by date."""

    most: int
    families: Sequence[tuple[str, int]]
    days: Sequence[tuple[date, int]]


def lately(session: Session, scopes: Sequence[str], *, now: datetime) -> Mapping[str, Followers]:
    """Who followed the feeds of each scope in the last whole days, and today so far; one query for all."""
    today = local_day(now, session.installation.metropolis.timezone)
    found = queries.counts(session, scopes, since=today - timedelta(days=DAYS_SHOWN))
    return {scope: _followers([row for row in found if row.scope_key == scope]) for scope in scopes}


def _followers(rows: Sequence[Following]) -> Followers:
    by_day = _summed((row.day, row.calendars) for row in rows)
    most = max(by_day.values(), default=0)
    families: dict[str, int] = {}
    for row in rows:
        families[row.family] = max(families.get(row.family, 0), row.calendars)
    in_order = sorted(families.items(), key=lambda each: (-each[1], each[0]))
    return Followers(most=most, families=in_order, days=sorted(by_day.items()))


def followed(session: Session, scopes: Sequence[str], *, now: datetime) -> Mapping[str, int]:
    """Of each scope that anybody followed, the most calendars on one of the last days; one query for all."""
    return {scope: who.most for scope, who in lately(session, scopes, now=now).items() if who.most}


def _summed(pairs: Iterable[tuple[date, int]]) -> dict[date, int]:
    found: dict[date, int] = {}
    for day, number in pairs:
        found[day] = found.get(day, 0) + number
    return found
