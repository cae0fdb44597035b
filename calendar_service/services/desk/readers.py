"""Who will read of an event without being written to: by a digest that brings it, by a calendar that follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import selection_clauses
from calendar_service.db.queries.mails import readers as queries
from calendar_service.db.queries.network.sharing import receivers_of
from calendar_service.domain.events import Event
from calendar_service.domain.publication import district_scope
from calendar_service.domain.times.window import Window
from calendar_service.services.mails.subscribing import stored_selection
from calendar_service.services.syndication.following import followed

MOST_SELECTIONS = 40
"""So many different digests are looked at, those of most people first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """How many people's weekly digest brings it, and how many calendars follow the districts on whose page it is."""

    digests: int
    calendars: int


def readers_of(session: Session, event: Event, *, now: datetime) -> Readers:
    """At most five questions, however many read. Its host and co-hosts are loaded."""
    hosts = [event.host.slug, *(each.district.slug for each in event.cohosts)]
    slugs = {*hosts, *(slug for slug, _ in receivers_of(session, event.id))}
    calendars = followed(session, sorted(map(district_scope, slugs)), now=now)
    return Readers(digests=_digests(session, event, now=now), calendars=sum(calendars.values()))


def _digests(session: Session, event: Event, *, now: datetime) -> int:
    window = Window(start=now, end=None, first_day=now.date(), last_day=None)
    read = {text: stored_selection(text) for text in queries.digests(session, limit=MOST_SELECTIONS)}
    metropolis = session.installation.metropolis
    asked = {text: selection_clauses(each, metropolis=metropolis, window=window) for text, each in read.items() if each}
    found = queries.holding(session, event.id, asked) if asked else ()
    return queries.readers(session, found) if found else 0
