"""Mails that are owed: each a row with a unique key before it is a message (rule 6, M8).

Whoever owes a mail writes the row in the transaction of its cause; the clock delivers it
(`sending.delivering`). A row says in identifiers what the mail is about; its words are made at the claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import mail as queries
from calendar_service.db.queries.mails.claims import URGENT
from calendar_service.domain.mail import Message, MessageKind, MessageState
from calendar_service.domain.mailboxes import fold_address
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.secrets import keyed_hash

SOON, PLANNED, LAST = 2, 5, 9
PRIORITY = {
    MessageKind.CHANGED: SOON, MessageKind.CANCELLED: SOON, MessageKind.ASKED: SOON,
    MessageKind.REMINDER: PLANNED, MessageKind.NEWS: PLANNED, MessageKind.DIGEST: LAST,
}  # fmt: skip
"""Who goes first when many are due; what a person waits for (a link she asked for) is urgent (M21)."""

AGAIN = (MessageState.FAILED, MessageState.UNKNOWN)
"""What a person may send again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A mail to be owed. What it is about makes its key, so that owing it twice owes it once.

    `about` holds identifiers only. `more` sets apart what is otherwise alike, such as two links asked for at
    different times.
    """

    kind: MessageKind
    address: str
    language: str
    due: datetime
    expires: datetime
    event_id: int | None = None
    recurrence_id: str | None = None
    lead: str | None = None
    schedule_version: int | None = None
    starts: datetime | None = None
    about: dict[str, Any] = field(default_factory=dict)
    more: str = ""

    @property
    def key(self) -> str:
        """Kind, folded address, event, recurrence id, lead, schedule version."""
        parts = (self.kind, fold_address(self.address), self.event_id, self.recurrence_id, self.lead,
                 self.schedule_version, self.more)  # fmt: skip
        return "|".join("" if part is None else str(part) for part in parts)


def owe(session: Session, owed: Iterable[Owed], *, now: datetime) -> int:
    """Owe mails, each once whoever asks and however often; how many are new."""
    turns: Counter[str] = Counter()
    rows = [_row(session.installation, each, now) for each in owed]
    for row in rows:
        row["turn"] = turns[row["domain"]]
        turns[row["domain"]] += 1
    return queries.insert_messages(session, rows)


def owe_letter(
    session: Session, *, kind: MessageKind, address: str, language: str, about: dict[str, Any], key: str,
    now: datetime, lifetime: timedelta,
) -> bool:  # fmt: skip
    """Owe a letter to one person at once: an invitation, a link to a new password. Whether it is new.

    `key` sets it apart from every other letter of its kind to that address (the row's id will do);
    `about` holds what its words need: identifiers, never a secret (tokens are derived when it is written).
    """
    letter = Owed(kind=kind, address=address, language=language, due=now, expires=now + lifetime, about=about, more=key)
    return owe(session, [letter], now=now) == 1


# What a person does with them (M12)


def listed(session: Session, states: Sequence[str] = (), *, limit: int = 200) -> Sequence[Message]:
    """Messages in some states (by default in all), the latest first."""
    return queries.messages_in(session, states, limit=limit)


def requeue(session: Session, ids: Sequence[int], *, now: datetime) -> Sequence[int]:
    """Put back in the queue what failed, or of which nobody knows whether it arrived; the ids of those that were.

    What may have arrived is repeated with the same bytes.
    """
    found = [each for each in queries.messages_by_id(session, ids) if each.state in AGAIN]
    together = {each.id for each in found}
    for each in found:
        each.state, each.not_before, each.finished = MessageState.QUEUED, now, None
        each.ambiguous = min(each.ambiguous, 1)
        if each.carried_by_id not in together:
            each.carried_by_id = None
    return [each.id for each in found]


def drop(session: Session, ids: Sequence[int], *, now: datetime) -> Sequence[int]:
    """Give up what is owed and not on its way; the ids of those that were."""
    found = [each for each in queries.messages_by_id(session, ids) if each.state in (*AGAIN, MessageState.QUEUED)]
    for each in found:
        each.state, each.finished, each.body, each.last_error = MessageState.DROPPED, now, None, "dropped by hand"
    return [each.id for each in found]


def _row(installation: Installation, owed: Owed, now: datetime) -> dict[str, Any]:
    folded = fold_address(owed.address)
    return {
        "key": owed.key, "kind": owed.kind,
        "address": owed.address, "folded_address": folded, "domain": folded.rpartition("@")[2],
        "event_id": owed.event_id, "recurrence_id": owed.recurrence_id, "lead": owed.lead,
        "schedule_version": owed.schedule_version, "starts": owed.starts, "about": owed.about,
        "language": owed.language, "priority": PRIORITY.get(owed.kind, URGENT), "due": owed.due,
        "not_before": owed.due, "expires": owed.expires, "created": now, "state": MessageState.QUEUED,
        "message_id": message_id(installation, owed.key), "attempts": 0, "ambiguous": 0, "last_error": "",
    }  # fmt: skip


def message_id(installation: Installation, key: str) -> str:
    """The Message-ID of what is owed under a key, under our own domain (RFC 5322 section 3.6.4)."""
    return f"<{keyed_hash(installation, 'message-id', key)}@{_domain(installation)}>"


def _domain(installation: Installation) -> str:
    """The host under which we are known if it is a name of the Internet, else the metropolis's own."""
    host = urlsplit(installation.base_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host if "." in host else installation.metropolis.uid_domain
    return installation.metropolis.uid_domain


def expire(session: Session, *, now: datetime) -> int:
    """Mark what is no longer worth sending, so that it is counted and not sent (M14); how many."""
    return queries.expire(session, now=now)


def release_brake(session: Session) -> None:
    """Let a queue that stands still try again at once: somebody may have mended what stopped it."""
    queries.loosen_brake(session)
