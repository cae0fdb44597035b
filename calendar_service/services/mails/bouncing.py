"""What becomes of an address when mails to it come back, or are called spam (M20).

A report counts once for the very mail that it is about (again only if it is graver), and only with our own seal on
the address at which it came. That there is no such mailbox blocks the address at once, any other failure for good
does so the second time; what fails for now is only counted, and so is what is refused for reasons that lie with us
(5.7.x, M11). A complaint ends all that the address asked for. Nothing here is ever answered by a mail.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import bounces as queries
from calendar_service.db.queries.mails import subscriptions
from calendar_service.domain.mail import COMPLAINED, BlockReason, Message
from calendar_service.services.mails import blocking, stopping
from calendar_service.services.mails.sending.returning import claims

log = logging.getLogger(__name__)

WORTH = timedelta(days=14)
"""Mail systems give up after five days (RFC 5321 section 4.5.4.1); a report that comes much later is not believed."""
COMPLAINTS_WORTH = timedelta(days=60)
"""A mail may be called spam when somebody clears up."""
NO_SUCH_MAILBOX = frozenset({"5.1.1", "5.1.10"})
"""RFC 3463, and RFC 7505; Exchange says the second for the first."""
ABOUT_US = "5.7."
TIMES = 2
_STATUS = re.compile(r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")


class Told(StrEnum):
    """What a report says."""

    CAME_BACK = "came-back"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What another mail system says of a mail. Nothing of it is proven.

    `status` is RFC 3463's, empty in a complaint. `named` are texts in which our return path may stand.
    """

    told: Told
    status: str
    named: Sequence[str]


class Taken(StrEnum):
    """What became of a report."""

    COUNTED = "counted"
    BLOCKED = "blocked"
    COMPLAINED = "complained"
    KNOWN = "known"  # no less was said of this mail before
    REFUSED = "refused"  # it carries no seal of ours
    TOO_OLD = "too-old"


def take(session: Session, report: Report, *, now: datetime) -> Taken:
    """Decide about a report; twice is fine."""
    found = _meant(session, report, now=now)
    if not isinstance(found, Message):
        log.warning("a report was not believed", extra={"taken": found})
        return found
    if _weight(report.status or COMPLAINED) <= _weight(found.came_back):
        return Taken.KNOWN
    taken = _complained(session, found, now=now) if report.told is Told.COMPLAINT else None
    taken = taken or _came_back(session, found, report.status, now=now)
    log.info("a mail came back", extra={"mail": found.id, "status": found.came_back, "taken": taken})
    return taken


def _weight(said: str | None) -> int:
    """Of several reports of one mail the gravest stands: late, failed for good, called spam."""
    if said is None:
        return 0
    if said == COMPLAINED:
        return 3
    return 2 if said.startswith("5.") else 1


def _meant(session: Session, report: Report, *, now: datetime) -> Message | Taken:
    """The mail that a report is about, by a return path that we made, else why not."""
    worth, why = COMPLAINTS_WORTH if report.told is Told.COMPLAINT else WORTH, Taken.REFUSED
    for claim in claims(report.named):
        message = session.get(Message, claim.message)
        if message is not None and claim.is_true(session.installation, message.folded_address):
            if timedelta(-1) <= now.date() - claim.day <= worth:
                return message
            why = Taken.TOO_OLD
    return why


def _came_back(session: Session, message: Message, status: str, *, now: datetime) -> Taken:
    message.came_back = status
    session.flush()
    if not _is_over(session, message):
        return Taken.COUNTED
    blocking.block(session, message.folded_address, BlockReason.BOUNCED, now=now)
    return Taken.BLOCKED


def _is_over(session: Session, message: Message) -> bool:
    """Whether the address takes no mail: since its owner last confirmed anything, for that proved the contrary."""
    status = message.came_back or ""
    if not status.startswith("5.") or status.startswith(ABOUT_US):
        return False
    since = queries.last_confirmed(session, message.folded_address)
    times = queries.count_failures(session, message.folded_address, since=since, but=ABOUT_US)
    return status in NO_SUCH_MAILBOX or times >= TIMES


def _complained(session: Session, message: Message, *, now: datetime) -> Taken:
    message.came_back = COMPLAINED
    for each in subscriptions.subscriptions_of(session, message.folded_address):
        stopping.end(each, now=now)
    blocking.block(session, message.folded_address, BlockReason.COMPLAINED, now=now)
    return Taken.COMPLAINED


def refused(session: Session, message_id: int, said: str, *, now: datetime) -> None:
    """The mail server itself refused the recipient: as good as a report (M11)."""
    message = session.get(Message, message_id)
    status = _STATUS.search(said)
    if message is not None and message.came_back is None:
        _came_back(session, message, status[0] if status else "5.0.0", now=now)
