"""The second factor: codes of an app (TOTP, RFC 6238), each used once, and ten on paper for a lost phone (S6).

Five wrong codes in a row make one wait. A new password by mail does not get around it. The network may require it of
whoever manages a district's officers or facilitates.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp

from calendar_service.db.engine import Session
from calendar_service.db.queries.people import factors as queries
from calendar_service.db.queries.people import keys
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, Invalid, WrongState
from calendar_service.domain.factors import SECOND_FACTOR, NetworkRule, RecoveryCode, SecondFactor
from calendar_service.domain.people import Officer
from calendar_service.services import throttling
from calendar_service.services.auditing import note
from calendar_service.services.secrets import hash_of, new_secret, seal, unsealed
from calendar_service.services.throttling import Limit

SEAL = "second-factor"
STEP = 30
BYTES = 20
AROUND = (0, -1, 1)
"""Clocks of phones are off by half a minute."""
ON_PAPER = 10
BY_OFFICER = Limit(
    purpose="second-factor", free=5, window=timedelta(hours=1), first=timedelta(minutes=5), longest=timedelta(hours=1)
)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""None that looks like another."""


def has_one(session: Session, officer_id: int) -> bool:
    """Whether an officer signs in with a second factor."""
    factor = queries.factor_of(session, officer_id)
    return factor is not None and factor.confirmed is not None


def is_required(session: Session, viewer: Viewer) -> bool:
    """Whether the network asks one of her, and she has none yet."""
    if not (viewer.managed or viewer.facilitator) or not queries.rule_holds(session, SECOND_FACTOR):
        return False
    return not has_one(session, viewer.officer_id or 0)


def begin(session: Session, officer: Officer, *, now: datetime) -> str:
    """Make a secret for her app, which counts once a code of it was typed; the same until then. Gives it in base 32.

    Raises WrongState when she has a second factor already.
    """
    factor = queries.factor_of(session, officer.id)
    if factor is None:
        nonce = new_secret()
        sealed = seal(session.installation, SEAL, nonce, secrets.token_bytes(BYTES)).hex()
        factor = SecondFactor(officer_id=officer.id, nonce=nonce, sealed=sealed, created=now)
        session.add(factor)
        session.flush()
    elif factor.confirmed:
        raise WrongState("second_factor_there")
    return _secret(session, factor)


def address_for(session: Session, officer: Officer, secret: str) -> str:
    """What the app reads from the square: whose it is, where, and the secret."""
    issuer = session.installation.metropolis.name
    return pyotp.TOTP(secret).provisioning_uri(name=officer.address, issuer_name=issuer)


def confirm(session: Session, code: str, *, officer: Officer, by: Viewer, now: datetime) -> Sequence[str]:
    """Her app shows the right code: from now on it is asked for. Gives the codes for paper, shown once.

    Her other sessions go on. Raises Invalid, WrongState, TooMany.
    """
    factor = queries.factor_of(session, officer.id, hold=True)
    if factor is None or factor.confirmed:
        raise WrongState("second_factor_there" if factor else "second_factor_none")
    if not _is_right(session, factor, code, now=now):
        raise Invalid.of("code", "code_wrong")
    factor.confirmed = now
    throttling.forget(session, BY_OFFICER, str(officer.id))
    note(session, by=by, deed="second-factor-made", subject=f"officer:{officer.id}", now=now)
    return _new_codes(session, officer.id)


def renew_codes(session: Session, *, officer: Officer, by: Viewer, now: datetime) -> Sequence[str]:
    """Ten new codes for paper; the old ones count no more. Raises WrongState."""
    if not has_one(session, officer.id):
        raise WrongState("second_factor_none")
    note(session, by=by, deed="recovery-codes-made", subject=f"officer:{officer.id}", now=now)
    return _new_codes(session, officer.id)


def _new_codes(session: Session, officer_id: int) -> Sequence[str]:
    queries.forget_codes(session, officer_id)
    made = ["-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(ON_PAPER)]
    session.add_all(RecoveryCode(officer_id=officer_id, code_hash=_hash(officer_id, each)) for each in made)
    session.flush()
    return made


def _hash(officer_id: int, code: str) -> str:
    plain = "".join(each for each in code.upper() if each in LETTERS)
    return hash_of(f"{officer_id}:{plain}")


def end(session: Session, officer: Officer, *, by: Viewer, now: datetime) -> None:
    """Take an officer's second factor away: her own, or by a facilitator when her phone is lost and she is known
    otherwise; then her sessions end. Raises Forbidden, WrongState.
    """
    own = by.officer_id == officer.id
    if not by.writes or not (own or by.facilitator):
        raise Forbidden("not_in_charge")
    factor = queries.factor_of(session, officer.id, hold=True)
    if factor is None:
        raise WrongState("second_factor_none")
    session.delete(factor)
    queries.forget_codes(session, officer.id)
    if not own:
        keys.end_sign_ins(session, officer.id, now=now)
    note(session, by=by, deed="second-factor-ended", subject=f"officer:{officer.id}", now=now)


# The code


def count_try(session: Session, officer_id: int, *, now: datetime) -> None:
    """Count a try, in a transaction of its own before the code is looked at. Raises TooMany."""
    throttling.take(session, [(BY_OFFICER, str(officer_id))], now=now)


def check(session: Session, code: str, *, officer: Officer, now: datetime) -> bool:
    """Whether a code counts, of the app or on paper; used once, it counts no more."""
    factor = queries.factor_of(session, officer.id, hold=True)
    if factor is None or factor.confirmed is None:
        return True
    on_paper = queries.use_code(session, officer.id, _hash(officer.id, code), now=now)
    if not on_paper and not _is_right(session, factor, code, now=now):
        note(session, by=Viewer(), deed="code-refused", subject=f"officer:{officer.id}", now=now)
        return False
    if on_paper:
        note(session, by=Viewer(officer_id=officer.id), deed="recovery-code-used", subject=f"officer:{officer.id}",
             now=now)  # fmt: skip
    throttling.forget(session, BY_OFFICER, str(officer.id))
    return True


def _is_right(session: Session, factor: SecondFactor, code: str, *, now: datetime) -> bool:
    """Whether it is the code of this half minute, or of the one before or after, and later than the last used."""
    typed = "".join(code.split())
    for raw in _opened(session, factor):
        if step := _step(raw, typed, after=factor.last_step, now=now):
            factor.last_step = step
            factor.sealed = seal(session.installation, SEAL, factor.nonce, raw).hex()  # by today's key from now on
            return True
    return False


def _step(raw: bytes, typed: str, *, after: int, now: datetime) -> int:
    """The half minute of which a code is; 0 for none."""
    hotp, here = pyotp.HOTP(b32encode(raw).decode()), int(now.timestamp()) // STEP
    steps = (here + each for each in AROUND)
    right = (each for each in steps if secrets.compare_digest(hotp.at(each).encode(), typed.encode()))
    return next((each for each in right if each > after), 0)


def _opened(session: Session, factor: SecondFactor) -> list[bytes]:
    """The secret as each key opens it, today's first."""
    return unsealed(session.installation, SEAL, factor.nonce, bytes.fromhex(factor.sealed))


def _secret(session: Session, factor: SecondFactor) -> str:
    return b32encode(_opened(session, factor)[0]).decode()


# The network's rule


def holds(session: Session) -> bool:
    """Whether the network requires it of managers and facilitators."""
    return queries.rule_holds(session, SECOND_FACTOR)


def require(session: Session, *, required: bool, by: Viewer, now: datetime) -> None:
    """Let the network require it, or no longer. Raises Forbidden."""
    if not by.facilitator or not by.writes:
        raise Forbidden("not_facilitator")
    rule = session.get(NetworkRule, SECOND_FACTOR)
    if required and rule is None:
        session.add(NetworkRule(name=SECOND_FACTOR, since=now))
    elif not required and rule is not None:
        session.delete(rule)
    else:
        return
    note(session, by=by, deed="second-factor-required" if required else "second-factor-optional", subject="network",
         now=now)  # fmt: skip


# What a page shows of it


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Since when it counts (None: not yet), whether its secret waits for a first code, how many codes on paper."""

    confirmed: datetime | None
    begun: bool
    codes: int


def state_of(session: Session, officer_id: int) -> State:
    """How it stands with an officer's second factor."""
    factor = queries.factor_of(session, officer_id)
    confirmed = factor.confirmed if factor else None
    return State(
        confirmed=confirmed,
        begun=factor is not None and confirmed is None,
        codes=queries.codes_left(session, officer_id),
    )
