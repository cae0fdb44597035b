"""A new password for who forgot hers: a link by mail, one use, sixty minutes, dead with a newer one (S8)."""

from __future__ import annotations

from datetime import datetime, timedelta

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.db.queries.people import keys, officers
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import NotFound, WrongState
from calendar_service.domain.mail import MessageKind
from calendar_service.domain.mailboxes import fold_address
from calendar_service.domain.people import Officer, PasswordReset
from calendar_service.services import throttling
from calendar_service.services.auditing import note
from calendar_service.services.mails import blocking, mailing
from calendar_service.services.people.officers import change_password
from calendar_service.services.people.signing_in import BY_ACCOUNT, viewer_of
from calendar_service.services.secrets import derived_token, hash_of, matches, new_secret
from calendar_service.services.throttling import EVERYBODY, quota

LIFETIME = timedelta(minutes=60)
PURPOSE = "password-reset"
BY_ADDRESS = quota("reset.address", times=3, window=timedelta(days=1))
BY_PREFIX = quota("reset.prefix", times=20, window=timedelta(hours=1))
BY_EVERYBODY = quota("reset.all", times=200, window=timedelta(hours=1))


def ask(session: Session, *, address: str, prefix: str, now: datetime) -> None:
    """Owe a link to the address if it has an account; nobody is told whether. Raises TooMany.

    Every earlier link of hers dies.
    """
    folded = fold_address(address)
    throttling.take(session, [(BY_ADDRESS, folded), (BY_PREFIX, prefix), (BY_EVERYBODY, EVERYBODY)], now=now)
    officer = officers.officer_by_address(session, folded)
    if officer is None or officer.deactivated:
        return
    keys.end_resets(session, officer.id, now=now)
    reset = _make(session, officer, now=now)
    note(session, by=Viewer(), deed="reset-asked", subject=f"officer:{officer.id}", now=now)
    mailing.owe_letter(
        session, kind=MessageKind.RESET, address=officer.address, language=officer.language,
        about={"reset": reset.id}, key=str(reset.id), now=now, lifetime=LIFETIME,
    )  # fmt: skip


def _make(session: Session, officer: Officer, *, now: datetime) -> PasswordReset:
    nonce = new_secret()
    token = derived_token(session.installation, PURPOSE, officer.id, nonce)
    reset = PasswordReset(
        token_hash=hash_of(token), nonce=nonce, officer_id=officer.id, created=now, expires=now + LIFETIME
    )
    session.add(reset)
    session.flush()
    return reset


def path_of(session: Session, reset: PasswordReset) -> str:
    """The path of a reset's link: derived anew, as its token is not kept."""
    return to.office("reset", _token(session, reset))


def _token(session: Session, reset: PasswordReset) -> str:
    stored = reset.token_hash
    return derived_token(session.installation, PURPOSE, reset.officer_id, reset.nonce, stored=stored)


def letter(session: Session, reset_id: int, *, now: datetime) -> PasswordReset | None:
    """The reset that a mail is to carry, with its officer; None when it was used or died meanwhile (M13)."""
    reset = keys.reset_by_id(session, reset_id)
    if reset is None or not _works(reset, now=now):
        return None
    token = _token(session, reset)
    return reset if matches(token, reset.token_hash) else None


def open_reset(session: Session, token: str, *, now: datetime, hold: bool = False) -> PasswordReset:
    """What a link leads to, with its officer. Raises NotFound, and WrongState when it was used or is too old."""
    reset = keys.reset_by_hash(session, hash_of(token), hold=hold)
    if reset is None:
        raise NotFound("reset")
    if not _works(reset, now=now):
        raise WrongState("reset_over")
    return reset


def _works(reset: PasswordReset, *, now: datetime) -> bool:
    return reset.used is None and now < reset.expires and reset.officer.deactivated is None


def set_password(session: Session, token: str, *, password_hash: str, now: datetime) -> Officer:
    """Set the password that a link's owner chose (checked and hashed by the caller): it is used up, her sessions
    end, she is told by mail, and her sign-ins are no longer slowed down. Raises NotFound, WrongState.
    """
    reset = open_reset(session, token, now=now, hold=True)
    reset.used = now
    officer = reset.officer
    throttling.forget(session, BY_ACCOUNT, officer.address)
    blocking.lift(session, officer.address)
    change_password(session, officer, password_hash=password_hash, by=viewer_of(officer), now=now)
    return officer
