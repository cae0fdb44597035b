"""VCALENDAR: the head of a feed, its zones, and the kept texts joined to one body (RFC 5545 §3.4, RFC 7986 §5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import NAMESPACE_DNS, UUID, uuid5

from feeds.body import Body, Piece, digest_of
from feeds.ics import values
from feeds.ics.check import check_head
from feeds.ics.folding import Component
from feeds.ics.timezones import vtimezone

REFRESH = "PT4H"
"""How often we ask to be polled; programs decide for themselves."""

DATED = b"LAST-MODIFIED:%04d%02d%02dT%02d%02d%02dZ\r\n"
LONGEST_NAME = 60
COLORS = {
    "crimson": "#DC143C", "darkorange": "#FF8C00", "goldenrod": "#DAA520", "seagreen": "#2E8B57", "teal": "#008080",
    "steelblue": "#4682B4", "slateblue": "#6A5ACD", "mediumvioletred": "#C71585",
}  # fmt: skip
"""CSS names (RFC 7986 §5.9) and what Apple reads instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a calendar says of itself. A download of one event has no `name`: Outlook would open a new calendar.

    `key` names the feed for ever, `url` is the page for people and `source` the feed itself, both absolute; a feed
    whose address is a secret does not say it.
    """

    prodid: str
    uid_domain: str
    key: str
    timezone: str
    name: str = ""
    description: str = ""
    url: str = ""
    source: str = ""


END = b"END:VCALENDAR\r\n"


def join(head: Head, texts: Iterable[bytes], *, zones: Iterable[str], year: int) -> Body:
    """Join kept texts to a calendar. `zones` are those that the texts use; `year` is today's."""
    pieces = list(texts)
    return join_pieces(head, pieces, map(digest_of, pieces), zones=zones, year=year)


def join_pieces(
    head: Head, pieces: Iterable[Piece], digests: Iterable[bytes], *, zones: Iterable[str], year: int
) -> Body:  # fmt: skip
    """The same of texts that lie in any pieces, by the digests of all, in order."""
    written, of_zones = _zones(frozenset({head.timezone, *zones}), year)
    return Body(before=_head(head), after=[*written, *pieces, END], dated=DATED, digests=[*of_zones, *digests])


@lru_cache(maxsize=256)
def _zones(names: frozenset[str], year: int) -> tuple[list[bytes], list[bytes]]:
    """What is said of some zones, and the digests of it."""
    written = [vtimezone(name, year).encode() for name in sorted(names)]
    return written, list(map(digest_of, written))


@lru_cache(maxsize=512)
def _head(head: Head) -> bytes:
    """The head as icalendar writes it, up to where LAST-MODIFIED follows. Raises UnfitError."""
    calendar = Component("VCALENDAR")
    calendar.add("VERSION", values.text("2.0"))
    calendar.add("PRODID", values.text(head.prodid))
    calendar.add("CALSCALE", values.text("GREGORIAN"))
    calendar.add("METHOD", values.text("PUBLISH"))
    if head.name:
        _name(calendar, head)
    text = calendar.text
    check_head(text.removeprefix("BEGIN:VCALENDAR\r\n").removesuffix("END:VCALENDAR\r\n"))
    # Readers that take the first line UID: for an event's (vdirsyncer) would see one event in the whole calendar;
    # names are case-insensitive (§3.1), and the calendar's own identity is still there for who knows RFC 7986.
    return text.removesuffix("END:VCALENDAR\r\n").replace("\r\nUID:", "\r\nuid:").encode()


def _name(calendar: Component, head: Head) -> None:
    """What a subscribed calendar is called, where it comes from and how it looks; twice, as programs read it."""
    calendar.add("UID", values.text(str(calendar_uid(head))))
    for names, value in ((("NAME", "X-WR-CALNAME"), _short(head.name)),
                         (("DESCRIPTION", "X-WR-CALDESC"), head.description)):  # fmt: skip
        for name in names:
            calendar.add(name, values.text(value))
    calendar.add("X-WR-TIMEZONE", values.text(head.timezone))
    calendar.add("URL", values.link(head.url))
    if head.source:
        calendar.add("SOURCE", values.uri(head.source))
    calendar.add("REFRESH-INTERVAL", values.duration(REFRESH))
    calendar.add("X-PUBLISHED-TTL", values.text(REFRESH))
    color = list(COLORS)[calendar_uid(head).int % len(COLORS)]
    calendar.add("COLOR", values.text(color))
    calendar.add("X-APPLE-CALENDAR-COLOR", values.text(COLORS[color]))


def calendar_uid(head: Head) -> UUID:
    """The feed's own identity: the same for ever, whatever host serves it."""
    return uuid5(uuid5(NAMESPACE_DNS, head.uid_domain), head.key)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
