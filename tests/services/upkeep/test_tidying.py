"""What is kept no longer than it must be (S48)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from calendar_service.db.engine import Session
from calendar_service.domain.mail import MailConsent, MailCount, Message, MessageState, Subscription
from calendar_service.services.mails import mailing
from calendar_service.services.upkeep.tidying import tidy
from tests.mails import a_subscription, a_wish, asked, stopped

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def kept(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(Subscription.state).order_by(Subscription.id)))


def test_what_was_never_confirmed_goes_after_seven_days_and_what_ended_after_thirty(
    session: Session, now: datetime
) -> None:
    asked(session, a_wish(), now=now)
    stopped(session, a_subscription(session, now=now, query="free=1"), now=now)
    a_subscription(session, now=now, query="age=7")
    tidy(session, now=now + 7 * DAY - SECOND)
    assert kept(session) == ["pending", "ended", "active"]
    tidy(session, now=now + 7 * DAY)
    assert kept(session) == ["ended", "active"]
    tidy(session, now=now + 30 * DAY)
    assert kept(session) == ["active"]
    assert len(session.scalars(select(MailConsent)).all()) == 1


def test_after_half_a_year_only_how_many_mails_there_were_stays(session: Session, now: datetime) -> None:
    for n in range(3):
        asked(session, a_wish(address=f"p{n}@example.pe"), now=now)
    first, second, third = session.scalars(select(Message.id).order_by(Message.id)).all()
    sent = {"state": MessageState.SENT, "finished": now}
    session.execute(update(Message).where(Message.id.in_((first, second))).values(sent))
    session.execute(update(Message).where(Message.id == second).values(carried_by_id=first))
    tidy(session, now=now + 180 * DAY - SECOND)
    assert session.scalars(select(Message.id).order_by(Message.id)).all() == [first, second, third]
    tidy(session, now=now + 180 * DAY)
    assert session.scalars(select(Message.id)).all() == [third]
    count = session.scalars(select(MailCount)).one()
    assert (count.day, count.kind, count.state, count.count) == (now.date(), "confirm", "sent", 2)


def test_tidying_again_and_again_comes_to_an_end(session: Session, now: datetime) -> None:
    """The clock calls it until nothing is left."""
    asked(session, a_wish(), now=now)
    stopped(session, a_subscription(session, now=now, query="free=1"), now=now)
    mailing.expire(session, now=now + 400 * DAY)
    rounds = [tidy(session, now=now + 800 * DAY) for _ in range(3)]
    assert rounds[0] > 0
    assert rounds[-1] == 0
