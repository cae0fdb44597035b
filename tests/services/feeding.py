"""Feeds as services give them, for tests of what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from calendar_service.db.engine import Database, Session
from calendar_service.domain.access import Viewer
from calendar_service.services.network.clusters import answer, propose
from calendar_service.services.syndication import keeping, subjects
from calendar_service.services.syndication.asking import Ask, Kind, read_ask
from calendar_service.services.syndication.bodies import composing
from calendar_service.services.syndication.bodies.composing import Composed, Settled
from feeds.ics.check import Line, read_lines
from tests.builders import a_district, an_event

Entries = list[dict[str, Line]]


def of_the_office(session: Session, district: str = "barranco") -> Viewer:
    """Somebody of a district's office; who she is does not matter to feeds."""
    return Viewer(districts=frozenset({a_district(session, district).id}))


def a_cluster(session: Session, name: str, districts: Sequence[str], *, now: datetime, accepted: bool = True) -> None:
    """A cluster that these districts have accepted; only the first has when not `accepted`."""
    first, *others = districts
    slug = propose(
        session, name=name, members=districts, proposer=first, by=of_the_office(session, first), now=now
    ).slug
    for each in others if accepted else ():
        answer(session, slug, each, accept=True, by=of_the_office(session, each), now=now)


def post(database: Database, now: datetime, *, host: str = "barranco", **fields: Any) -> str:  # noqa: ANN401 - any field
    """Post an event in a deed of its own; its slug."""
    with database.deed() as session:
        return an_event(session, by=of_the_office(session, host), now=now, host=host, **fields).slug


def an_ask(database: Database, kind: Kind, slug: str = "", query: str = "", recurrence_id: str = "") -> Ask:
    return read_ask(
        kind, parse_qsl(query, keep_blank_values=True), metropolis=database.installation.metropolis, slug=slug,
        recurrence_id=recurrence_id,
    )  # fmt: skip


def composed(database: Database, ask: Ask, *, now: datetime) -> Composed:
    """The body of a feed; what is not kept of it is kept first, as the press does."""
    with database.reading() as session:
        made = composing.compose(session, ask, subjects.find(session, ask, now=now), now=now)
    if not made.missing:
        return made
    with database.deed() as session:
        keeping.keep_missing(session, made.missing, variant=ask.options.variant("es"))
    with database.reading() as session:
        return composing.compose(session, ask, subjects.find(session, ask, now=now), now=now)


def settled(database: Database, ask: Ask, *, now: datetime) -> Settled:
    made = composed(database, ask, now=now)
    with database.deed() as session:
        found = composing.settle(session, ask, made, now=now)
    assert found is not None
    return found


def entries(database: Database, kind: Kind, slug: str = "", query: str = "", *, now: datetime) -> Entries:
    """The VEVENTs of a feed, each as its lines by name."""
    body = composed(database, an_ask(database, kind, slug, query), now=now).body.written(now).decode()
    return vevents_of(body)


def vevents_of(body: str) -> Entries:
    found: Entries = []
    within = False
    for line in read_lines(body):
        if line.value == "VEVENT":
            within = line.name == "BEGIN"
            found += [{}] if within else []
        elif within:
            found[-1].setdefault(line.name, line)
    return found


def titles(database: Database, kind: Kind, slug: str = "", query: str = "", *, now: datetime) -> list[str]:
    """What a feed holds, by title, sorted."""
    return sorted(each["SUMMARY"].value for each in entries(database, kind, slug, query, now=now))
