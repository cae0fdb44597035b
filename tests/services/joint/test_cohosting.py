"""Joint events: asked, accepted, declined, left; who sees and who may do what (S15)."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database, Session
from calendar_service.domain.access import ANYBODY, Sight, may_edit, sight
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, WrongState
from calendar_service.domain.events import Status
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.publication import Scope
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import revise
from calendar_service.services.joint.cohosting import answer, ask, contribute, leave
from tests.builders import an_event, an_officer


def raised(session: Session) -> set[str]:
    """The scopes of public feeds whose revision has ever risen."""
    risen = session.scalars(select(Scope.key).where(Scope.revision > 0))
    return {each for each in risen if not each.startswith("desk")}


def test_a_district_is_shown_only_after_it_accepted_s15(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        host, guest = an_officer(session, "barranco", now=now), an_officer(session, "miraflores", now=now)
        event = an_event(session, by=host, now=now)
        ask(session, event, ["miraflores"], by=host, now=now)
        assert event.cohosts == []
        assert raised(session) == {"all", "district/barranco"}
        answer(session, event, "miraflores", accept=True, contribution="el estrado", by=guest, now=now)
        assert [each.district.slug for each in event.cohosts] == ["miraflores"]
        assert raised(session) == {"all", "district/barranco", "district/miraflores"}


def test_a_cohost_that_leaves_keeps_its_history_and_its_feed_learns_of_it(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        host, guest = an_officer(session, "barranco", now=now), an_officer(session, "miraflores", now=now)
        event = an_event(session, by=host, now=now)
        ask(session, event, ["miraflores"], by=host, now=now)
        answer(session, event, "miraflores", accept=True, by=guest, now=now)
        revision = select(Scope.revision).where(Scope.key == "district/miraflores")
        before = session.scalars(revision).one()
        leave(session, event, "miraflores", by=guest, now=now)
        assert session.scalars(revision).one() == before + 1
        assert [each.state for each in event.hosts] == [Consent.LEFT]


def test_only_the_host_edits_and_a_cohost_its_own_contribution(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        host, guest = an_officer(session, "barranco", now=now), an_officer(session, "miraflores", now=now)
        event = an_event(session, by=host, now=now)
        ask(session, event, ["miraflores"], by=host, now=now)
        answer(session, event, "miraflores", accept=True, by=guest, now=now)
        same = read_draft(draft_of(event), metropolis=session.installation.metropolis)
        with pytest.raises(Forbidden):
            revise(session, event, same, seen=None, by=guest, now=now)
        with pytest.raises(Forbidden):
            contribute(session, event, "miraflores", contribution="todo", by=host, now=now)
        contribute(session, event, "miraflores", contribution="sillas", by=guest, now=now)
        assert event.cohosts[0].contribution == "sillas"


def test_an_invitation_is_answered_once_and_by_the_asked(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        host, guest = an_officer(session, "barranco", now=now), an_officer(session, "miraflores", now=now)
        other = an_officer(session, "comas", now=now)
        event = an_event(session, by=host, now=now)
        ask(session, event, ["miraflores"], by=host, now=now)
        with pytest.raises(NotFound):
            answer(session, event, "miraflores", accept=True, by=other, now=now)
        with pytest.raises(Forbidden):
            answer(session, event, "miraflores", accept=True, by=host, now=now)
        answer(session, event, "miraflores", accept=False, by=guest, now=now)
        with pytest.raises(WrongState):
            answer(session, event, "miraflores", accept=True, by=guest, now=now)


@pytest.mark.parametrize("slug", ["barranco", "atlantida"])
def test_neither_the_host_nor_an_unknown_district_is_asked(lima: Database, now: datetime, slug: str) -> None:
    with lima.deed() as session:
        host = an_officer(session, now=now)
        event = an_event(session, by=host, now=now)
        with pytest.raises(Invalid):
            ask(session, event, [slug], by=host, now=now)


@pytest.mark.parametrize(
    ("status", "own", "invited", "other", "citizen"),
    [
        (Status.DRAFT, Sight.OWN, Sight.OWN, Sight.NOTHING, Sight.NOTHING),
        (Status.TENTATIVE, Sight.OWN, Sight.OWN, Sight.BUSY, Sight.NOTHING),
        (Status.CONFIRMED, Sight.OWN, Sight.OWN, Sight.FULL, Sight.FULL),
    ],
)
def test_who_sees_how_much_s16_s17(
    lima: Database, now: datetime, status: Status, own: Sight, invited: Sight, other: Sight, citizen: Sight
) -> None:
    with lima.deed() as session:
        host, guest = an_officer(session, "barranco", now=now), an_officer(session, "miraflores", now=now)
        stranger = an_officer(session, "comas", now=now)
        event = an_event(session, by=host, now=now, status=status)
        ask(session, event, ["miraflores"], by=host, now=now)
        seen = [sight(each, event) for each in (host, guest, stranger, ANYBODY)]
    assert seen == [own, invited, other, citizen]
    assert [may_edit(each, event) for each in (host, guest, stranger, ANYBODY)] == [True, False, False, False]
