"""Venues, and what else makes an event show other words although nobody edited the event itself (rule 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.errors import Forbidden, Stale
from calendar_service.domain.events import Event
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.territory.places import Venue
from calendar_service.services.network.loading import load
from calendar_service.services.venues.changing import VenueChange, change
from tests.builders import an_event, an_officer


def as_it_is(venue: Venue) -> VenueChange:
    """A change that changes nothing yet."""
    return VenueChange(
        name=venue.name, kind=venue.kind, address=venue.address, latitude=venue.latitude, longitude=venue.longitude,
        capacity=venue.capacity, accessibility=venue.accessibility, public_space=venue.public_space,
    )  # fmt: skip


def venue_of(event: Event) -> Venue:
    """The event's venue, which it has."""
    assert event.venue is not None
    return event.venue


def again(session: Session, event: Event) -> tuple[int, datetime, str]:
    """SEQUENCE, LAST-MODIFIED and the search text of an event as now stored."""
    found = event_by_slug(session, event.slug)
    return found.sequence, found.last_modified, found.searchable


def test_a_renamed_venue_raises_sequence_and_last_modified_of_its_events(lima: Database, now: datetime) -> None:
    later = now + timedelta(hours=1)
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now)
        venue = venue_of(event)
        renamed = replace(as_it_is(venue), name="Parque Chabuca Granda")
        change(session, venue, renamed, seen=venue.version, by=by, now=later)
    with lima.reading() as session:
        sequence, modified, searchable = again(session, event)
    assert (sequence, modified) == (1, later)
    assert "parque chabuca granda" in searchable


def test_a_venue_saved_unchanged_raises_nothing(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now)
        venue = venue_of(event)
        change(session, venue, as_it_is(venue), seen=venue.version, by=by, now=now)
        assert event.sequence == 0


def test_two_events_may_name_the_same_new_venue(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        one = an_event(session, by=by, now=now, venue={"name": "Plaza Mayor", "kind": "plaza"})
        other = an_event(session, by=by, now=now, venue={"name": "PLAZA  MAYOR", "kind": "plaza"})
    assert one.venue_id == other.venue_id
    assert venue_of(one).public_space


def test_a_venue_is_changed_by_its_own_district_and_never_blindly_s13_r4(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by, neighbour = an_officer(session, now=now), an_officer(session, "miraflores", now=now)
        venue = venue_of(an_event(session, by=by, now=now))
        with pytest.raises(Forbidden):
            change(session, venue, as_it_is(venue), seen=venue.version, by=neighbour, now=now)
        with pytest.raises(Stale):
            change(session, venue, as_it_is(venue), seen=venue.version - 1, by=by, now=now)


def with_label(metropolis: Metropolis, slug: str, label: str) -> Metropolis:
    """The metropolis with another Spanish label for one discipline."""
    terms = tuple(
        replace(each, labels=MappingProxyType({**each.labels, "es": label})) if each.slug == slug else each
        for each in metropolis.disciplines.terms
    )
    return replace(metropolis, disciplines=replace(metropolis.disciplines, terms=terms))


def test_a_changed_label_raises_the_events_that_carry_it_and_no_others(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        band = an_event(session, by=by, now=now, disciplines=["bandas"])
        play = an_event(session, by=by, now=now, disciplines=["teatro"])
        relabelled = with_label(session.installation.metropolis, "bandas", "Bandas de música")
        load(session, relabelled, now=now)
        load(session, relabelled, now=now)
    assert (band.sequence, play.sequence) == (1, 0)
