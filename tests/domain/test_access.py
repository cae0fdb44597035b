"""The one rule of visibility says the same in Python and in SQL, for everybody and every event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from calendar_service.db.engine import Database
from calendar_service.domain.access import ANYBODY, Sight, Viewer, sight, visible_to, worded_to
from calendar_service.domain.events import Event, HoldShows, Status
from calendar_service.domain.network.clusters import Consent
from calendar_service.services.joint.cohosting import answer, ask, leave
from tests.builders import an_event, an_officer

FACILITATOR = Viewer(officer_id=0, facilitator=True)


def test_the_rule_as_a_clause_agrees_with_the_rule_as_a_function(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        host, guest = an_officer(session, "barranco", now=now), an_officer(session, "miraflores", now=now)
        stranger = an_officer(session, "comas", now=now)
        for status in (Status.DRAFT, Status.TENTATIVE, Status.CONFIRMED):
            for shows in HoldShows:
                for state in (None, Consent.INVITED, Consent.ACCEPTED, Consent.DECLINED, Consent.LEFT):
                    event = an_event(session, by=host, now=now, status=status, hold_shows=shows)
                    if state:
                        ask(session, event, ["miraflores"], by=host, now=now)
                    if state and state is not Consent.INVITED:
                        answer(session, event, "miraflores", accept=state != Consent.DECLINED, by=guest, now=now)
                    if state is Consent.LEFT:
                        leave(session, event, "miraflores", by=guest, now=now)
    for viewer in (host, guest, stranger, FACILITATOR, ANYBODY):
        with lima.reading() as session:
            events = session.scalars(select(Event).options(selectinload(Event.hosts))).all()
            listed = set(session.scalars(select(Event.id).where(visible_to(viewer))))
            worded = set(session.scalars(select(Event.id).where(worded_to(viewer))))
        assert len(events) == 30
        assert listed == {each.id for each in events if sight(viewer, each) is not Sight.NOTHING}
        assert worded == {each.id for each in events if sight(viewer, each) in (Sight.FULL, Sight.OWN)}


def test_the_facilitator_sees_holds_and_no_drafts_s16(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        draft = an_event(session, by=by, now=now, status=Status.DRAFT)
        held = an_event(session, by=by, now=now, status=Status.TENTATIVE)
    assert [sight(FACILITATOR, each) for each in (draft, held)] == [Sight.NOTHING, Sight.BUSY]
