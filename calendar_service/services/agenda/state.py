"""What all that is public follows from, so that what was made of it once may be shown again."""

from __future__ import annotations

from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication.feeds import revision_of
from calendar_service.domain.publication import EVERYTHING

State = tuple[int, datetime]
"""The revision of everything, and the minute."""


def state_of(session: Session, *, now: datetime) -> State:
    """The state in which everything public is: a change gives another one at once, and dates begin and end at a
    minute. It is read before what is made of it.
    """
    return revision_of(session, EVERYTHING), now.replace(second=0, microsecond=0)
