"""What a feed's address names, looked up, and what the feed is called in a list of calendars."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from calendar_service import addresses
from calendar_service.db.engine import Session
from calendar_service.db.queries.events import event_by_slug
from calendar_service.db.queries.network.places import cluster_by_slug
from calendar_service.db.queries.syndication import feeds as queries
from calendar_service.domain.errors import Invalid, NotFound
from calendar_service.domain.events import Event
from calendar_service.domain.territory.metropolis import Installation, Metropolis
from calendar_service.domain.times.moments import local_day
from calendar_service.services.agenda import describing
from calendar_service.services.agenda.browsing import check_names
from calendar_service.services.syndication.asking import Ask, Format, Kind
from calendar_service.services.syndication.leaving_out import unknown_if_damaged
from calendar_service.words import Words, plain, words
from feeds.ics.calendar import Head

DAYS_EMPTY = 90
"""For so long a feed that has ended answers with an empty calendar: a program would take a 404 for a fault."""


class MovedError(Exception):
    """What is asked for has another slug now: its feed answers 301."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a feed is about. `page` is the path that people read; `event` is set for a download.

    `ended`: it was a cluster's feed and the cluster is no more; those who follow it get an empty calendar for a while.
    """

    name: str
    page: str
    event: Event | None = None
    ended: bool = False


def find(session: Session, ask: Ask, *, now: datetime) -> Subject:
    """Look up what an address names. Raises NotFound, MovedError, Invalid for unknown names in a selection."""
    said = _words(session.installation.metropolis, ask)
    match ask.kind:
        case Kind.DISTRICT:
            return _district(session, ask)
        case Kind.CLUSTER:
            return _cluster(session, ask, now=now)
        case Kind.EVENT | Kind.OCCURRENCE:
            return _event(session, ask, said)
        case Kind.SELECTION:
            return _selection(session, ask, said, now=now)
    return named_subject(session.installation.metropolis, ask, session.installation.metropolis.name)


def named_subject(metropolis: Metropolis, ask: Ask, place: str) -> Subject:
    """A district, a cluster or everything, by what it is called."""
    pages = {Kind.DISTRICT: addresses.district, Kind.CLUSTER: addresses.cluster}
    page = pages[ask.kind](ask.slug) if ask.kind in pages else addresses.home()
    return Subject(name=_words(metropolis, ask).t("Cultura en %(place)s", place=place), page=page)


def _words(metropolis: Metropolis, ask: Ask) -> Words:
    return words(ask.options.lang or metropolis.language, locale=metropolis.locale)


def _district(session: Session, ask: Ask) -> Subject:
    name = queries.district_name(session, ask.slug)
    if name is None:
        _raise_if_moved(session, "district", ask.slug)
        raise NotFound("district")
    return named_subject(session.installation.metropolis, ask, name)


def _cluster(session: Session, ask: Ask, *, now: datetime) -> Subject:
    try:
        cluster = cluster_by_slug(session, ask.slug)
    except NotFound:
        _raise_if_moved(session, "cluster", ask.slug)
        raise
    if not cluster.exists and (cluster.ended is None or now - cluster.ended >= timedelta(days=DAYS_EMPTY)):
        raise NotFound("cluster")
    return replace(named_subject(session.installation.metropolis, ask, cluster.name), ended=not cluster.exists)


def _raise_if_moved(session: Session, kind: str, slug: str) -> None:
    present = queries.present_slug(session, kind, slug)
    if present:
        raise MovedError(present)


def _event(session: Session, ask: Ask, said: Words) -> Subject:
    """A draft or a hold is as unknown as what there is not (S17, S18)."""
    with unknown_if_damaged(ask.slug):
        event = event_by_slug(session, ask.slug)
    if not event.is_public:
        raise NotFound("event")
    if event.slug != ask.slug:
        raise MovedError(event.slug)
    name = said.t("Cultura en %(place)s", place=event.host.name) if event.is_bare else event.summary
    return Subject(name=name, page=addresses.event(event.slug), event=event)


def _selection(session: Session, ask: Ask, said: Words, *, now: datetime) -> Subject:
    problems = check_names(session, ask.selection)
    if problems:
        raise Invalid(problems)
    metropolis = session.installation.metropolis
    chosen = describing.parts(session, ask.selection, words=said, today=local_day(now, metropolis.timezone))
    name = plain(" · ".join([said.t("Cultura"), *(each.text for each in chosen)]))
    if not chosen:
        name = said.t("Cultura en %(place)s", place=metropolis.name)
    return Subject(name=name, page=addresses.events(ask.selection.query()))


def head_of(installation: Installation, ask: Ask, subject: Subject) -> Head:
    """What a feed says of itself; a calendar to download says no name, or Outlook would open a new one for it."""
    metropolis = installation.metropolis
    said = _words(metropolis, ask)
    head = Head(
        prodid=metropolis.prodid, uid_domain=metropolis.uid_domain, key=ask.address, timezone=metropolis.timezone
    )
    if ask.is_download and ask.format is Format.ICS:
        return head
    return replace(
        head,
        name=subject.name,
        description=_described(metropolis, said, private=ask.kind is Kind.PRIVATE),
        url=addresses.absolute(installation.base_url, subject.page),
        source="" if ask.kind is Kind.PRIVATE else addresses.absolute(installation.base_url, ask.address),
    )


def _described(metropolis: Metropolis, said: Words, *, private: bool) -> str:
    if private:
        return said.t(
            "Lo publicado, las reservas que puedes ver y los borradores de tu distrito. No lo reenvíes: quien tenga su "
            "dirección lo lee. Este calendario se actualiza solo.",
        )  # fmt: skip
    return said.t(
        "Actividades culturales que publican las municipalidades de %(place)s. Este calendario se actualiza solo.",
        place=metropolis.name,
    )
