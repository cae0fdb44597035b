"""Asked twice, done once: a program gives a key with what it asks, and gets the same answer again (R6).

An entrance goes in three steps. The deed and its answer are one transaction, so that after a crash either both are
there or neither; the claim before it tells whoever asks meanwhile to wait:

    with deed() as session:
        claim = idempotency.claim(session, …)              # may raise WrongState; claim.kept is an earlier answer
    with deed() as session:
        …the deed…
        idempotency.keep(session, claim, Kept(…))
    # when the deed failed:
    with deed() as session:
        idempotency.give_up(session, claim)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries import idempotency as queries
from calendar_service.domain.errors import WrongState
from calendar_service.domain.people import IdempotencyKey
from calendar_service.services.secrets import new_secret

LASTS = timedelta(hours=24)
"""How long a key counts."""
AT_WORK = timedelta(minutes=1)
"""How long a request may be at work before it is taken for dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer as it was given."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to do what was asked under a key; or what was answered to whoever had it before."""

    token_id: int
    key: str
    name: str
    kept: Kept | None = None


def claim(
    session: Session, *, token_id: int, key: str, fingerprint: str, lasting: timedelta = AT_WORK, now: datetime
) -> Claim:  # fmt: skip
    """Claim a key for one request, which is taken for dead after `lasting`.

    Raises WrongState: `key_reused` when something else was asked under the key, `key_in_flight` while another
    request is at work on it.
    """
    queries.remove_of(session, token_id, before=now - LASTS)
    mine = Claim(token_id=token_id, key=key, name=new_secret())
    row = queries.claimed(
        session, token_id=token_id, key=key, fingerprint=fingerprint, claim=mine.name, created=now,
        claimed_until=now + lasting,
    )  # fmt: skip
    if row.fingerprint != fingerprint:
        raise WrongState("key_reused")
    if row.status is not None:
        return replace(mine, kept=Kept(status=row.status, headers=row.headers, body=row.body))
    if row.claim != mine.name and not _taken_over(session, row, mine, now=now, until=now + lasting):
        raise WrongState("key_in_flight")
    return mine


def _taken_over(session: Session, row: IdempotencyKey, mine: Claim, *, now: datetime, until: datetime) -> bool:
    given_up = row.claimed_until <= now
    values = {"claim": mine.name, "claimed_until": until}
    return given_up and queries.change(session, row.token_id, row.key, row.claim, values)


def keep(session: Session, claim: Claim, answer: Kept) -> None:
    """Keep the answer, in the transaction of the deed. Raises WrongState when another request took over meanwhile."""
    values = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
    if not queries.change(session, claim.token_id, claim.key, claim.name, values):
        raise WrongState("key_in_flight")


def give_up(session: Session, claim: Claim) -> None:
    """Let the key go: nothing was done under it, and asking again is asking anew."""
    queries.remove(session, claim.token_id, claim.key, claim.name)


def sweep(session: Session, *, now: datetime) -> int:
    """Remove the keys that no longer count; how many. The clock calls it now and then."""
    return queries.remove_before(session, now - LASTS)
