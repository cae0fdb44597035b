"""Inviting: a link bound to an address, a municipality and a role; one use, seven days, revocable (S7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.db.queries.people import keys, officers
from calendar_service.domain.access import Viewer, may_manage
from calendar_service.domain.errors import Duplicate, Forbidden, Invalid, NotFound, WrongState
from calendar_service.domain.mail import MessageKind
from calendar_service.domain.mailboxes import fold_address, read_address
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.people import Invitation, Membership, Officer, Role
from calendar_service.domain.territory.places import District
from calendar_service.services import throttling
from calendar_service.services.auditing import OPERATOR, note
from calendar_service.services.mails import mailing
from calendar_service.services.news.telling import tell
from calendar_service.services.people import signing_in
from calendar_service.services.people.officers import new_officer
from calendar_service.services.secrets import derived_token, hash_of, matches, new_secret

LIFETIME = timedelta(days=7)
REMEMBERED = timedelta(days=7)
"""So long after it ran out who invited is reminded that nobody came."""
PURPOSE = "invitation"
SENT_BY_ONE = throttling.quota("invite.officer", times=60, window=timedelta(days=1))
SENT_TO_ONE = throttling.quota("invite.address", times=5, window=timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """What the page of an invitation shows. `account` is whether its address has an account already."""

    invitation: Invitation
    account: Officer | None


def lapsed(session: Session, *, by: Viewer, now: datetime) -> Sequence[Invitation]:
    """Whom she asked to join and who let the invitation run out, in the last days."""
    if not (by.managed or by.facilitator):
        return []
    return officers.lapsed_invitations(session, by, since=now - REMEMBERED, now=now)


def invite(
    session: Session, *, address: str, district: str | None, role: str, by: Viewer | None = None, now: datetime
) -> str:
    """Invite somebody, and give the path of the one-time link; `by` None is whoever has the machine.

    Raises as `make_invitation`.
    """
    invitation = make_invitation(session, address=address, district=district, role=role, by=by or OPERATOR, now=now)
    return path_of(session, invitation)


def make_invitation(
    session: Session, *, address: str, district: str | None, role: str, by: Viewer, now: datetime
) -> Invitation:
    """Invite somebody; by an officer, a mail with the link is owed too.

    A newer invitation of the same address to the same municipality takes the place of the older.
    Raises Invalid, NotFound (district), Forbidden, Duplicate, TooMany.
    """
    folded = fold_address(read_address(address))
    host = _invited_to(session, district, role, by)
    _refuse_member(session, folded, host)
    if by.officer_id:
        tried = [(SENT_BY_ONE, str(by.officer_id)), (SENT_TO_ONE, folded)]
        throttling.take(session, tried, now=now)
    invitation = _make(session, folded, host, role, by=by, now=now)
    if by.officer_id:
        _owe(session, invitation, now=now)
    return invitation


def _invited_to(session: Session, district: str | None, role: str, inviter: Viewer) -> District | None:
    """The district, None for the network. Managers invite for theirs, facilitators for any and for the network."""
    if role not in tuple(Role):
        raise Invalid.of("role", "role_unknown")
    if role == Role.FACILITATOR:
        if not inviter.facilitator:
            raise Forbidden("not_facilitator")
        return None
    if not district:
        raise Invalid.of("district", "district_missing")
    found = district_by_slug(session, district)
    if not may_manage(inviter, found.id):
        raise Forbidden("not_manager")
    return found


def _refuse_member(session: Session, address: str, district: District | None) -> None:
    officer = officers.officer_by_address(session, address)
    if officer is None or officer.deactivated:
        return
    held = {each.district_id for each in officer.memberships}
    if (district is None and officer.facilitator) or (district is not None and district.id in held):
        raise Duplicate("already_member")


def _make(
    session: Session, address: str, district: District | None, role: str, *, by: Viewer, now: datetime
) -> Invitation:
    district_id = district.id if district else None
    officers.revoke_invitations_to(session, address, district_id, now=now)
    nonce = new_secret()
    token = derived_token(session.installation, PURPOSE, address, nonce)
    invitation = Invitation(
        token_hash=hash_of(token), nonce=nonce, address=address, district_id=district_id, role=role,
        invited_by_id=by.officer_id, created=now, expires=now + LIFETIME,
    )  # fmt: skip
    session.add(invitation)
    session.flush()
    note(
        session,
        by=by,
        deed="invited",
        subject=f"invitation:{invitation.id}",
        district_id=district_id,
        now=now,
        role=role,
    )
    return invitation


def _owe(session: Session, invitation: Invitation, *, now: datetime) -> None:
    known = officers.officer_by_address(session, invitation.address)
    language = known.language if known else session.installation.metropolis.language
    mailing.owe_letter(
        session, kind=MessageKind.INVITATION, address=invitation.address, language=language,
        about={"invitation": invitation.id}, key=str(invitation.id), now=now, lifetime=LIFETIME,
    )  # fmt: skip


def path_of(session: Session, invitation: Invitation) -> str:
    """The path of an invitation's link: derived anew, as its token is not kept."""
    token = _token(session, invitation)
    return to.office("invitation", token)


def _token(session: Session, invitation: Invitation) -> str:
    stored = invitation.token_hash
    return derived_token(session.installation, PURPOSE, invitation.address, invitation.nonce, stored=stored)


def letter(session: Session, invitation_id: int, *, now: datetime) -> Invitation | None:
    """The invitation that a mail is to carry; None when it was answered, revoked or replaced meanwhile (M13).

    Its `district` and `invited_by` are loaded; `path_of` gives the link.
    """
    invitation = officers.invitation_by_id(session, invitation_id)
    token = _token(session, invitation)
    waits = _waits(invitation, now=now) and matches(token, invitation.token_hash)
    return invitation if waits else None


def open_invitation(session: Session, token: str, *, now: datetime, hold: bool = False) -> Welcome:
    """What a link leads to. Raises NotFound, and WrongState when it was used, revoked or is too old."""
    invitation = officers.invitation_by_hash(session, hash_of(token), hold=hold)
    if invitation is None:
        raise NotFound("invitation")
    if not _waits(invitation, now=now):
        raise WrongState("invitation_used" if invitation.used else "invitation_over")
    return Welcome(invitation=invitation, account=officers.officer_by_address(session, invitation.address))


def _waits(invitation: Invitation, *, now: datetime) -> bool:
    return invitation.used is None and invitation.revoked is None and now < invitation.expires


def accept_as_new(
    session: Session, token: str, *, name: str, password_hash: str, language: str, now: datetime
) -> Officer:
    """Make the account that an invitation promises. The caller has checked and hashed the password, and then
    starts a session. Raises NotFound, WrongState, Invalid (name).
    """
    welcome = open_invitation(session, token, now=now, hold=True)
    if welcome.account is not None:
        raise WrongState("account_exists")
    officer = new_officer(
        session, address=welcome.invitation.address, name=name, password_hash=password_hash, language=language, now=now
    )
    _grant(session, officer, welcome.invitation, now=now)
    return officer


def accept_as_known(session: Session, token: str, *, by: Viewer, now: datetime) -> Officer:
    """Add what an invitation promises to the account of whoever is signed in; her sessions end, as her rights
    changed (S4): the caller starts a new one. Raises NotFound, WrongState, Forbidden when it is not hers.
    """
    welcome = open_invitation(session, token, now=now, hold=True)
    officer = welcome.account
    if officer is None or officer.id != by.officer_id:
        raise Forbidden("invitation_of_another")
    _grant(session, officer, welcome.invitation, now=now)
    keys.end_sign_ins(session, officer.id, now=now)
    return officer


def _grant(session: Session, officer: Officer, invitation: Invitation, *, now: datetime) -> None:
    invitation.used = now
    if invitation.district_id is None:
        officer.facilitator = True
    elif invitation.district_id not in {each.district_id for each in officer.memberships}:
        membership = Membership(district_id=invitation.district_id, role=invitation.role, since=now)
        officer.memberships.append(membership)
    session.flush()
    joined = signing_in.viewer_of(officer)
    note(
        session, by=joined, deed="invitation-accepted", subject=f"officer:{officer.id}",
        district_id=invitation.district_id, now=now, role=invitation.role, invitation=invitation.id,
    )  # fmt: skip
    if invitation.district_id is not None:
        tell(session, kind=NewsKind.PERSON_JOINED, district_id=invitation.district_id, text=officer.name, by=joined,
             now=now)  # fmt: skip


def pending(session: Session, *, by: Viewer, now: datetime) -> Sequence[Invitation]:
    """The invitations that wait, of those she looks after."""
    return officers.pending_invitations(session, by, now=now)


def revoke(session: Session, invitation_id: int, *, by: Viewer, now: datetime) -> None:
    """Take an invitation back. Raises NotFound (also when it is not hers to know), WrongState when it was answered."""
    invitation = officers.invitation_by_id(session, invitation_id)
    may = by.facilitator if invitation.district_id is None else may_manage(by, invitation.district_id)
    if not may:
        raise NotFound("invitation")
    if not _waits(invitation, now=now):
        raise WrongState("invitation_over")
    invitation.revoked = now
    subject = f"invitation:{invitation.id}"
    note(session, by=by, deed="invitation-revoked", subject=subject, district_id=invitation.district_id, now=now)
