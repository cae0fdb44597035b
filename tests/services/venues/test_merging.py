"""A venue that stands twice: one stands for the other, nothing is told to have moved, and all of it is undone (R25)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.events import event_by_slug
from calendar_service.db.queries.network.places import venue_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from calendar_service.domain.events import Occurrence, Status
from calendar_service.domain.mail import Message
from calendar_service.domain.people import Role
from calendar_service.domain.territory.places import Venue
from calendar_service.services.drafts import VenueDraft
from calendar_service.services.events.revising import Change, change_occurrence
from calendar_service.services.venues import merging
from calendar_service.services.venues.changing import find_or_make
from tests.builders import a_district, an_event, an_officer
from tests.mails import a_subscription

HERE, THERE = "Parque Raimondi", "Pque. Raimondi"
NETWORK = Viewer(facilitator=True)


@pytest.fixture
def manager(lima: Database, now: datetime) -> Viewer:
    with lima.deed() as session:
        return an_officer(session, now=now, role=Role.MANAGER)


def at(session: Session, by: Viewer, now: datetime, name: str, summary: str, **more: Any) -> str:  # noqa: ANN401
    place = {"name": name, "kind": "parque"}
    return an_event(session, by=by, now=now, summary=summary, venue=place, **more).slug


def venue(session: Session, slug: str) -> Venue:
    return session.scalars(select(Venue).where(Venue.slug == slug)).one()


def merge(session: Session, gone: str, kept: str, *, by: Viewer, now: datetime, seen: int | None = None) -> int:
    found = venue_by_slug(session, gone)
    row = merging.merge(
        session, found, venue_by_slug(session, kept), seen=found.version if seen is None else seen, by=by, now=now
    )
    session.flush()
    return row.id


def places(session: Session, slug: str) -> list[str]:
    """Where an event is: as a whole, at dates that say so themselves, and at its dates as they are found."""
    event = event_by_slug(session, slug)
    found = session.scalars(
        select(Venue.slug).join(Occurrence, Occurrence.venue_id == Venue.id).where(Occurrence.event_id == event.id)
        .order_by(Occurrence.start_utc)
    ).all()  # fmt: skip
    assert event.venue is not None
    return [event.venue.slug, *(each.venue.slug for each in event.overrides if each.venue), *found]


def test_events_move_nobody_is_told_and_undoing_brings_back_just_what_moved_r25(
    lima: Database, manager: Viewer, now: datetime
) -> None:
    with lima.deed() as session:
        kept = at(session, manager, now, HERE, "Siempre aquí")
        gone = at(session, manager, now, THERE, "Retreta", rrule="FREQ=WEEKLY;COUNT=3")
        draft = at(session, manager, now, THERE, "Idea", status=Status.DRAFT)
        event = event_by_slug(session, gone)
        a_subscription(session, now=now, event=event)
        change_occurrence(session, event, "20261212T1930", Change(venue="parque-raimondi"), seen=None, by=manager,
                          now=now)  # fmt: skip
        old, sequence, schedule = event.venue_id, event.sequence, event.schedule_version
        session.execute(Message.__table__.delete())  # type: ignore[attr-defined]
    with lima.deed() as session:
        number = merge(session, "pque-raimondi", "parque-raimondi", by=manager, now=now)
        event = event_by_slug(session, gone)
        assert places(session, gone) == ["parque-raimondi"] * 5
        assert places(session, draft)[0] == "parque-raimondi"
        assert (event.sequence, event.schedule_version) == (sequence + 1, schedule)
        assert session.scalars(select(Message)).all() == []
        assert venue_by_slug(session, "pque-raimondi").slug == "parque-raimondi"
    with lima.deed() as session:
        merging.undo(session, number, by=manager, now=now + timedelta(days=2))
        assert places(session, gone) == ["pque-raimondi", "parque-raimondi", "pque-raimondi", "parque-raimondi",
                                         "pque-raimondi"]  # fmt: skip
        assert (places(session, kept)[0], places(session, draft)[0]) == ("parque-raimondi", "pque-raimondi")
        assert event_by_slug(session, gone).venue_id == old
        assert session.scalars(select(Message)).all() == []


def test_what_it_stood_for_follows_and_its_name_makes_no_third_venue(
    lima: Database, manager: Viewer, now: datetime
) -> None:
    with lima.deed() as session:
        for name in ("Uno", "Dos", "Tres"):
            at(session, manager, now, name, name)
        merge(session, "uno", "dos", by=manager, now=now)
        number = merge(session, "dos", "tres", by=manager, now=now)
        home = a_district(session, "barranco")
        assert venue(session, "uno").replaced_by_id == venue(session, "tres").id
        made = find_or_make(session, VenueDraft(name="UNO", kind="parque"), host=home, now=now)
        assert made is not None
        assert made.slug == "tres"
        merging.undo(session, number, by=manager, now=now)
        assert venue_by_slug(session, "uno").slug == "dos"


def test_only_who_looks_after_its_district_merges_one_away_and_never_blindly_s13_r4(
    lima: Database, manager: Viewer, now: datetime
) -> None:
    with lima.deed() as session:
        for name in ("Uno", "Dos"):
            at(session, manager, now, name, name)
        officer = an_officer(session, now=now)
        stranger = an_officer(session, "comas", now=now, role=Role.MANAGER)
        reader = Viewer(officer_id=1, managed=manager.managed, writes=False)
    for by in (officer, stranger, reader):
        with lima.deed() as session, pytest.raises(Forbidden):
            merge(session, "uno", "dos", by=by, now=now)
    with lima.deed() as session:
        with pytest.raises(Stale):
            merge(session, "uno", "dos", by=manager, now=now, seen=7)
        with pytest.raises(Invalid):
            merge(session, "uno", "uno", by=manager, now=now)
        number = merge(session, "uno", "dos", by=NETWORK, now=now)
        with pytest.raises(NotFound):
            merging.undo(session, number, by=stranger, now=now)
        with pytest.raises(WrongState):
            merging.undo(session, number, by=manager, now=now + timedelta(days=30))
        merging.undo(session, number, by=manager, now=now)
        with pytest.raises(WrongState):
            merging.undo(session, number, by=manager, now=now)


def test_what_stands_twice_is_named_to_who_looks_after_it(lima: Database, manager: Viewer, now: datetime) -> None:
    with lima.deed() as session:
        for name in (HERE, THERE, "Parque", "Teatro Raimondi"):
            at(session, manager, now, name, name)
        pairs = [[(each.gone.name, each.kept.name) for each in merging.suspects(session, by=by)]
                 for by in (manager, NETWORK, an_officer(session, now=now))]  # fmt: skip
        assert pairs == [[(THERE, HERE)], [(THERE, HERE)], []]
