"""The weekly digest: Thursday at nine, the seven days from then on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.domain.mail import Message
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.mails.digesting import WORTH, content, owe_digests, stale
from tests.builders import an_event, an_officer
from tests.mails import ROSA, a_subscription, a_wish, asked, stopped

MINUTE = timedelta(minutes=1)


def lima(wall: str) -> datetime:
    return to_utc(datetime.fromisoformat(wall), "America/Lima")


THURSDAY = lima("2026-12-03T09:00")


def digests(session: Session) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.kind == "digest").order_by(Message.id)))


def test_a_digest_is_owed_once_a_week_from_thursday_nine_until_saturday(session: Session, now: datetime) -> None:
    """In the metropolis's own zone."""
    a_subscription(session, now=now, kind="digest")
    assert owe_digests(session, now=THURSDAY - 11 * MINUTE) == 0
    assert owe_digests(session, now=THURSDAY + WORTH) == 0
    assert owe_digests(session, now=THURSDAY + WORTH - MINUTE) == 1
    assert owe_digests(session, now=THURSDAY - 10 * MINUTE) == 0
    assert owe_digests(session, now=THURSDAY + timedelta(days=7)) == 1
    first, second = digests(session)
    assert (first.due, first.expires, first.address, first.priority) == (THURSDAY, THURSDAY + WORTH, ROSA, 9)
    assert second.due == THURSDAY + timedelta(days=7)


def test_two_digests_of_one_person_are_both_owed(session: Session, now: datetime) -> None:
    a_subscription(session, now=now, kind="digest")
    a_subscription(session, now=now, kind="digest", query="free=1")
    a_subscription(session, now=now)
    asked(session, a_wish(kind="digest", query="age=7"), now=now)
    assert [owe_digests(session, now=THURSDAY) for _ in range(2)] == [2, 0]


def test_many_are_owed_a_batch_at_a_time(session: Session, now: datetime) -> None:
    for n in range(5):
        a_subscription(session, now=now, kind="digest", address=f"p{n}@example.pe")
    assert [owe_digests(session, now=THURSDAY, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_it_says_what_its_selection_holds_until_wednesday(session: Session, now: datetime) -> None:
    a_subscription(session, now=now, kind="digest", query="free=1")
    officer = an_officer(session, now=now)
    for day in ("02", "03", "05", "09", "10"):
        an_event(session, by=officer, now=now, summary=day, start=f"2026-12-{day}T19:30", end=f"2026-12-{day}T21:00")
    an_event(session, by=officer, now=now, summary="paid", free=False, price="10.00")
    owe_digests(session, now=THURSDAY)
    assert stale(session, digests(session), now=THURSDAY) == {}
    (section,) = content(session, digests(session), now=THURSDAY).sections
    assert [each.event.summary for each in section.week.dates] == ["03", "05", "09"]
    assert (section.week.first.isoformat(), section.week.last.isoformat()) == ("2026-12-03", "2026-12-09")


def test_nothing_on_is_no_mail(session: Session, now: datetime) -> None:
    a_subscription(session, now=now, kind="digest")
    owe_digests(session, now=THURSDAY)
    (message,) = digests(session)
    assert stale(session, [message], now=THURSDAY) == {message.id: "nothing-on"}


def test_who_stopped_gets_none(session: Session, now: datetime) -> None:
    """M13."""
    an_event(session, by=an_officer(session, now=now), now=now)
    subscription = a_subscription(session, now=now, kind="digest")
    owe_digests(session, now=THURSDAY)
    (message,) = digests(session)
    stopped(session, subscription, now=now)
    assert stale(session, [message], now=THURSDAY) == {message.id: "subscription-ended"}
