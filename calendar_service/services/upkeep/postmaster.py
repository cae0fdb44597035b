"""How mails fare, for whoever looks after them: does the queue move, and how many come back (M12, M20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import bounces, mail
from calendar_service.domain.mail import COMPLAINED, MessageState
from calendar_service.services.mails.sending.pacing import Pacing

LONG = timedelta(minutes=15)
WEEK = timedelta(days=7)
NAMED = 5
ENOUGH = 100
"""Mails in a week below which a share says nothing."""
MOST_BACK, MOST_COMPLAINTS = 0.05, 0.003
"""Providers turn away who passes these (M6)."""

Found = tuple[bool, str]
"""Whether it is well, and what is said of it."""


def queue(session: Session, *, pacing: Pacing, now: datetime) -> Found:
    """Whether mails go out: the queue moves, nothing waits for a person, and nothing long, but for its share."""
    stopped = mail.stopped(session)
    if stopped is not None:
        still = f"stands still until {stopped.until:%Y-%m-%d %H:%M}Z, after {stopped.refusals} refusals in a row"
        return False, f"{still}: {stopped.why}"
    depths = mail.depths(session)
    if unknown := depths.get(MessageState.UNKNOWN, 0):
        return False, f"may have arrived or not: {unknown}; look at `messages --state unknown`"
    oldest = mail.oldest_due(session)
    late = now - oldest if oldest else timedelta(0)
    says = f"mails that wait: {depths.get(MessageState.QUEUED, 0)}"
    if resting := sorted(pacing.resting(session, now=now)):
        more = ", …" if len(resting) > NAMED else ""
        return True, f"{says}; domains that have had their share for now: {', '.join(resting[:NAMED])}{more}"
    if late > LONG:
        return False, f"{says}; the oldest has been due for {int(late.total_seconds() // 60)} minutes"
    return True, f"{says}; none has been due for long"


def returns(session: Session, *, now: datetime) -> Found:
    """How many mails of the last week came back or were called spam; and to how many addresses nothing goes."""
    gone = bounces.count_gone(session, since=now - WEEK)
    back = came_back(session, now=now)
    for_good, complaints = back["for-good"] + back["about-us"], back[COMPLAINED]
    says = f"of {gone} mails in 7 days {for_good} came back for good"
    if back["about-us"]:
        says += f" ({back['about-us']} for reasons that lie with us: status 5.7)"
    says += f" and {complaints} were called spam; addresses that get no mail: {sum(bounces.blocked(session).values())}"
    well = gone < ENOUGH or (for_good <= gone * MOST_BACK and complaints <= gone * MOST_COMPLAINTS)
    return well, says


def came_back(session: Session, *, now: datetime) -> Mapping[str, int]:
    """How many mails of the last week came back: for now, for good, for reasons that lie with us, called spam."""
    counts = dict.fromkeys(("for-now", "for-good", "about-us", COMPLAINED), 0)
    for said, count in bounces.came_back(session, since=now - WEEK).items():
        counts[_class_of(said)] += count
    return counts


def _class_of(said: str) -> str:
    if said == COMPLAINED:
        return COMPLAINED
    if not said.startswith("5."):
        return "for-now"
    return "about-us" if said.startswith("5.7.") else "for-good"
