"""A facilitator takes a harmful event off the public pages and may put it back; she never edits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.domain.access import ANYBODY, Sight, Viewer, may_edit, sight
from calendar_service.domain.errors import Forbidden, WrongState
from calendar_service.domain.events import Event, Status
from calendar_service.domain.journal import Audit
from calendar_service.domain.mail import Message
from calendar_service.services.drafts import draft_of
from calendar_service.services.mails import noticing, reminding
from calendar_service.services.status.taking_down import put_back, take_down
from tests.builders import an_account, an_event, an_officer
from tests.mails import a_subscription

REASON = "Convoca a una pelea"


@pytest.fixture
def host(session: Session, now: datetime) -> Viewer:
    return an_officer(session, now=now)


@pytest.fixture
def network(session: Session, now: datetime) -> Viewer:
    account = an_account(session, "red@red.example", now=now, facilitator=True, districts={})
    return Viewer(officer_id=account.id, facilitator=True)


@pytest.fixture
def harmful(session: Session, host: Viewer, network: Viewer, now: datetime) -> Event:
    event = an_event(session, by=host, now=now)
    take_down(session, event, reason=REASON, by=network, now=now)
    return event


def logged(session: Session, *deeds: str) -> Sequence[Audit]:
    """Lines of the log about these deeds, in their order."""
    return session.scalars(select(Audit).where(Audit.deed.in_(deeds)).order_by(Audit.id)).all()


def test_the_public_sees_that_it_is_off_its_host_and_the_network_see_it_all(
    harmful: Event, host: Viewer, network: Viewer
) -> None:
    stranger = Viewer(officer_id=99, districts=frozenset({1}))
    seen = [sight(each, harmful) for each in (ANYBODY, stranger, host, network)]
    assert seen == [Sight.BARE, Sight.BARE, Sight.OWN, Sight.FULL]


def test_nothing_of_it_is_edited_and_the_network_may_not(
    session: Session, host: Viewer, network: Viewer, now: datetime
) -> None:
    event = an_event(session, by=host, now=now)
    before = draft_of(event)
    take_down(session, event, reason=REASON, by=network, now=now)
    assert (draft_of(event), event.status) == (before, Status.CONFIRMED)
    assert (may_edit(network, event), may_edit(host, event)) == (False, True)


def test_its_host_is_told_at_once_with_the_reason_and_it_is_recorded_s44(session: Session, harmful: Event) -> None:
    (letter,) = session.scalars(select(Message).where(Message.kind == "asked"))
    assert letter.address == "officer@barranco.example"
    (entry,) = logged(session, "event-take-down")
    assert (entry.subject, entry.district_id, entry.details) == (
        f"event:{harmful.uid}", harmful.host_id, {"fields": ["taken_down"], "reason": REASON}
    )  # fmt: skip


def test_taking_it_down_and_putting_it_back_stand_once_each_in_the_log_of_its_host_s44(
    session: Session, harmful: Event, network: Viewer, now: datetime
) -> None:
    put_back(session, harmful, by=network, now=now)
    lines = [(each.deed, each.district_id) for each in logged(session, "event-take-down", "event-put-back")]
    assert lines == [("event-take-down", harmful.host_id), ("event-put-back", harmful.host_id)]


def test_subscribers_are_told_once_that_it_is_off_and_reminded_no_more_m15(
    session: Session, host: Viewer, network: Viewer, now: datetime
) -> None:
    event = an_event(session, by=host, now=now)
    a_subscription(session, now=now, event=event)
    take_down(session, event, reason=REASON, by=network, now=now)
    (notice,) = session.scalars(select(Message).where(Message.kind == "cancelled"))
    said = noticing.content(session, [notice], now=now).notices
    told = [(each.is_cancelled, each.summary, len(each.differences)) for each in said]
    assert told == [(True, "Retreta en el parque", 1)]
    assert reminding.owe_due(session, now=now + timedelta(days=4)) == 0
    put_back(session, event, by=network, now=now)
    assert noticing.stale(session, [notice], now=now) == {notice.id: "event-changed"}
    assert reminding.owe_due(session, now=now + timedelta(days=4)) == 1


def test_put_back_it_is_as_public_as_before(session: Session, harmful: Event, network: Viewer, now: datetime) -> None:
    sequence = harmful.sequence
    put_back(session, harmful, by=network, now=now)
    assert (sight(ANYBODY, harmful), harmful.sequence) == (Sight.FULL, sequence + 1)
    with pytest.raises(WrongState):
        put_back(session, harmful, by=network, now=now)


def test_only_the_network_does_so_and_only_to_what_is_public(
    session: Session, harmful: Event, host: Viewer, network: Viewer, now: datetime
) -> None:
    for who in (host, replace(network, writes=False), ANYBODY):
        with pytest.raises(Forbidden):
            put_back(session, harmful, by=who, now=now)
    hold = an_event(session, by=host, now=now, status=Status.TENTATIVE)
    with pytest.raises(WrongState):
        take_down(session, hold, reason=REASON, by=network, now=now)
    with pytest.raises(WrongState):
        take_down(session, harmful, reason=REASON, by=network, now=now)
