"""Another address to sign in by: confirmed by a link at the new one, told at the old one, which can take it back (S10).

Nobody learns by it who has an account: a link to an address that has one is never written (S18).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import mail as mails
from calendar_service.db.queries.people import keys, officers
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Invalid, NotFound, WrongState
from calendar_service.domain.mail import MessageKind
from calendar_service.domain.mailboxes import fold_address, read_address
from calendar_service.domain.people import AddressChange, Officer
from calendar_service.services import throttling
from calendar_service.services.auditing import note
from calendar_service.services.mails import blocking, mailing
from calendar_service.services.people.signing_in import viewer_of
from calendar_service.services.secrets import derived_token, hash_of, matches, new_secret
from calendar_service.services.throttling import quota

LIFETIME = timedelta(hours=24)
UNDONE_WITHIN = timedelta(days=30)
"""How long the former address takes it back (R25)."""
PURPOSE, BACK = "address-change", "address-back"
BY_OFFICER = quota("address.officer", times=5, window=timedelta(days=1))
TO_ADDRESS = quota("address.address", times=3, window=timedelta(days=1))


def ask(session: Session, *, address: str, by: Viewer, now: datetime) -> None:
    """Owe a link to the address by which she wants to sign in; every earlier link of hers dies.

    The caller has asked for her password again. Raises Invalid, TooMany.
    """
    officer = officers.officer_by_id(session, by.officer_id or 0)
    folded = fold_address(read_address(address, field="new_address"))
    if folded == officer.address:
        raise Invalid.of("new_address", "address_same")
    throttling.take(session, [(BY_OFFICER, str(officer.id)), (TO_ADDRESS, folded)], now=now)
    keys.end_address_changes(session, officer.id, now=now)
    _note(session, officer, "asked", by=by, now=now)
    if officers.officer_by_address(session, folded) is None:
        _owe_link(session, _make(session, officer, folded, now=now), officer, now=now)


def _make(session: Session, officer: Officer, address: str, *, now: datetime) -> AddressChange:
    nonce = new_secret()
    link, back = (derived_token(session.installation, each, officer.id, nonce) for each in (PURPOSE, BACK))
    change = AddressChange(
        token_hash=hash_of(link), back_hash=hash_of(back), nonce=nonce, officer_id=officer.id, address=address,
        former=officer.address, created=now, expires=now + LIFETIME,
    )  # fmt: skip
    session.add(change)
    session.flush()
    return change


def _owe_link(session: Session, change: AddressChange, officer: Officer, *, now: datetime) -> None:
    mailing.owe_letter(
        session, kind=MessageKind.ADDRESS, address=change.address, language=officer.language,
        about={"change": change.id}, key=str(change.id), now=now, lifetime=LIFETIME,
    )  # fmt: skip


def path_of(session: Session, change: AddressChange) -> str:
    """The path of the link that goes to the new address: derived anew, as its token is not kept."""
    return to.office("address", _link(session, change))


def back_path_of(session: Session, change: AddressChange) -> str:
    """The path of the link that goes to the former one."""
    return to.office("address-back", _link(session, change, back=True))


def _link(session: Session, change: AddressChange, *, back: bool = False) -> str:
    purpose, stored = (BACK, change.back_hash) if back else (PURPOSE, change.token_hash)
    return derived_token(session.installation, purpose, change.officer_id, change.nonce, stored=stored)


def letter(session: Session, change_id: int, *, now: datetime) -> AddressChange | None:
    """The change whose link a mail is to carry; None once it was followed or died (M13)."""
    change = keys.address_change_by_id(session, change_id)
    if change is None or not _waits(change, now=now):
        return None
    token = _link(session, change)
    return change if matches(token, change.token_hash) else None


def letter_back(session: Session, change_id: int, *, now: datetime) -> AddressChange | None:
    """The change that a mail to the former address tells of; None once it was taken back."""
    change = keys.address_change_by_id(session, change_id)
    return change if change is not None and _is_revocable(change, now=now) else None


def opened(session: Session, token: str, *, now: datetime, hold: bool = False) -> AddressChange:
    """What the link to the new address leads to. Raises NotFound, and WrongState when it was followed or is too old."""
    change = _found(session, token, hold=hold)
    if not matches(token, change.token_hash):
        raise NotFound("address")
    if not _waits(change, now=now):
        raise WrongState("address_over")
    return change


def opened_back(session: Session, token: str, *, now: datetime, hold: bool = False) -> AddressChange:
    """What the link to the former address leads to. Raises NotFound, WrongState."""
    change = _found(session, token, hold=hold)
    if not matches(token, change.back_hash):
        raise NotFound("address")
    if not _is_revocable(change, now=now):
        raise WrongState("address_over")
    return change


def _found(session: Session, token: str, *, hold: bool) -> AddressChange:
    change = keys.address_change_by_hash(session, hash_of(token), hold=hold)
    if change is None or change.officer.deactivated:
        raise NotFound("address")
    return change


def _waits(change: AddressChange, *, now: datetime) -> bool:
    return change.used is None and now < change.expires and change.officer.deactivated is None


def _is_revocable(change: AddressChange, *, now: datetime) -> bool:
    return change.used is not None and change.undone is None and now < change.used + UNDONE_WITHIN


def confirm(session: Session, token: str, *, now: datetime) -> Officer:
    """Let her sign in by the new address from now on; her sessions end, and the former address is told.

    Raises NotFound, WrongState (also when somebody else has the address by now).
    """
    change = opened(session, token, now=now, hold=True)
    change.used = now
    blocking.lift(session, change.address)
    _move(session, change.officer, change.address, now=now)
    _note(session, change.officer, "changed", by=viewer_of(change.officer), now=now)
    mailing.owe_letter(
        session, kind=MessageKind.ADDRESS_CHANGED, address=change.former, language=change.officer.language,
        about={"change": change.id}, key=str(change.id), now=now, lifetime=UNDONE_WITHIN,
    )  # fmt: skip
    return change.officer


def take_back(session: Session, token: str, *, now: datetime) -> Officer:
    """Let her sign in by the former address again. Raises as `confirm`."""
    change = opened_back(session, token, now=now, hold=True)
    change.undone = now
    _move(session, change.officer, change.former, now=now)
    _note(session, change.officer, "taken-back", by=viewer_of(change.officer), now=now)
    return change.officer


def _move(session: Session, officer: Officer, address: str, *, now: datetime) -> None:
    """Nothing that was sent to where she is no more lets anybody in; what is still owed to her goes where she is."""
    holder = officers.officer_by_address(session, address)
    if holder is not None and holder.id != officer.id:
        raise WrongState("address_over")
    officers.revoke_invitations_received(session, officer.address, now=now)
    mails.readdress(session, officer.address, address, kinds=(MessageKind.ASKED, MessageKind.NEWS))
    officer.address = address
    keys.end_sign_ins(session, officer.id, now=now)
    keys.end_resets(session, officer.id, now=now)
    keys.end_address_changes(session, officer.id, now=now)


def _note(session: Session, officer: Officer, deed: str, *, by: Viewer, now: datetime) -> None:
    note(session, by=by, deed=f"account-address-{deed}", subject=f"officer:{officer.id}", now=now)
