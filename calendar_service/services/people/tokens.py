"""API tokens: a secret for a program, bound to an officer and one district, shown once (S11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.db.queries.people import keys
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, WrongState
from calendar_service.domain.people import ApiToken, Officer
from calendar_service.services.auditing import OPERATOR, note
from calendar_service.services.secrets import hash_of, new_secret
from calendar_service.text import clean

LIFETIME = timedelta(days=365)
SEEN_EVERY = timedelta(minutes=5)
MARK = "cal_"
"""Begins every token, so that a scanner for leaked secrets can know one."""
SHOWN = len(MARK) + 6
MOST = 20
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Who an API token speaks for."""

    token: ApiToken
    officer: Officer
    viewer: Viewer

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to keep that it was used: not with every call, as that would be a write each."""
        return self.token.last_used is None or now - self.token.last_used >= SEEN_EVERY


def make_token(
    session: Session, officer: Officer, *, district: str, read_only: bool = False, name: str = "",
    by: Viewer | None = None, now: datetime,
) -> str:  # fmt: skip
    """A token for one of the officer's districts, given once. `by` is she herself, or None for whoever has the
    machine. Raises NotFound (no such district), Forbidden, Invalid, WrongState (too many).
    """
    maker, home = by or OPERATOR, district_by_slug(session, district)
    if by is not None and (by.officer_id != officer.id or not by.writes):
        raise Forbidden("not_your_token")
    if officer.deactivated or home.id not in {each.district_id for each in officer.memberships}:
        raise Forbidden("not_your_district")
    if len(keys.tokens_of(session, officer.id, now=now)) >= MOST:
        raise WrongState("tokens_enough", most=MOST)
    secret = MARK + new_secret()
    token = ApiToken(
        prefix=secret[:SHOWN], token_hash=hash_of(secret), officer_id=officer.id, district_id=home.id,
        name=_read_name(name), read_only=read_only, created=now, expires=now + LIFETIME,
    )  # fmt: skip
    session.add(token)
    session.flush()
    note(
        session,
        by=maker,
        deed="token-made",
        subject=f"token:{token.id}",
        district_id=home.id,
        now=now,
        read_only=read_only,
    )
    return secret


def _read_name(text: str) -> str:
    name = clean(text, multiline=False)
    if len(name) > LONGEST_NAME:
        raise Invalid.of("name", "name_long", longest=LONGEST_NAME)
    return name


def viewer_of_token(session: Session, secret: str, *, now: datetime) -> Bearer | None:
    """Who a token speaks for: its district alone, to read or to write. None once it was revoked or is too old,
    or when its officer's account or membership has ended.
    """
    token = keys.token_by_hash(session, hash_of(secret))
    if token is None or not works(token, now=now):
        return None
    viewer = Viewer(
        officer_id=token.officer_id, districts=frozenset({token.district_id}), writes=not token.read_only, channel="api"
    )
    return Bearer(token=token, officer=token.officer, viewer=viewer)


def works(token: ApiToken, *, now: datetime) -> bool:
    """Whether a token lets anybody in. Its officer and her memberships must be loaded."""
    member = token.district_id in {each.district_id for each in token.officer.memberships}
    return token.revoked is None and now < token.expires and token.officer.deactivated is None and member


def see(session: Session, bearer: Bearer, *, now: datetime) -> None:
    """Keep that a token was used."""
    keys.see_token(session, bearer.token.id, now=now)


def tokens_of(session: Session, officer_id: int, *, now: datetime) -> Sequence[ApiToken]:
    """The tokens of an officer that still work."""
    return keys.tokens_of(session, officer_id, now=now)


def revoke(session: Session, token_id: int, *, by: Viewer, now: datetime) -> None:
    """End one's own token at once. Raises NotFound for anyone else's; twice is no matter."""
    token = keys.token_of(session, token_id)
    if token.officer_id != by.officer_id:
        raise NotFound("token")
    if token.revoked is None:
        token.revoked = now
        note(session, by=by, deed="token-revoked", subject=f"token:{token.id}", district_id=token.district_id, now=now)
