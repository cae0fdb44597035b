"""Reads somebody else's iCalendar: bytes in, plain drafts out (RFC 5545, RFC 7986). Knows no database and no clock.

One draft for each UID: its master with its overrides, and the single dates that our own feeds publish beside it
(see `feeds.ics.irregular`) folded back. What cannot be taken says why and where; the others are not touched by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from calendar_service.domain.errors import Problem
from calendar_service.domain.events import Status
from calendar_service.domain.posting.drafts import RawDate, RawDraft, Reading, Receiver
from calendar_service.domain.times.moments import read_recurrence_id, recurrence_id
from feeds.foreign.blocks import blocks_of, digests, first_lines, pieces_without
from feeds.foreign.describing import described, title_of
from feeds.foreign.lines import Component, Line, in_utf8, read_components
from feeds.foreign.spans import Times, moved, read_times
from feeds.foreign.times import BadMomentError, Stamp, read_stamp
from feeds.foreign.zones import UTC, Zones

STATUSES: Mapping[str, Status] = {
    "TENTATIVE": Status.TENTATIVE, "CONFIRMED": Status.CONFIRMED, "CANCELLED": Status.CANCELLED,
}  # fmt: skip
MOST_OVERRIDES = 500
LONGEST_KEY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """One VCALENDAR as its events need it. `own` says that it was published by a service for this metropolis, `said`
    is the digest of what the file says under each key.
    """

    receiver: Receiver
    zones: Zones
    home: str
    own: bool
    cancels: bool
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The VEVENTs that are one event: `beside` are dates published by themselves, with their recurrence ids."""

    key: str
    master: Component
    overrides: tuple[Component, ...] = ()
    beside: tuple[tuple[str, Component], ...] = ()


def read_ics(data: bytes, *, receiver: Receiver) -> Reading:
    """Read a file, past what the receiver knows that it says. Raises Invalid when it is no calendar, was cut short
    or holds too much.
    """
    whole = in_utf8(data)
    blocks = blocks_of(whole)
    said = digests(whole, blocks, manner=receiver.manner)
    known = {key: here for key, digest in said.items() if (here := receiver.known.get(key)) and here.said == digest}
    drafts: list[RawDraft] = []
    remarks: list[Problem] = []
    most = receiver.most - sum(each.key in known for each in blocks)
    for component in read_components(pieces_without(whole, blocks, known), most=most):
        calendar = _calendar(component, receiver, said)
        events = [each for each in component.children if each.name == "VEVENT"]
        drafts += _drafts(calendar, _series(events))
        remarks += [*component.problems, *_zone_remarks(calendar.zones)]
    return Reading(
        drafts=tuple(_once(drafts)), remarks=tuple(remarks),
        known=[(line, key, known[key]) for key, line in first_lines(blocks).items() if key in known],
    )  # fmt: skip


def _calendar(component: Component, receiver: Receiver, said: Mapping[str, str]) -> Calendar:
    defined = {each.text("TZID").strip("\"'"): each for each in component.children if each.name == "VTIMEZONE"}
    zones = Zones(home=receiver.timezone, defined=defined)
    named = component.text("X-WR-TIMEZONE")
    home = zones.zone(named, year=2000) if named else receiver.timezone
    return Calendar(
        receiver=receiver, zones=zones, home=receiver.timezone if home == UTC else home,
        own=component.text("PRODID") == receiver.metropolis.prodid,
        cancels=component.text("METHOD").upper() == "CANCEL", said=said,
    )  # fmt: skip


def _zone_remarks(zones: Zones) -> Iterable[Problem]:
    for name in sorted(zones.unknown):
        yield Problem(field="timezone", code="import_zone_unknown", values={"name": name[:80], "zone": zones.home})


def _once(drafts: Iterable[RawDraft]) -> Iterable[RawDraft]:
    """Each key once, should several calendars of a file name it: the later revision counts."""
    found: dict[str, RawDraft] = {}
    for each in drafts:
        known = found.get(each.key)
        if known is None or (each.sequence, each.modified) > (known.sequence, known.modified):
            found[each.key] = each
    return found.values()


# --- which VEVENTs are one event ------------------------------------------------------------------------------


def _series(events: Iterable[Component]) -> Iterable[Series]:
    masters: dict[str, Component] = {}
    overrides: dict[str, list[Component]] = {}
    beside: dict[str, list[tuple[str, Component]]] = {}
    for event in events:
        key = _key(event)
        related = event.text("RELATED-TO")
        if event.first("RECURRENCE-ID"):
            overrides.setdefault(key, []).append(event)
        elif date := _date_of(key, related):
            beside.setdefault(related, []).append((date, event))
        elif key not in masters or _revision(event) > _revision(masters[key]):
            masters[key] = event
    yield from _with_masters(masters, overrides, beside)
    yield from _without_masters(masters.keys(), overrides, beside)


def _with_masters(
    masters: Mapping[str, Component], overrides: Mapping[str, list[Component]],
    beside: Mapping[str, list[tuple[str, Component]]],
) -> Iterable[Series]:  # fmt: skip
    for key, master in masters.items():
        changes = tuple(sorted(overrides.get(key, ()), key=_revision)[-MOST_OVERRIDES:])
        yield Series(key=key, master=master, overrides=changes, beside=tuple(beside.get(key, ())))


def _without_masters(
    known: Iterable[str], overrides: Mapping[str, list[Component]],
    beside: Mapping[str, list[tuple[str, Component]]],
) -> Iterable[Series]:  # fmt: skip
    """What is left: single dates whose event lies outside the file's window, overrides of nobody."""
    for key in beside.keys() - set(known):
        dates = sorted(beside[key], key=lambda each: each[0])
        yield Series(key=key, master=dates[0][1], beside=tuple(dates))
    for key in overrides.keys() - set(known):
        for each in overrides[key]:
            line = each.first("RECURRENCE-ID")
            yield Series(key=f"{key}#{line.value.strip() if line else ''}"[:LONGEST_KEY], master=each)


def _key(event: Component) -> str:
    """The UID; for an event without one, what it is called and when it begins."""
    if uid := event.text("UID"):
        return uid[:LONGEST_KEY]
    start = event.first("DTSTART")
    return f"{start.value if start else ''} {event.text('SUMMARY')}"[:LONGEST_KEY]


def _revision(event: Component) -> tuple[int, str]:
    return _sequence(event), event.text("DTSTAMP")


def _sequence(event: Component) -> int:
    text = event.text("SEQUENCE")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) < 2**31 else 0  # noqa: PLR2004


def _date_of(uid: str, related: str) -> str:
    """The original time in the UID of a date that our feeds publish by itself; empty for other events."""
    local, at, domain = related.partition("@")
    if not (local and uid.startswith(f"{local}-") and uid.endswith(f"{at}{domain}")):
        return ""
    date = uid.removeprefix(f"{local}-").removesuffix(f"{at}{domain}")
    try:
        return recurrence_id(read_recurrence_id(date), all_day="T" not in date)
    except ValueError:
        return ""


# --- one event ------------------------------------------------------------------------------------------------


def _drafts(calendar: Calendar, every: Iterable[Series]) -> Iterator[RawDraft]:
    """One by one; the lines of each go as soon as they are read, as ten thousand events have many."""
    for series in every:
        yield _draft(calendar, series)
        for component in (series.master, *series.overrides, *(each for _, each in series.beside)):
            component.lines.clear()


def _draft(calendar: Calendar, series: Series) -> RawDraft:
    master = series.master
    raw = RawDraft(
        row=master.number, key=series.key, status=_status(calendar, master), sequence=_sequence(master),
        modified=master.text("LAST-MODIFIED"), cancels=calendar.cancels, remarks=tuple(master.problems),
        said=calendar.said.get(series.key, ""),
    )  # fmt: skip
    try:
        times = read_times(master, calendar.zones, home=calendar.home)
        dates = [each for one in series.overrides for each in _override(one, master, times, calendar)]
        extra = [_beside(date, one, times, calendar) for date, one in series.beside]
    except BadMomentError as wrong:
        values = {"line": wrong.line, "value": wrong.value}
        return replace(raw, refusals=(Problem(field="start", code="import_bad_moment", values=values),))
    words, reason, remarks = described(master, receiver=calendar.receiver, own=calendar.own)
    fields = {**words, **times.fields()}
    return replace(
        raw, fields=fields, rules=times.rules, shown_zone=times.shown_zone, overrides=tuple(_merged([*dates, *extra])),
        reason=reason, remarks=(*raw.remarks, *times.remarks, *remarks),
    )  # fmt: skip


def _status(calendar: Calendar, event: Component) -> Status | None:
    """What the file says; what is marked as private is not published (S35)."""
    if calendar.cancels:
        return Status.CANCELLED
    if event.text("CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"}:
        return Status.DRAFT
    return STATUSES.get(event.text("STATUS").upper())


def _override(event: Component, master: Component, times: Times, calendar: Calendar) -> Iterable[RawDate]:
    """The date that an override changes, if its RECURRENCE-ID can be read. Raises BadMomentError."""
    line = event.first("RECURRENCE-ID")
    if line is None:
        return
    original = times.original(read_stamp(line, calendar.zones))
    change = moved(event, times, calendar.zones, original=original)
    was, now = (title_of(each, calendar.receiver.metropolis) for each in (master, event))
    reworded = bool(now) and was != now
    yield replace(change, venue=_other_place(event, calendar), following=_following(line), reworded=reworded)


def _following(line: Line) -> bool:
    return line.parameters.get("RANGE", "").upper() == "THISANDFUTURE"


def _beside(date: str, event: Component, times: Times, calendar: Calendar) -> RawDate:
    """A date of ours that was published by itself. Raises BadMomentError."""
    stamp = Stamp(wall=read_recurrence_id(date), dated="T" not in date)
    original = times.original(stamp)
    change = moved(event, times, calendar.zones, original=original)
    return replace(change, venue=_other_place(event, calendar))


def _other_place(event: Component, calendar: Calendar) -> Mapping[str, object] | None:
    words, _, _ = described(event, receiver=calendar.receiver, own=calendar.own)
    venue = words.get("venue")
    return venue if isinstance(venue, dict) else None


def _merged(dates: Iterable[RawDate]) -> Iterable[RawDate]:
    """The dates that have an entry of their own, each once, by original time."""
    found = {each.recurrence_id: each for each in dates}
    return [found[key] for key in sorted(found)]
