"""A joint event: changes are asked for and answered, and the host hands it over when both agree (S15)."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication.feeds import revision_of
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, NotFound, WrongState
from calendar_service.domain.events import Event
from calendar_service.domain.journal import Revision
from calendar_service.domain.network.news import News
from calendar_service.domain.publication import district_scope
from calendar_service.services.joint import cohosting, requesting
from tests.builders import an_event, an_officer

GUEST = "miraflores"


@pytest.fixture
def host(session: Session, now: datetime) -> Viewer:
    return an_officer(session, "barranco", now=now)


@pytest.fixture
def guest(session: Session, now: datetime) -> Viewer:
    return an_officer(session, GUEST, now=now)


@pytest.fixture
def stranger(session: Session, now: datetime) -> Viewer:
    return an_officer(session, "comas", now=now)


@pytest.fixture
def joint(session: Session, host: Viewer, guest: Viewer, now: datetime) -> Event:
    """An event of Barranco that Miraflores co-hosts and Comas declined."""
    event = an_event(session, by=host, now=now)
    cohosting.ask(session, event, [GUEST], by=host, now=now)
    cohosting.answer(session, event, GUEST, accept=True, by=guest, now=now)
    return event


def told(session: Session) -> list[str]:
    return [each.kind for each in session.scalars(select(News).order_by(News.id))][2:]


def test_a_cohost_asks_for_a_change_and_is_answered_once(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    requesting.ask_for_change(session, joint, GUEST, text="Que empiece a las 7", by=guest, now=now)
    [asked] = requesting.listed(session, joint, viewer=host)
    assert (asked.text, asked.waits, asked.granted) == ("Que empiece a las 7", True, None)
    requesting.answer(session, joint, asked.id, grant=True, text="Listo", by=host, now=now)
    assert (asked.waits, asked.granted, asked.answer) == (False, True, "Listo")
    assert told(session) == ["change-asked", "change-answered"]
    with pytest.raises(WrongState):
        requesting.answer(session, joint, asked.id, grant=False, by=host, now=now)


def test_only_a_cohost_asks_and_only_the_host_answers(
    session: Session, joint: Event, host: Viewer, guest: Viewer, stranger: Viewer, now: datetime
) -> None:
    with pytest.raises(NotFound):
        requesting.ask_for_change(session, joint, "comas", text="x", by=stranger, now=now)
    with pytest.raises(Forbidden):
        requesting.ask_for_change(session, joint, GUEST, text="x", by=host, now=now)
    requesting.ask_for_change(session, joint, GUEST, text="x", by=guest, now=now)
    [asked] = requesting.listed(session, joint, viewer=guest)
    with pytest.raises(Forbidden):
        requesting.answer(session, joint, asked.id, grant=True, by=guest, now=now)
    with pytest.raises(NotFound):
        requesting.answer(session, joint, asked.id, grant=True, by=stranger, now=now)
    assert requesting.listed(session, joint, viewer=stranger) == []


def test_a_cohost_that_takes_over_is_the_host_and_the_uid_stays(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    uid, sequence = joint.uid, joint.sequence
    before = [revision_of(session, district_scope(each)) for each in ("barranco", GUEST)]
    requesting.offer(session, joint, GUEST, by=host, now=now)
    assert joint.host.slug == "barranco"
    [offered] = requesting.listed(session, joint, viewer=guest)
    requesting.answer(session, joint, offered.id, grant=True, by=guest, now=now)
    assert (joint.host.slug, [each.district.slug for each in joint.cohosts]) == (GUEST, ["barranco"])
    assert (joint.uid, joint.sequence) == (uid, sequence + 1)
    after = [revision_of(session, district_scope(each)) for each in ("barranco", GUEST)]
    assert [new > old for new, old in zip(after, before, strict=True)] == [True, True]
    latest = session.scalars(select(Revision).order_by(Revision.number.desc())).first()
    assert latest is not None
    assert (latest.deed, latest.changes["host"]) == ("hand-over", ["barranco", GUEST])
    assert told(session) == ["hand-over-asked", "handed-over"]
    with pytest.raises(Forbidden):
        requesting.offer(session, joint, "barranco", by=host, now=now)


def test_who_declines_to_take_over_stays_a_cohost(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    requesting.offer(session, joint, GUEST, by=host, now=now)
    [offered] = requesting.listed(session, joint, viewer=guest)
    requesting.answer(session, joint, offered.id, grant=False, by=guest, now=now)
    assert (joint.host.slug, [each.district.slug for each in joint.cohosts]) == ("barranco", [GUEST])


def test_the_host_makes_one_offer_at_a_time_may_take_it_back_and_cannot_answer_it(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        requesting.offer(session, joint, GUEST, by=guest, now=now)
    requesting.offer(session, joint, GUEST, by=host, now=now)
    with pytest.raises(WrongState):
        requesting.offer(session, joint, GUEST, by=host, now=now)
    [offered] = requesting.listed(session, joint, viewer=host)
    with pytest.raises(Forbidden):
        requesting.answer(session, joint, offered.id, grant=True, by=host, now=now)
    with pytest.raises(Forbidden):
        requesting.withdraw(session, joint, offered.id, by=guest, now=now)
    requesting.withdraw(session, joint, offered.id, by=host, now=now)
    with pytest.raises(WrongState):
        requesting.answer(session, joint, offered.id, grant=True, by=guest, now=now)
    requesting.offer(session, joint, GUEST, by=host, now=now)


def test_an_offer_ends_by_itself_when_the_cohost_leaves(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    requesting.offer(session, joint, GUEST, by=host, now=now)
    requesting.ask_for_change(session, joint, GUEST, text="Que empiece a las 7", by=guest, now=now)
    cohosting.leave(session, joint, GUEST, by=guest, now=now)
    assert [(each.kind, each.waits) for each in requesting.listed(session, joint, viewer=host)] == [
        ("change", True), ("hand-over", False),
    ]  # fmt: skip
    asked = session.scalars(select(News).where(News.kind == "hand-over-asked")).one()
    assert asked.settled == now
