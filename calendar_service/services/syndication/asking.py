"""What a feed is, and what stands in it: from its address to its version and its body.

An address is read without the database (`Ask`), so that a poll is answered, and a copy found, from it alone.
What it names is looked up (`find`) only when a body has to be composed (`compose`); then the version is settled
(`settle`), so that every process gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from calendar_service import addresses
from calendar_service.domain.errors import Invalid
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.publication import EVERYTHING, cluster_scope, district_scope
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import local_day, midnight_utc
from calendar_service.domain.times.window import Window, window
from feeds.options import KEYS, Options

DAYS_BACK = 30
DAYS_AHEAD = 400
LONGEST_RANGE = 400
FOREVER = (date(1970, 1, 1), date(2200, 1, 1))

Pairs = Iterable[tuple[str, str]]


class Kind(StrEnum):
    """What a feed is about, as its address says."""

    ALL = "all"
    DISTRICT = "district"
    CLUSTER = "cluster"
    SELECTION = "selection"
    EVENT = "event"
    OCCURRENCE = "occurrence"
    PRIVATE = "private"


class Format(StrEnum):
    """In what form, as the address ends."""

    ICS = "ics"
    ATOM = "atom"
    JSON = "json"
    CSV = "csv"


_KINDS = {"": Kind.ALL, "districts": Kind.DISTRICT, "clusters": Kind.CLUSTER}
_NAMED = re.compile(r"/feeds/(?:all|(?P<kind>districts|clusters)/(?P<slug>[a-z0-9-]{1,80}))\.ics(?:\?(?P<query>.+))?")

CALENDARS_ALONE = ("cancelled", "alarm", "profile")
"""Parameters that only mean something to calendar programs."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A feed as its address names it, read but not looked up.

    Of a private feed `slug` is its number, since its address is a secret that stands nowhere.
    """

    kind: Kind
    format: Format = Format.ICS
    slug: str
    recurrence_id: str
    selection: Selection
    options: Options

    @cached_property
    def address(self) -> str:
        """The canonical path and query: two asks for the same feed have one address."""
        query = urlencode([*self._selection_pairs(), *self.options.pairs()], safe=",:")
        match self.kind:
            case Kind.ALL:
                return addresses.feed_all(self.format, query)
            case Kind.DISTRICT:
                return addresses.feed_district(self.slug, self.format, query)
            case Kind.CLUSTER:
                return addresses.feed_cluster(self.slug, self.format, query)
            case Kind.SELECTION:
                return addresses.feed_selection(query, self.format)
            case Kind.PRIVATE:
                return addresses.feed_private(self.slug, self.format, query)
            case _:
                path = addresses.feed_event(self.slug, self.recurrence_id or None, self.format)
                return addresses.with_query(path, query)

    def _selection_pairs(self) -> list[tuple[str, str]]:
        return self.selection.pairs() if self.kind is Kind.SELECTION else []

    @cached_property
    def key(self) -> str:
        """What its version and copies are kept under."""
        return key_of(self.address)

    @property
    def is_download(self) -> bool:
        """Whether it is one event to put into a calendar, rather than a calendar to follow."""
        return self.kind in (Kind.EVENT, Kind.OCCURRENCE)

    @cached_property
    def is_named(self) -> bool:
        """Whether it is one of the few that most people follow, of which a copy is always kept."""
        followed = self.kind in (Kind.ALL, Kind.DISTRICT, Kind.CLUSTER) and self.format is Format.ICS
        return followed and not self.options.pairs()

    @cached_property
    def scope(self) -> str:
        """The scope whose revision decides about it: the narrowest that holds everything it may show."""
        where = self.selection
        if len(where.districts) == 1:
            return district_scope(where.districts[0])
        if len(where.clusters) == 1:
            return cluster_scope(where.clusters[0])
        return EVERYTHING


def private_ask(
    number: int, selection: Selection, pairs: Pairs, *, metropolis: Metropolis, format_: Format = Format.ICS
) -> Ask:
    """What a private feed of that number asks for. Raises Invalid for an unknown parameter or a bad value."""
    options = _read_options(pairs, metropolis=metropolis, format_=format_)
    return Ask(
        kind=Kind.PRIVATE, format=format_, slug=str(number), recurrence_id="", selection=selection, options=options
    )


def _read_options(pairs: Pairs, *, metropolis: Metropolis, format_: Format) -> Options:
    options = Options.read(pairs, languages=metropolis.languages, default=metropolis.language)
    for key, _ in options.pairs():
        if format_ is not Format.ICS and key in CALENDARS_ALONE:
            raise Invalid.of(key, "selection_unknown_key", key=key)
    return options


def key_of(address: str) -> str:
    """The key of a canonical address: a digest, since an address may be longer than an index takes."""
    return sha256(address.encode()).hexdigest()[:40]


def read_ask(
    kind: Kind, pairs: Pairs, *, metropolis: Metropolis, slug: str = "", recurrence_id: str = "",
    format_: Format = Format.ICS,
) -> Ask:  # fmt: skip
    """Read an address; a selection of nothing in particular is the feed of everything.

    Raises Invalid for an unknown parameter or a bad value; names are not looked up.
    """
    given = list(pairs)
    timed = {"from", "to"} if kind is Kind.SELECTION else set()
    ours = [pair for pair in given if kind is not Kind.SELECTION or (pair[0] in KEYS and pair[0] not in timed)]
    options = _read_options(ours, metropolis=metropolis, format_=format_)
    selection = _named(kind, slug)
    if kind is Kind.SELECTION:
        selection = Selection.read([pair for pair in given if pair not in ours])
        kind = Kind.ALL if selection.is_everything else kind
    return Ask(kind=kind, format=format_, slug=slug, recurrence_id=recurrence_id, selection=selection, options=options)


def named_ask(address: str, *, metropolis: Metropolis) -> Ask | None:
    """The calendar of a district, a cluster or everything that has this canonical address; None for anything else."""
    found = _NAMED.fullmatch(address)
    if found is None:
        return None
    kind = _KINDS[found["kind"] or ""]
    try:
        ask = read_ask(kind, parse_qsl(found["query"] or ""), metropolis=metropolis, slug=found["slug"] or "")
    except Invalid:
        return None
    return ask if ask.address == address else None


def _named(kind: Kind, slug: str) -> Selection:
    match kind:
        case Kind.DISTRICT:
            return Selection(districts=(slug,))
        case Kind.CLUSTER:
            return Selection(clusters=(slug,))
        case _:
            return Selection()


def window_of(ask: Ask, *, now: datetime, timezone: str) -> Window:
    """The days of a feed, from midnight to midnight: 30 back and 400 ahead unless it asks for others.

    Raises Invalid for more than 400 days.
    """
    today = local_day(now, timezone)
    selection, options = ask.selection, ask.options
    if options.full:
        return _days(*FOREVER, timezone)
    if selection.when:
        return window(selection, now=now, timezone=timezone)
    first = selection.from_day or options.from_day
    last = selection.to_day or options.to_day
    if first is None and last is None:
        return _days(today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD), timezone)
    first = first or (today if last is None or last >= today else last - timedelta(days=DAYS_BACK))
    last = last or first + timedelta(days=LONGEST_RANGE)
    if (last - first).days > LONGEST_RANGE:
        raise Invalid.of("to", "feed_range", most=LONGEST_RANGE)
    return _days(first, last, timezone)


def _days(first: date, last: date, timezone: str) -> Window:
    end = midnight_utc(last + timedelta(days=1), timezone)
    return Window(start=midnight_utc(first, timezone), end=end, first_day=first, last_day=last)
