"""How many are told of an event, and of its latest change; never who, and not how many when they are few (S45)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import reminders as queries
from calendar_service.domain.events import Event
from calendar_service.domain.mail import MessageState
from calendar_service.domain.territory.places import District

FEW = 5
"""Fewer people than these are not counted out loud (S45)."""
ON_THE_WAY = (MessageState.QUEUED, MessageState.SENDING)
TROUBLED = (MessageState.FAILED, MessageState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """How many asked to be reminded of it; how many mails tell of its latest change, and when those that wait go.

    `offices` are the municipalities whose officers read of a change in their next digest.
    """

    subscribers: int
    waiting: int
    sent: int
    troubled: int
    due: datetime | None
    offices: Sequence[District]

    @property
    def mails(self) -> int:
        """How many mails the latest change owes in all."""
        return self.waiting + self.sent + self.troubled


def audience_of(session: Session, event: Event) -> Audience:
    """Two questions, whoever follows it. Its co-hosts are loaded."""
    counted = queries.count_notices(session, event.id, event.schedule_version)
    found = {state: (number, due) for state, number, due in counted}

    def many(states: Sequence[MessageState]) -> int:
        return sum(found[state][0] for state in states if state in found)

    due = min((found[state][1] for state in ON_THE_WAY if state in found), default=None)
    return Audience(
        subscribers=queries.count_subscribers(session, event.id), waiting=many(ON_THE_WAY),
        sent=many((MessageState.SENT,)), troubled=many(TROUBLED), due=due,
        offices=[each.district for each in event.cohosts],
    )  # fmt: skip
