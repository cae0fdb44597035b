"""Invitations."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.people import officers
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Duplicate, Forbidden, Invalid, NotFound, TooMany, WrongState
from calendar_service.domain.journal import Audit
from calendar_service.domain.mail import Message, MessageKind
from calendar_service.domain.people import Invitation, Officer
from calendar_service.services.auditing import OPERATOR
from calendar_service.services.people import inviting, members, signing_in
from tests.builders import a_district, an_account, an_officer

NEW = "nueva@barranco.example"
WEEK = timedelta(days=7)


def token_of(path: str) -> str:
    assert path.startswith("/office/invitation/")
    return path.rpartition("/")[2]


def invited(
    database: Database, *, address: str = NEW, district: str | None = "barranco", role: str = "officer",
    by: Viewer | None = None, now: datetime,
) -> str:  # fmt: skip
    with database.deed() as session:
        return token_of(inviting.invite(session, address=address, district=district, role=role, by=by, now=now))


def accept(database: Database, token: str, *, now: datetime) -> Officer:
    with database.deed() as session:
        return inviting.accept_as_new(session, token, name="Nueva", password_hash="-", language="es", now=now)


def a_manager(database: Database, *, now: datetime, district: str = "barranco") -> Viewer:
    with database.deed() as session:
        officer = an_account(session, f"m@{district}.example", now=now, districts={district: "manager"})
        return signing_in.viewer_of(officer)


def a_facilitator(database: Database, *, now: datetime) -> Viewer:
    with database.deed() as session:
        officer = an_account(session, "red@example.pe", now=now, districts={}, facilitator=True)
        return signing_in.viewer_of(officer)


def opened(session: Session, token: str, now: datetime) -> inviting.Welcome:
    return inviting.open_invitation(session, token, now=now)


def test_an_accepted_invitation_makes_an_account_with_its_role(lima: Database, now: datetime) -> None:
    officer = accept(lima, invited(lima, role="manager", now=now), now=now)
    with lima.reading() as session:
        found = officers.officer_by_id(session, officer.id)
        assert (found.address, found.name, found.language) == (NEW, "Nueva", "es")
        assert [(each.district.slug, each.role) for each in found.memberships] == [("barranco", "manager")]
        assert not found.facilitator


def test_an_invited_facilitator_belongs_to_no_district(lima: Database, now: datetime) -> None:
    officer = accept(lima, invited(lima, district=None, role="facilitator", now=now), now=now)
    with lima.reading() as session:
        found = officers.officer_by_id(session, officer.id)
        assert (found.facilitator, found.memberships) == (True, [])


def test_an_invitation_is_used_once(lima: Database, now: datetime) -> None:
    """S7."""
    token = invited(lima, now=now)
    accept(lima, token, now=now)
    with pytest.raises(WrongState) as refused:
        accept(lima, token, now=now)
    assert refused.value.code == "invitation_used"


def test_an_invitation_ends_after_seven_days(lima: Database, now: datetime) -> None:
    """S7."""
    token = invited(lima, now=now)
    with lima.reading() as session:
        assert opened(session, token, now + WEEK - timedelta(seconds=1)).invitation.address == NEW
        with pytest.raises(WrongState) as refused:
            opened(session, token, now + WEEK)
    assert refused.value.code == "invitation_over"


def test_the_token_of_an_invitation_is_not_stored(lima: Database, now: datetime) -> None:
    """S7: who reads the database cannot accept."""
    token = invited(lima, now=now)
    with lima.reading() as session:
        row = session.scalars(select(Invitation)).one()
        assert token not in (row.token_hash, row.nonce)
        for stored in (row.token_hash, row.nonce, str(row.id)):
            with pytest.raises(NotFound):
                opened(session, stored, now)


def test_a_revoked_invitation_lets_nobody_in(lima: Database, now: datetime) -> None:
    """S7."""
    manager = a_manager(lima, now=now)
    token = invited(lima, by=manager, now=now)
    with lima.deed() as session:
        (waiting,) = inviting.pending(session, by=manager, now=now)
        inviting.revoke(session, waiting.id, by=manager, now=now)
    with lima.reading() as session:
        assert list(inviting.pending(session, by=manager, now=now)) == []
    with pytest.raises(WrongState):
        accept(lima, token, now=now)


def test_another_districts_manager_neither_sees_nor_revokes_it(lima: Database, now: datetime) -> None:
    """S13, S18: the same answer as for one that does not exist."""
    mine, other = a_manager(lima, now=now), a_manager(lima, district="miraflores", now=now)
    invited(lima, by=mine, now=now)
    with lima.reading() as session:
        assert list(inviting.pending(session, by=other, now=now)) == []
        (waiting,) = inviting.pending(session, by=mine, now=now)
    with pytest.raises(NotFound), lima.deed() as session:
        inviting.revoke(session, waiting.id, by=other, now=now)


def test_a_newer_invitation_takes_the_place_of_the_older(lima: Database, now: datetime) -> None:
    first, second = invited(lima, now=now), invited(lima, role="manager", now=now)
    elsewhere = invited(lima, district="ate", now=now)
    with lima.reading() as session:
        with pytest.raises(WrongState):
            opened(session, first, now)
        assert opened(session, second, now).invitation.role == "manager"
        assert opened(session, elsewhere, now).invitation.role == "officer"


def test_a_manager_invites_for_her_own_district_alone(lima: Database, now: datetime) -> None:
    """S7, S13."""
    manager = a_manager(lima, now=now)
    assert invited(lima, by=manager, role="manager", now=now)
    for district, role in (("miraflores", "officer"), (None, "facilitator")):
        with pytest.raises(Forbidden):
            invited(lima, by=manager, district=district, role=role, now=now)


def test_an_officer_who_is_no_manager_invites_nobody(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        officer = an_officer(session, now=now)
    with pytest.raises(Forbidden):
        invited(lima, by=officer, now=now)


def test_a_read_only_viewer_invites_nobody(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        home = a_district(session, "barranco").id
    viewer = Viewer(officer_id=1, districts=frozenset({home}), managed=frozenset({home}), writes=False)
    with pytest.raises(Forbidden):
        invited(lima, by=viewer, now=now)


def test_a_facilitator_invites_anywhere_and_other_facilitators(lima: Database, now: datetime) -> None:
    facilitator = a_facilitator(lima, now=now)
    assert invited(lima, by=facilitator, now=now)
    assert invited(lima, by=facilitator, district=None, role="facilitator", now=now)


@pytest.mark.parametrize(
    ("address", "district", "role", "field"),
    [
        ("no address", "barranco", "officer", "address"),
        ("", "barranco", "officer", "address"),
        (NEW, "barranco", "queen", "role"),
        (NEW, None, "officer", "district"),
    ],
)
def test_what_cannot_be_is_refused_next_to_its_field(
    lima: Database, now: datetime, address: str, district: str | None, role: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        invited(lima, address=address, district=district, role=role, now=now)
    assert [each.field for each in refused.value.problems] == [field]


def test_an_unknown_district_is_not_found(lima: Database, now: datetime) -> None:
    with pytest.raises(NotFound):
        invited(lima, district="atlantis", now=now)


def test_who_belongs_to_the_district_is_not_invited_again(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        an_account(session, NEW, now=now)
    with pytest.raises(Duplicate):
        invited(lima, address="  Nueva@Barranco.example", now=now)
    assert invited(lima, district="ate", now=now)


def test_an_officer_owes_a_mail_and_the_command_line_does_not(lima: Database, now: datetime) -> None:
    """M8: in the transaction of its cause; what it says is identifiers, never the token."""
    invited(lima, address="cli@barranco.example", now=now)
    token = invited(lima, by=a_manager(lima, now=now), now=now)
    with lima.reading() as session:
        (message,) = session.scalars(select(Message)).all()
        invitation = officers.invitation_by_id(session, message.about["invitation"])
        assert (message.kind, message.address) == (MessageKind.INVITATION, NEW)
        assert token not in f"{message.key}{message.about}{message.message_id}"
        assert inviting.path_of(session, invitation) == f"/office/invitation/{token}"


def test_the_mail_of_a_revoked_or_answered_invitation_is_not_written(lima: Database, now: datetime) -> None:
    """M13."""
    manager = a_manager(lima, now=now)
    tokens = [invited(lima, address=f"{who}@barranco.example", by=manager, now=now) for who in "abc"]
    accept(lima, tokens[0], now=now)
    with lima.deed() as session:
        (one, _) = inviting.pending(session, by=manager, now=now)
        inviting.revoke(session, one.id, by=manager, now=now)
    with lima.reading() as session:
        ids = session.scalars(select(Invitation.id).order_by(Invitation.id)).all()
        written = [inviting.letter(session, each, now=now) for each in ids]
        late = [inviting.letter(session, each, now=now + WEEK) for each in ids]
    assert [each is not None for each in written].count(True) == 1
    assert late == [None, None, None]


def test_one_officer_cannot_flood_an_address(lima: Database, now: datetime) -> None:
    """S29: by target address."""
    manager = a_manager(lima, now=now)
    for _ in range(5):
        invited(lima, by=manager, now=now)
    with pytest.raises(TooMany):
        invited(lima, by=manager, now=now)
    assert invited(lima, by=manager, address="other@barranco.example", now=now)


def test_a_second_invitation_adds_to_the_account_that_there_is(lima: Database, now: datetime) -> None:
    """S4, S7: accepted by its owner alone; her sessions end, as her rights changed."""
    with lima.deed() as session:
        officer = an_account(session, NEW, now=now)
        other = an_account(session, "other@barranco.example", now=now)
        secret = signing_in.start(session, officer, now=now)
    token = invited(lima, district="ate", role="manager", now=now)
    with pytest.raises(Forbidden), lima.deed() as session:
        inviting.accept_as_known(session, token, by=signing_in.viewer_of(other), now=now)
    with lima.deed() as session:
        inviting.accept_as_known(session, token, by=signing_in.viewer_of(officer), now=now)
    with lima.reading() as session:
        found = officers.officer_by_id(session, officer.id)
        assert {each.district.slug: each.role for each in found.memberships} == {
            "barranco": "officer",
            "ate": "manager",
        }
        assert signing_in.viewer_of_session(session, secret, now=now) is None


def test_an_account_is_not_made_twice_for_one_address(lima: Database, now: datetime) -> None:
    token = invited(lima, now=now)
    with lima.deed() as session:
        an_account(session, NEW, districts={"ate": "officer"}, now=now)
    with pytest.raises(WrongState) as refused:
        accept(lima, token, now=now)
    assert refused.value.code == "account_exists"


def test_an_invitation_does_not_open_a_closed_account(lima: Database, now: datetime) -> None:
    """S9: a manager elsewhere cannot bring back what was closed."""
    with lima.deed() as session:
        officer = an_account(session, NEW, now=now)
        members.deactivate(session, officer, by=OPERATOR, now=now)
    token = invited(lima, district="ate", now=now)
    with pytest.raises(WrongState):
        accept(lima, token, now=now)
    with lima.reading() as session:
        assert opened(session, token, now).account is not None


def test_inviting_accepting_and_revoking_are_audited(lima: Database, now: datetime) -> None:
    """S44; the address stands in the invitation alone."""
    manager = a_manager(lima, now=now)
    accept(lima, invited(lima, by=manager, now=now), now=now)
    invited(lima, by=manager, address="other@barranco.example", now=now)
    with lima.deed() as session:
        (waiting,) = inviting.pending(session, by=manager, now=now)
        inviting.revoke(session, waiting.id, by=manager, now=now)
    with lima.reading() as session:
        rows = session.scalars(select(Audit).order_by(Audit.id)).all()
        home = a_district(session, "barranco").id
    told = [row for row in rows if row.district_id == home]
    assert [row.deed for row in told] == ["invited", "invitation-accepted", "invited", "invitation-revoked"]
    assert not any("@" in f"{row.subject}{row.details}" for row in rows)


def test_of_two_who_accept_at_once_one_is_refused(lima: Database, now: datetime) -> None:
    """S7, R4: the invitation is held while it is used."""
    token = invited(lima, now=now)
    with lima.deed() as session:
        inviting.open_invitation(session, token, now=now, hold=True).invitation.used = now
        if not lima.is_sqlite:  # there the second would wait for the whole database
            with lima.deed() as other, pytest.raises(Exception, match="lock"):
                other.execute(select(Invitation).with_for_update(nowait=True))
    with pytest.raises(WrongState):
        accept(lima, token, now=now)
