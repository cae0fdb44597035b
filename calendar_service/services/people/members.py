"""Who belongs to which district, in which role; accounts closed and opened again (S5, S9, S16).

Managers look after the officers of their districts, facilitators after everybody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.people import keys, officers
from calendar_service.db.queries.people.holdings import revoke_invitations_by
from calendar_service.domain.access import Viewer, may_manage
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, WrongState
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.people import Membership, Officer, Role
from calendar_service.services.auditing import note
from calendar_service.services.news.telling import tell

ROLES = (Role.OFFICER, Role.MANAGER)
"""The roles that somebody has in a district."""


def in_charge(session: Session, *, by: Viewer, page: int = 1) -> tuple[Sequence[Officer], int]:
    """Whom she looks after, a page of them, and how many there are."""
    return officers.officers_in_charge(session, by, page=page), officers.count_in_charge(session, by)


def officer_for(session: Session, officer_id: int, *, by: Viewer) -> Officer:
    """An officer, for who looks after her. Raises NotFound, also for an officer who is not hers to know of (S18)."""
    officer = officers.officer_by_id(session, officer_id)
    if not looks_after(by, officer):
        raise NotFound("officer")
    return officer


def is_in_charge(session: Session, officer_id: int, *, by: Viewer) -> bool:
    """Whether she looks after an officer now: not after whom she has just taken out of her only district."""
    return looks_after(by, officers.officer_by_id(session, officer_id))


def looks_after(by: Viewer, officer: Officer) -> bool:
    """Whether an officer is in her charge."""
    return by.facilitator or any(each.district_id in by.managed for each in officer.memberships)


def may_close(by: Viewer, officer: Officer) -> bool:
    """Whether she may close or open an account: a facilitator any, a manager only one that is wholly in her charge."""
    if by.facilitator:
        return True
    held = {each.district_id for each in officer.memberships}
    return bool(held) and held <= by.managed and not officer.facilitator


def change_role(session: Session, officer: Officer, *, district_id: int, role: str, by: Viewer, now: datetime) -> None:
    """Make an officer a manager of a district, or a manager an officer; her sessions end (S4).

    Raises Invalid, Forbidden, NotFound, and WrongState when the district's last manager would go.
    """
    if role not in ROLES:
        raise Invalid.of("role", "role_unknown")
    membership = _membership(officer, district_id, by=by)
    before = membership.role
    if before == role:
        return
    if before == Role.MANAGER:
        _keep_a_manager(session, officer, district_id)
    membership.role = role
    keys.end_sign_ins(session, officer.id, now=now)
    _note(session, officer, "role-changed", district_id=district_id, by=by, now=now, role=[before, role])
    if role == Role.MANAGER:
        tell(session, kind=NewsKind.MANAGER_NAMED, district_id=district_id, text=officer.name, by=by, now=now)


def remove(session: Session, officer: Officer, *, district_id: int, by: Viewer, now: datetime) -> None:
    """Take an officer out of a district; her sessions end, and her API tokens for it and the invitations that she sent
    in its name are revoked. What she posted stays with the municipality.

    Raises Forbidden, NotFound, WrongState (last manager).
    """
    take_out(session, officer, _membership(officer, district_id, by=by), by=by, now=now)


def take_out(session: Session, officer: Officer, membership: Membership, *, by: Viewer, now: datetime) -> None:
    """End a place in a district, and all that hangs on it (S9); whoever calls has seen to it that this may be.

    Raises WrongState (last manager).
    """
    district_id = membership.district_id
    if membership.role == Role.MANAGER:
        _keep_a_manager(session, officer, district_id)
    officer.memberships.remove(membership)
    keys.revoke_tokens(session, officer.id, district_id=district_id, now=now)
    keys.end_sign_ins(session, officer.id, now=now)
    revoke_invitations_by(session, officer.id, district_id, now=now)
    deed = "left" if by.officer_id == officer.id else "removed"
    _note(session, officer, deed, district_id=district_id, by=by, now=now, role=membership.role)


def deactivate(session: Session, officer: Officer, *, by: Viewer, now: datetime) -> None:
    """Close an account: sessions, API tokens, reset links and invitations (sent and received) end at once (S9).

    Her memberships stay, so that opening it again restores them. The last manager of a district is closed by a
    facilitator alone, who then looks after it until there is another. Raises Forbidden, WrongState.
    """
    if not may_close(by, officer) or not by.writes:
        raise Forbidden("not_in_charge")
    if officer.deactivated:
        raise WrongState("already_closed")
    _keep_someone(session, officer, by=by)
    officer.deactivated = now
    keys.end_sign_ins(session, officer.id, now=now)
    keys.revoke_tokens(session, officer.id, now=now)
    keys.revoke_private_feeds(session, officer.id, now=now)
    keys.end_resets(session, officer.id, now=now)
    keys.end_address_changes(session, officer.id, now=now)
    officers.revoke_invitations_of(session, officer, now=now)
    _note(session, officer, "account-closed", by=by, now=now)


def reactivate(session: Session, officer: Officer, *, by: Viewer, now: datetime) -> None:
    """Open a closed account again, with the memberships that it had. Raises Forbidden, WrongState."""
    if not may_close(by, officer) or not by.writes:
        raise Forbidden("not_in_charge")
    if officer.deactivated is None:
        raise WrongState("already_open")
    officer.deactivated = None
    _note(session, officer, "account-opened", by=by, now=now)


def set_facilitator(session: Session, officer: Officer, *, facilitator: bool, by: Viewer, now: datetime) -> None:
    """Give or take the right to look after the network; her sessions end. Raises Forbidden, WrongState (last one)."""
    if not by.facilitator or not by.writes:
        raise Forbidden("not_facilitator")
    if officer.facilitator == facilitator:
        return
    if not facilitator:
        _keep_a_facilitator(session, officer)
    officer.facilitator = facilitator
    keys.end_sign_ins(session, officer.id, now=now)
    _note(session, officer, "facilitator-made" if facilitator else "facilitator-unmade", by=by, now=now)


def end_sessions(session: Session, officer: Officer, *, by: Viewer, now: datetime) -> None:
    """Sign an officer in one's charge out everywhere (S5). Raises Forbidden."""
    if not looks_after(by, officer) or not by.writes:
        raise Forbidden("not_in_charge")
    keys.end_sign_ins(session, officer.id, now=now)
    _note(session, officer, "sessions-ended", by=by, now=now)


def _membership(officer: Officer, district_id: int, *, by: Viewer) -> Membership:
    if not may_manage(by, district_id):
        raise Forbidden("not_manager")
    found = next((each for each in officer.memberships if each.district_id == district_id), None)
    if found is None:
        raise NotFound("officer")
    return found


def _keep_someone(session: Session, officer: Officer, *, by: Viewer) -> None:
    if officer.facilitator:
        _keep_a_facilitator(session, officer)
    if not by.facilitator or by.officer_id == officer.id:
        for each in sorted(officer.memberships, key=lambda held: held.district_id):
            if each.role == Role.MANAGER:
                _keep_a_manager(session, officer, each.district_id)


def _keep_a_manager(session: Session, officer: Officer, district_id: int) -> None:
    if officer.deactivated is None and officers.managers_held(session, district_id) == [officer.id]:
        raise WrongState("last_manager")


def _keep_a_facilitator(session: Session, officer: Officer) -> None:
    if officer.deactivated is None and officers.facilitators_held(session) == [officer.id]:
        raise WrongState("last_facilitator")


def _note(
    session: Session, officer: Officer, deed: str, *, district_id: int | None = None, by: Viewer, now: datetime,
    **details: object,
) -> None:  # fmt: skip
    subject = f"officer:{officer.id}"
    note(session, by=by, deed=deed, subject=subject, district_id=district_id, now=now, **details)
