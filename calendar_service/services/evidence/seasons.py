"""What a season adds up to: the report that an officer hands to her mayor or to the ministry.

It counts what the public saw: events that were published, their dates, and what their hosts said came of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.evidence import seasons as queries
from calendar_service.db.queries.evidence.seasons import Asked, Tally
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, Invalid
from calendar_service.domain.events import Occurrence, TermKind
from calendar_service.domain.posting.outcomes import Outcome
from calendar_service.domain.territory.places import District

LONGEST = timedelta(days=400)
"""Of both days included, as everywhere."""
MOST_ATTENDED = 5
MOST_DATES = 10_000
"""What one table of dates holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What is the same in one respect: how many events and dates, and how many people came to those counted."""

    of: str
    events: int
    dates: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A report. `district` is None for the network's, where each event counts once, whoever hosts it together.

    `dates` take place, or will; `off` were called off, `not_held` did not take place after all. `counted` are the dates
    of which the host said how many people came. Shares are by slug (`months` by `2026-12`, the others by name), most
    dates first.
    """

    district: District | None
    first: date
    last: date
    events: int
    dates: int
    off: int
    not_held: int
    counted: int
    people: int
    free: int
    in_public: int
    joint: int
    months: Sequence[Share]
    disciplines: Sequence[Share]
    formats: Sequence[Share]
    audiences: Sequence[Share]
    venues: Sequence[Share]
    partners: Sequence[tuple[str, int]]
    hosts: Sequence[Share]
    most_attended: Sequence[tuple[Occurrence, int | None]]


def season(session: Session, slug: str, *, first: date, last: date, viewer: Viewer) -> Season:
    """The report of a district (of the network: an empty slug) from one day to another, both included.

    Raises NotFound, Forbidden for whose it is not, Invalid for days that no report has.
    """
    district = _district(session, slug, viewer)
    asked = _asked(district, first, last)
    tallies = queries.tallies(session, asked)
    terms = queries.principal_terms(session, asked)
    hosting, names = _hosting(tallies, queries.cohosts(session, asked)), queries.names(session)
    joint = {event: who for event, who in hosting.items() if len(who) > 1}
    return Season(
        district=district, first=first, last=last, events=_events(tallies), dates=sum(each.dates for each in tallies),
        off=sum(each.off for each in tallies), not_held=sum(each.not_held for each in tallies),
        counted=sum(each.counted for each in tallies), people=sum(each.people for each in tallies),
        free=_events(each for each in tallies if each.free),
        in_public=_events(each for each in tallies if each.in_public),
        joint=_events(each for each in tallies if each.event in joint),
        months=sorted(_shares(tallies, lambda each: _month(each, first)), key=lambda each: each.of),
        disciplines=_shares(tallies, lambda each: terms.get((each.event, TermKind.DISCIPLINE))),
        formats=_shares(tallies, lambda each: each.format),
        audiences=_shares(tallies, lambda each: terms.get((each.event, TermKind.AUDIENCE))),
        venues=_shares(tallies, lambda each: each.venue), partners=_partners(joint, tallies, district, names),
        hosts=_shares(tallies, lambda each: names[each.host]) if district is None else (),
        most_attended=queries.most_attended(session, asked, limit=MOST_ATTENDED),
    )  # fmt: skip


def dates(
    session: Session, slug: str, *, first: date, last: date, viewer: Viewer
) -> Sequence[tuple[Occurrence, Outcome | None]]:
    """Each date of a report, with what came of it. Raises as `season`, Invalid also for too many."""
    asked = _asked(_district(session, slug, viewer), first, last)
    found = queries.dates(session, asked, limit=MOST_DATES + 1)
    if len(found) > MOST_DATES:
        raise Invalid.of("to", "season_too_large", most=MOST_DATES)
    return found


def _district(session: Session, slug: str, viewer: Viewer) -> District | None:
    if not slug and viewer.facilitator:
        return None
    district = district_by_slug(session, slug)
    if not (viewer.facilitator or district.id in viewer.districts):
        raise Forbidden("not_your_district")
    return district


def _asked(district: District | None, first: date, last: date) -> Asked:
    if last < first:
        raise Invalid.of("to", "season_backwards")
    if last - first >= LONGEST:
        raise Invalid.of("to", "season_too_long", days=LONGEST.days)
    return Asked(first=first, last=last, districts=None if district is None else (district.id,))


def _events(tallies: Iterable[Tally]) -> int:
    """How many events of which some date takes place."""
    return len({each.event for each in tallies if each.dates})


def _hosting(tallies: Iterable[Tally], cohosts: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    found = {each.event: {each.host} for each in tallies}
    for event, district in cohosts:
        found.get(event, set()).add(district)
    return found


def _month(tally: Tally, first: date) -> str:
    """What began before the season counts in its first month."""
    year, month = max((tally.year, tally.month), (first.year, first.month))
    return f"{year:04}-{month:02}"


def _shares(tallies: Iterable[Tally], key: Callable[[Tally], str | None]) -> Sequence[Share]:
    by: dict[str, list[Tally]] = {}
    for each in tallies:
        if each.dates and (of := key(each)):
            by.setdefault(of, []).append(each)
    return sorted(_added(by), key=lambda each: (-each.dates, each.of))


def _added(by: Mapping[str, Sequence[Tally]]) -> Iterator[Share]:
    for of, found in by.items():
        yield Share(of=of, events=_events(found), dates=sum(each.dates for each in found),
                    people=sum(each.people for each in found))  # fmt: skip


def _partners(
    joint: Mapping[int, set[int]], tallies: Iterable[Tally], district: District | None, names: Mapping[int, str]
) -> Sequence[tuple[str, int]]:
    """With whom how many events were made together, the most first."""
    on = {each.event for each in tallies if each.dates}
    own = district.id if district else None
    counts = Counter(each for event, who in joint.items() if event in on for each in who if each != own)
    return sorted(((names[each], count) for each, count in counts.items()), key=lambda each: (-each[1], each[0]))
