"""Accounts to try the service with: who they are stands in the metropolis's folder, their passphrases are random.

They exist with the demo season alone, and are closed as soon as the service is started under a base URL that
is not this machine's own.
"""

from __future__ import annotations

import csv
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.clusters import officers_in
from calendar_service.db.queries.network.places import existing_clusters
from calendar_service.db.queries.people import keys, officers
from calendar_service.domain.people import Officer, Role
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.services.auditing import OPERATOR, note
from calendar_service.services.people import passwords
from calendar_service.services.people.officers import make_officer

CONSONANTS, VOWELS = "bdfgjlmnprstvz", "aeiou"
GROUPS, SYLLABLES = 5, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """Somebody to sign in as; a facilitator has no district."""

    address: str
    name: str
    role: str
    district: str | None


def demo_accounts(metropolis: Metropolis) -> tuple[DemoAccount, ...]:
    """The accounts that `demo/accounts.csv` of a metropolis names; none when it has no such file."""
    path = metropolis.folder / "demo" / "accounts.csv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            DemoAccount(address=row["address"], name=row["name"], role=row["role"], district=row["district"] or None)
            for row in csv.DictReader(file)
        )


def new_passphrase() -> str:
    """Five groups that can be said aloud, such as `lupa-moti-rega-sodu-tani`: 61 bits."""
    return "-".join("".join(map(_syllable, range(SYLLABLES))) for _ in range(GROUPS))


def _syllable(_: int) -> str:
    return secrets.choice(CONSONANTS) + secrets.choice(VOWELS)


def open_accounts(
    session: Session, accounts: Iterable[DemoAccount], passphrases: Mapping[str, str], *, now: datetime
) -> None:
    """Make the accounts that are missing and open those that were closed; one that is open stays as it is.

    `passphrases` holds one for each address. Slow: it hashes every passphrase that it sets.
    """
    for account in accounts:
        officer = officers.officer_by_address(session, account.address)
        if officer is None:
            _make(session, account, passphrases[account.address], now=now)
        elif officer.deactivated:
            officer.deactivated = None
            officer.password_hash = passwords.hashed(passphrases[account.address])
            note(session, by=OPERATOR, deed="account-opened", subject=f"officer:{officer.id}", now=now)
    _coordinate(session)


def _coordinate(session: Session) -> None:
    """A cluster that nobody coordinates yet is coordinated by who works where it was proposed."""
    for cluster in existing_clusters(session):
        if cluster.coordinator_id is None and cluster.proposed_by_id:
            officers = officers_in(session, {cluster.proposed_by_id})
            cluster.coordinator_id = officers[0].id if officers else None


def _make(session: Session, account: DemoAccount, passphrase: str, *, now: datetime) -> Officer:
    return make_officer(
        session, address=account.address, name=account.name, password=passphrase,
        districts={account.district: account.role} if account.district else {},
        facilitator=account.role == Role.FACILITATOR, now=now,
    )  # fmt: skip


def close_accounts(session: Session, accounts: Iterable[DemoAccount], *, now: datetime) -> int:
    """Close them all, the last facilitator among them: nobody may use a demo account elsewhere. How many were open."""
    found = (officers.officer_by_address(session, each.address) for each in accounts)
    still_open = [officer for officer in found if officer is not None and officer.deactivated is None]
    for officer in still_open:
        officer.deactivated = now
        keys.end_sign_ins(session, officer.id, now=now)
        keys.revoke_tokens(session, officer.id, now=now)
        keys.revoke_private_feeds(session, officer.id, now=now)
        keys.end_resets(session, officer.id, now=now)
        officers.revoke_invitations_of(session, officer, now=now)
        note(session, by=OPERATOR, deed="account-closed", subject=f"officer:{officer.id}", now=now)
    return len(still_open)
