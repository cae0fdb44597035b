"""Questions about what lets an officer in: sign-ins, reset links, API tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import joinedload, selectinload

from calendar_service.db.engine import Session
from calendar_service.domain.errors import NotFound
from calendar_service.domain.people import (
    AddressChange,
    ApiToken,
    Membership,
    Officer,
    PasswordReset,
    PrivateFeed,
    SignIn,
)

ENOUGH = 50
"""How many sign-ins or tokens of one officer a page lists."""


def sign_in_by_hash(session: Session, token_hash: str) -> SignIn | None:
    """The sign-in of a cookie, with its officer and her memberships: two queries."""
    officer = joinedload(SignIn.officer)
    question = select(SignIn).where(SignIn.token_hash == token_hash)
    memberships = officer.selectinload(Officer.memberships).joinedload(Membership.district)
    return session.scalars(question.options(officer, memberships)).one_or_none()


def live_sign_ins(session: Session, officer_id: int, *, now: datetime, idle: timedelta) -> Sequence[SignIn]:
    """Where an officer is signed in, the last seen first."""
    question = select(SignIn).where(SignIn.officer_id == officer_id, is_live(now, idle=idle))
    return session.scalars(question.order_by(SignIn.last_seen.desc(), SignIn.id.desc()).limit(ENOUGH)).all()


def end_sign_ins(session: Session, officer_id: int, *, now: datetime, but: int | None = None) -> None:
    """End all of an officer's sign-ins, `but` one."""
    hers = update(SignIn).where(SignIn.officer_id == officer_id, SignIn.ended.is_(None), SignIn.id != (but or 0))
    session.execute(hers.values(ended=now))


def end_sign_in(session: Session, sign_in_id: int, *, officer_id: int, now: datetime) -> None:
    """End one of an officer's sign-ins. Raises NotFound when it is not hers."""
    one = update(SignIn).where(SignIn.id == sign_in_id, SignIn.officer_id == officer_id)
    if session.scalars(one.values(ended=func.coalesce(SignIn.ended, now)).returning(SignIn.id)).first() is None:
        raise NotFound("session")


def see_sign_in(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """Keep when a sign-in was last seen; it never goes back."""
    later = (SignIn.id == sign_in_id, SignIn.last_seen < now)
    session.execute(update(SignIn).where(*later).values(last_seen=now))


def prove_sign_in(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """Keep when the password of a sign-in's officer was last typed again."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(proved=now))


def remove_sign_ins_before(session: Session, than: datetime) -> int:
    """Remove the sign-ins that expired or ended before an instant; how many."""
    over = delete(SignIn).where((SignIn.expires < than) | (SignIn.ended < than))
    return len(session.scalars(over.returning(SignIn.id)).all())


def is_live(now: datetime, *, idle: timedelta) -> ColumnElement[bool]:
    """Whether a sign-in still counts (S5)."""
    return (
        SignIn.ended.is_(None) & SignIn.waits_until.is_(None) & (SignIn.expires > now) & (SignIn.last_seen > now - idle)
    )


def reset_by_hash(session: Session, token_hash: str, *, hold: bool = False) -> PasswordReset | None:
    """The reset of a link, with its officer; `hold` keeps others from using it until the transaction ends."""
    officer = selectinload(PasswordReset.officer).selectinload(Officer.memberships)
    question = select(PasswordReset).where(PasswordReset.token_hash == token_hash).options(officer)
    if hold:
        question = question.with_for_update().execution_options(populate_existing=True)
    return session.scalars(question).one_or_none()


def reset_by_id(session: Session, reset_id: int) -> PasswordReset | None:
    """The reset of a row that names it, with its officer."""
    question = select(PasswordReset).where(PasswordReset.id == reset_id)
    return session.scalars(question.options(joinedload(PasswordReset.officer))).one_or_none()


def end_resets(session: Session, officer_id: int, *, now: datetime) -> None:
    """Let the reset links of an officer die."""
    hers = update(PasswordReset).where(PasswordReset.officer_id == officer_id, PasswordReset.expires > now)
    session.execute(hers.values(expires=now))


def address_change_by_hash(session: Session, token_hash: str, *, hold: bool = False) -> AddressChange | None:
    """The change of a link, of whichever of its two, with its officer and her memberships."""
    either = (AddressChange.token_hash == token_hash) | (AddressChange.back_hash == token_hash)
    officer = selectinload(AddressChange.officer).selectinload(Officer.memberships)
    question = select(AddressChange).where(either).options(officer)
    if hold:
        question = question.with_for_update().execution_options(populate_existing=True)
    return session.scalars(question).one_or_none()


def address_change_by_id(session: Session, change_id: int) -> AddressChange | None:
    """The change of a row that names it, with its officer."""
    question = select(AddressChange).where(AddressChange.id == change_id)
    return session.scalars(question.options(joinedload(AddressChange.officer))).one_or_none()


def end_address_changes(session: Session, officer_id: int, *, now: datetime) -> None:
    """Let the links of an officer die that nobody has followed."""
    hers = update(AddressChange).where(AddressChange.officer_id == officer_id, AddressChange.used.is_(None))
    session.execute(hers.where(AddressChange.expires > now).values(expires=now))


def token_by_hash(session: Session, token_hash: str) -> ApiToken | None:
    """The API token of a secret, with its officer, her memberships and its district: two queries."""
    officer = joinedload(ApiToken.officer)
    question = select(ApiToken).where(ApiToken.token_hash == token_hash)
    return session.scalars(
        question.options(officer, officer.selectinload(Officer.memberships), joinedload(ApiToken.district))
    ).one_or_none()


def tokens_of(session: Session, officer_id: int, *, now: datetime) -> Sequence[ApiToken]:
    """The API tokens of an officer that still work, the newest first."""
    question = select(ApiToken).where(ApiToken.officer_id == officer_id, is_working(now))
    newest = question.options(joinedload(ApiToken.district)).order_by(ApiToken.created.desc(), ApiToken.id.desc())
    return session.scalars(newest.limit(ENOUGH)).all()


def token_of(session: Session, token_id: int) -> ApiToken:
    """The API token of a row that names it. Raises NotFound."""
    found = session.scalars(select(ApiToken).where(ApiToken.id == token_id)).one_or_none()
    if found is None:
        raise NotFound("token")
    return found


def revoke_tokens(session: Session, officer_id: int, *, district_id: int | None = None, now: datetime) -> None:
    """Revoke an officer's API tokens: all, or those for one district."""
    hers = update(ApiToken).where(ApiToken.officer_id == officer_id, ApiToken.revoked.is_(None))
    if district_id is not None:
        hers = hers.where(ApiToken.district_id == district_id)
    session.execute(hers.values(revoked=now))


def private_feed_by_hash(session: Session, token_hash: str) -> PrivateFeed | None:
    """The private feed of a secret, with its officer, her memberships and their districts: two queries."""
    officer = joinedload(PrivateFeed.officer)
    memberships = officer.selectinload(Officer.memberships).joinedload(Membership.district)
    question = select(PrivateFeed).where(PrivateFeed.token_hash == token_hash)
    return session.scalars(question.options(officer, memberships)).one_or_none()


def private_feeds_of(session: Session, officer_id: int) -> Sequence[PrivateFeed]:
    """The private feeds of an officer that still work, the newest first."""
    question = select(PrivateFeed).where(PrivateFeed.officer_id == officer_id, PrivateFeed.revoked.is_(None))
    return session.scalars(question.order_by(PrivateFeed.created.desc(), PrivateFeed.id.desc()).limit(ENOUGH)).all()


def private_feed_of(session: Session, feed_id: int, officer_id: int) -> PrivateFeed:
    """One of an officer's private feeds that still work. Raises NotFound."""
    question = select(PrivateFeed).where(
        PrivateFeed.id == feed_id, PrivateFeed.officer_id == officer_id, PrivateFeed.revoked.is_(None)
    )
    found = session.scalars(question).one_or_none()
    if found is None:
        raise NotFound("feed")
    return found


def revoke_private_feeds(session: Session, officer_id: int, *, now: datetime) -> None:
    """Let all private feeds of an officer die."""
    hers = update(PrivateFeed).where(PrivateFeed.officer_id == officer_id, PrivateFeed.revoked.is_(None))
    session.execute(hers.values(revoked=now))


def see_private_feed(session: Session, feed_id: int, *, now: datetime) -> None:
    """Keep when a private feed was last asked for."""
    session.execute(update(PrivateFeed).where(PrivateFeed.id == feed_id).values(last_used=now))


def see_token(session: Session, token_id: int, *, now: datetime) -> None:
    """Keep when a token was last used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used=now))


def is_working(now: datetime) -> ColumnElement[bool]:
    """Whether an API token is neither revoked nor out of date."""
    return ApiToken.revoked.is_(None) & (ApiToken.expires > now)
