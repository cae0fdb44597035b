"""Signing in and out: sessions on the server, known by a hash of a cookie's secret (S3, S4, S5).

An entrance goes in three steps, so that a try is counted before the password is looked at, and no transaction
is open while the slow hash is computed:

    with deed() as session:
        attempt = signing_in.begin(session, address=…, prefix=…, now=now())       # may raise TooMany
    outcome = attempt.check(password)
    with deed() as session:
        secret = signing_in.finish(session, attempt, outcome, client=…, now=now())  # None: refused
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.people import keys, officers
from calendar_service.domain.access import Viewer
from calendar_service.domain.mailboxes import fold_address
from calendar_service.domain.people import Officer, Role, SignIn
from calendar_service.services import throttling
from calendar_service.services.auditing import note
from calendar_service.services.people import passwords, second_factor
from calendar_service.services.secrets import hash_of, keyed_hash, new_secret
from calendar_service.services.throttling import EVERYBODY, Limit, Tried

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)
PROOF_COUNTS = timedelta(minutes=5)
WAITS = timedelta(minutes=10)
"""How long a session waits for the code of a second factor."""
KEPT = timedelta(days=30)
"""How long an ended sign-in stays listed in the table."""

BY_ACCOUNT = Limit(
    purpose="sign-in.account", free=5, window=timedelta(days=1),
    first=timedelta(seconds=2), longest=timedelta(minutes=5),
)  # fmt: skip
BY_PREFIX = Limit(
    purpose="sign-in.prefix", free=30, window=timedelta(hours=1),
    first=timedelta(seconds=2), longest=timedelta(minutes=15),
)  # fmt: skip
BY_EVERYBODY = Limit(
    purpose="sign-in.all", free=600, window=timedelta(hours=1),
    first=timedelta(seconds=1), longest=timedelta(seconds=10),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who a session's cookie belongs to."""

    officer: Officer
    viewer: Viewer
    sign_in: SignIn

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to keep that she was seen: not with every page, as that would be a write each."""
        return now - self.sign_in.last_seen >= SEEN_EVERY

    def has_proved(self, now: datetime) -> bool:
        """Whether she typed her password again a moment ago (S10)."""
        return self.sign_in.proved is not None and now - self.sign_in.proved < PROOF_COUNTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What looking at the password gave: `renewed` is a hash with today's costs, when the stored one is outdated."""

    right: bool
    renewed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A counted try. `stored` is what the password is compared with; of nobody it is as slow as of somebody."""

    tried: tuple[Tried, ...]
    who: str
    officer_id: int | None
    stored: str

    def check(self, password: str) -> Outcome:
        """Look at the password: takes the same time for known and unknown. Call it outside any transaction."""
        right = passwords.is_right(self.stored, password) and self.officer_id is not None
        renew = right and passwords.is_outdated(self.stored)
        return Outcome(right=right, renewed=passwords.hashed(password) if renew else None)


def begin(session: Session, *, address: str, prefix: str, now: datetime) -> Attempt:
    """Count a try to sign in, and look up what its password is to be compared with. Raises TooMany."""
    folded = fold_address(address)
    tried = ((BY_ACCOUNT, folded), (BY_PREFIX, prefix), (BY_EVERYBODY, EVERYBODY))
    throttling.take(session, tried, now=now)
    officer = officers.officer_by_address(session, folded)
    if officer is None or officer.deactivated:
        who = f"unknown:{keyed_hash(session.installation, 'audit.address', folded)}"
        return Attempt(tried=tried, who=who, officer_id=None, stored=passwords.NOBODYS)
    who = f"officer:{officer.id}"
    return Attempt(tried=tried, who=who, officer_id=officer.id, stored=officer.password_hash)


def finish(
    session: Session, attempt: Attempt, outcome: Outcome, *, client: str = "", former: str = "", now: datetime
) -> str | None:
    """Sign her in and give the cookie's secret, or None. `former` is the secret that the browser had: it ends.

    With a second factor the session lets nobody in yet: see `waiting` and `complete`.
    """
    officer = prove(session, attempt, outcome, now=now)
    if officer is None:
        return None
    if former:
        sign_out(session, former, now=now)
    if second_factor.has_one(session, officer.id):
        return _wait(session, officer, client=client, now=now)
    return start(session, officer, client=client, now=now)


def _wait(session: Session, officer: Officer, *, client: str, now: datetime) -> str:
    secret, until = new_secret(), now + WAITS
    session.add(SignIn(
        token_hash=hash_of(secret), officer_id=officer.id, client=client, created=now, last_seen=now, expires=until,
        waits_until=until,
    ))  # fmt: skip
    return secret


def waiting(session: Session, secret: str, *, now: datetime) -> SignIn | None:
    """The session of a cookie that waits for a code, with its officer; None when there is none."""
    found = keys.sign_in_by_hash(session, hash_of(secret))
    if found is None or found.ended or found.waits_until is None or found.waits_until <= now:
        return None
    return None if found.officer.deactivated else found


def complete(session: Session, secret: str, code: str, *, now: datetime) -> str | None:
    """Begin the session proper when the code counts; None when it does not, or waiting is over.

    The caller has counted the try in a transaction before (`second_factor.count_try`).
    """
    found = waiting(session, secret, now=now)
    if found is None or not second_factor.check(session, code, officer=found.officer, now=now):
        return None
    found.ended = now
    return start(session, found.officer, client=found.client, now=now)


def keep_proof(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """Keep that she has just typed her password again."""
    keys.prove_sign_in(session, signed_in.sign_in.id, now=now)


def prove(session: Session, attempt: Attempt, outcome: Outcome, *, now: datetime) -> Officer | None:
    """Who has shown that she knows her password, or None. What the try had counted is given back to her."""
    officer = _still(session, attempt) if outcome.right else None
    if officer is None:
        note(session, by=Viewer(), deed="sign-in-refused", subject=attempt.who, now=now)
        return None
    if outcome.renewed:
        officer.password_hash = outcome.renewed
    throttling.forget(session, BY_ACCOUNT, officer.address)
    throttling.give_back(session, attempt.tried[1:])
    return officer


def _still(session: Session, attempt: Attempt) -> Officer | None:
    """The officer, unless her account ended or her password changed since the try was counted."""
    officer = officers.officer_by_id(session, attempt.officer_id) if attempt.officer_id else None
    if officer is None or officer.deactivated or officer.password_hash != attempt.stored:
        return None
    return officer


def start(session: Session, officer: Officer, *, client: str = "", now: datetime) -> str:
    """Begin a session for somebody who has proved who she is; gives the cookie's secret."""
    secret = new_secret()
    session.add(
        SignIn(
            token_hash=hash_of(secret), officer_id=officer.id, client=client, created=now, last_seen=now,
            expires=now + ABSOLUTE,
        )
    )  # fmt: skip
    note(session, by=viewer_of(officer), deed="sign-in", subject=f"officer:{officer.id}", now=now)
    return secret


def viewer_of_session(session: Session, secret: str, *, now: datetime) -> SignedIn | None:
    """Who a cookie's secret belongs to; None once it has ended, idled or expired, or her account has ended."""
    found = keys.sign_in_by_hash(session, hash_of(secret))
    if found is None or not is_live(found, now=now) or found.officer.deactivated:
        return None
    return SignedIn(officer=found.officer, viewer=viewer_of(found.officer), sign_in=found)


def is_live(sign_in: SignIn, *, now: datetime) -> bool:
    """Whether a session still counts."""
    return (
        sign_in.ended is None
        and sign_in.waits_until is None
        and now < sign_in.expires
        and now - sign_in.last_seen < IDLE
    )


def see(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """Keep that she was seen."""
    keys.see_sign_in(session, signed_in.sign_in.id, now=now)


def viewer_of(officer: Officer, *, channel: str = "page") -> Viewer:
    """The officer as who asks. Her memberships must be loaded."""
    managed = {each.district_id for each in officer.memberships if each.role == Role.MANAGER}
    return Viewer(
        officer_id=officer.id, districts=frozenset(each.district_id for each in officer.memberships),
        managed=frozenset(managed), facilitator=officer.facilitator, channel=channel,
    )  # fmt: skip


def sign_out(session: Session, secret: str, *, now: datetime) -> None:
    """End a session; an unknown or ended one is no matter."""
    found = keys.sign_in_by_hash(session, hash_of(secret))
    if found is not None and found.ended is None:
        found.ended = now
        by = viewer_of(found.officer)
        note(session, by=by, deed="sign-out", subject=f"officer:{found.officer_id}", now=now)


def sign_ins_of(session: Session, officer_id: int, *, now: datetime) -> Sequence[SignIn]:
    """Where an officer is signed in now."""
    return keys.live_sign_ins(session, officer_id, now=now, idle=IDLE)


def end_one(session: Session, sign_in_id: int, *, by: Viewer, now: datetime) -> None:
    """An officer ends one of her own sessions. Raises NotFound for anyone else's (S5)."""
    officer_id = by.officer_id or 0
    keys.end_sign_in(session, sign_in_id, officer_id=officer_id, now=now)
    note(session, by=by, deed="session-ended", subject=f"officer:{officer_id}", now=now)


def end_others(session: Session, *, but: int, by: Viewer, now: datetime) -> None:
    """An officer ends all her sessions but the one in hand."""
    officer_id = by.officer_id or 0
    keys.end_sign_ins(session, officer_id, now=now, but=but)
    note(session, by=by, deed="sessions-ended", subject=f"officer:{officer_id}", now=now)


def sweep(session: Session, *, now: datetime) -> int:
    """Remove sessions that ended long ago; how many. The clock calls it now and then."""
    return keys.remove_sign_ins_before(session, now - KEPT)
