"""Who is told that an event changed, of what, once (M15)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Status
from calendar_service.domain.mail import Message, MessageState
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import Change, change_occurrence, revise
from calendar_service.services.mails import noticing, reminding
from calendar_service.services.mails.audience import audience_of
from calendar_service.services.mails.noticing import SETTLE
from calendar_service.services.mails.timetables import Change as Became
from calendar_service.services.status.statuses import cancel, confirm
from tests.builders import an_event
from tests.mails import ROSA, a_subscription, a_wish, asked, stopped

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def lima(wall: str) -> datetime:
    return to_utc(datetime.fromisoformat(wall), "America/Lima")


CONCERT = lima("2026-12-05T19:30")


def notices(session: Session) -> list[Message]:
    session.flush()
    owed = select(Message).where(Message.kind.in_(("changed", "cancelled"))).order_by(Message.id)
    return list(session.scalars(owed.execution_options(populate_existing=True)))


def edited(session: Session, event: Event, officer: Viewer, now: datetime, **fields: object) -> None:
    draft = read_draft({**draft_of(event), **fields}, metropolis=session.installation.metropolis)
    revise(session, event, draft, seen=event.version, by=officer, now=now)


def said(session: Session, message: Message, now: datetime) -> list[tuple[str, str, str]]:
    """What became of each date, from which start to which."""
    assert noticing.stale(session, [message], now=now) == {}
    (notice,) = noticing.content(session, [message], now=now).notices
    return [
        (str(each.change), each.was.start if each.was else "", each.now.start if each.now else "")
        for each in notice.differences
    ]


def test_a_moved_event_is_told_once_with_both_times(
    session: Session, concert: Event, officer: Viewer, now: datetime
) -> None:
    a_subscription(session, now=now, event=concert)
    edited(session, concert, officer, now, start="2026-12-06T18:00", end="2026-12-06T19:00")
    (message,) = notices(session)
    assert (message.kind, message.address, message.due) == ("changed", ROSA, now + SETTLE)
    assert message.expires == lima("2026-12-06T18:00")
    assert said(session, message, now + SETTLE) == [("moved", "2026-12-05T19:30", "2026-12-06T18:00")]


def test_another_venue_alone_says_so(session: Session, concert: Event, officer: Viewer, now: datetime) -> None:
    a_subscription(session, now=now, event=concert)
    edited(session, concert, officer, now, venue=None, place_note="Malecón")
    (message,) = notices(session)
    assert said(session, message, now) == [("placed", "2026-12-05T19:30", "2026-12-05T19:30")]
    (notice,) = noticing.content(session, [message], now=now).notices
    (change,) = notice.differences
    assert change.was is not None
    assert change.now is not None
    assert (notice.places[change.was.place], change.now.place) == ("Parque Municipal", "Malecón")


@pytest.mark.parametrize("withdraw", [True, False])
def test_a_cancelled_event_is_told_once_by_the_name_people_know(
    session: Session, concert: Event, officer: Viewer, now: datetime, *, withdraw: bool
) -> None:
    """A withdrawn one counts as cancelled."""
    a_subscription(session, now=now, event=concert)
    cancel(session, concert, by=officer, now=now, reason="Lluvia", withdraw=withdraw)
    (message,) = notices(session)
    assert (message.kind, message.expires) == ("cancelled", CONCERT)
    assert said(session, message, now) == [("cancelled", "2026-12-05T19:30", "2026-12-05T19:30")]
    (notice,) = noticing.content(session, [message], now=now).notices
    assert notice.summary == "Retreta en el parque"


def test_other_words_are_told_to_nobody(session: Session, concert: Event, officer: Viewer, now: datetime) -> None:
    """Rule 5: who is mailed depends on time, place and status alone."""
    a_subscription(session, now=now, event=concert)
    edited(session, concert, officer, now, summary="Gran retreta", description="Con banda", free=False)
    assert notices(session) == []


def test_what_is_past_is_told_to_nobody(session: Session, concert: Event, officer: Viewer, now: datetime) -> None:
    a_subscription(session, now=now, event=concert)
    cancel(session, concert, by=officer, now=CONCERT + 3 * HOUR, reason="Lluvia")
    assert notices(session) == []


def test_only_subscribers_of_the_event_and_who_was_reminded_are_told(
    session: Session, concert: Event, officer: Viewer, now: datetime
) -> None:
    people = {f"{state}@example.pe": state for state in MessageState}
    for address in people:
        a_subscription(session, now=now, address=address)
    a_subscription(session, now=now, event=concert, lead="1w", address="event@example.pe")
    asked(session, a_wish(event=concert, lead="1w", address="pending@example.pe"), now=now)
    a_subscription(session, now=now, address="digest@example.pe", kind="digest")
    reminding.owe_due(session, now=CONCERT - DAY)
    for address, state in people.items():
        session.execute(update(Message).where(Message.address == address).values(state=state))
    cancel(session, concert, by=officer, now=CONCERT - DAY + HOUR, reason="Lluvia")
    assert {each.address for each in notices(session)} == {
        "event@example.pe", "sent@example.pe", "sending@example.pe", "unknown@example.pe",
    }  # fmt: skip


def test_who_has_both_reasons_is_told_once(session: Session, concert: Event, officer: Viewer, now: datetime) -> None:
    a_subscription(session, now=now, event=concert)
    a_subscription(session, now=now, event=concert, lead="1h")
    a_subscription(session, now=now, address="Rosa@EXAMPLE.pe")
    reminding.owe_due(session, now=CONCERT - DAY)
    session.execute(update(Message).values(state=MessageState.SENT))
    cancel(session, concert, by=officer, now=CONCERT - DAY, reason="Lluvia")
    (message,) = notices(session)
    (notice,) = noticing.content(session, [message], now=CONCERT - DAY).notices
    assert [(each.kind, each.lead) for each in notice.subscriptions] == [
        ("event", "1d"), ("event", "1h"), ("selection", "1d"),
    ]  # fmt: skip


def test_edits_within_a_quarter_of_an_hour_are_one_notice_that_tells_the_whole_way(
    session: Session, concert: Event, officer: Viewer, now: datetime
) -> None:
    a_subscription(session, now=now, event=concert)
    edited(session, concert, officer, now, start="2026-12-06T18:00", end="2026-12-06T19:00")
    edited(session, concert, officer, now + 10 * MINUTE, start="2026-12-07T18:00", end="2026-12-07T19:00")
    first, second = notices(session)
    later = now + SETTLE
    assert noticing.stale(session, [first], now=later) == {first.id: "event-changed"}
    assert second.due == later
    assert said(session, second, later) == [("moved", "2026-12-05T19:30", "2026-12-07T18:00")]


def test_what_was_taken_back_in_time_is_told_to_nobody(
    session: Session, concert: Event, officer: Viewer, now: datetime
) -> None:
    a_subscription(session, now=now, event=concert)
    cancel(session, concert, by=officer, now=now, reason="Lluvia")
    confirm(session, concert, by=officer, now=now + 10 * MINUTE)
    first, second = notices(session)
    assert noticing.stale(session, [first, second], now=now + SETTLE) == {
        first.id: "event-changed", second.id: "nothing-new",
    }  # fmt: skip


def test_what_was_told_already_is_what_the_next_notice_starts_from(
    session: Session, concert: Event, officer: Viewer, now: datetime
) -> None:
    a_subscription(session, now=now, event=concert)
    edited(session, concert, officer, now, start="2026-12-06T18:00", end="2026-12-06T19:00")
    session.execute(update(Message).values(state=MessageState.SENT))
    cancel(session, concert, by=officer, now=now + HOUR, reason="Lluvia")
    session.execute(update(Message).values(state=MessageState.SENT))
    confirm(session, concert, by=officer, now=now + 2 * HOUR)
    later = notices(session)
    assert [(each.kind, each.due) for each in later[1:]] == [
        ("cancelled", now + HOUR + SETTLE), ("changed", now + 2 * HOUR + SETTLE),
    ]  # fmt: skip
    assert said(session, later[2], now + 3 * HOUR) == [("back", "2026-12-06T18:00", "2026-12-06T18:00")]


def test_what_begins_soon_is_told_at_once(session: Session, concert: Event, officer: Viewer, now: datetime) -> None:
    a_subscription(session, now=now, event=concert)
    cancel(session, concert, by=officer, now=CONCERT - HOUR, reason="Lluvia")
    assert [each.due for each in notices(session)] == [CONCERT - HOUR]


def test_one_date_of_a_series_says_which(session: Session, officer: Viewer, now: datetime) -> None:
    series = an_event(session, by=officer, now=now, rrule="FREQ=WEEKLY;COUNT=4")
    a_subscription(session, now=now, event=series)
    off, moved = Change(cancelled=True, reason="Lluvia"), Change(
        start=datetime(2026, 12, 20, 16), end=datetime(2026, 12, 20, 17)
    )  # fmt: skip
    change_occurrence(session, series, "20261212T1930", off, seen=None, by=officer, now=now)
    change_occurrence(session, series, "20261219T1930", moved, seen=None, by=officer, now=now)
    assert said(session, notices(session)[-1], now + SETTLE) == [
        ("cancelled", "2026-12-12T19:30", "2026-12-12T19:30"), ("moved", "2026-12-19T19:30", "2026-12-20T16:00"),
    ]  # fmt: skip


def test_a_series_at_another_hour_is_each_date_moved_and_past_ones_are_left_out(
    session: Session, officer: Viewer, now: datetime
) -> None:
    series = an_event(session, by=officer, now=now, rrule="FREQ=WEEKLY;COUNT=3")
    a_subscription(session, now=now, event=series)
    later = CONCERT + DAY
    edited(session, series, officer, later, start="2026-12-05T18:00", end="2026-12-05T19:00")
    (message,) = notices(session)
    assert said(session, message, later) == [
        ("moved", "2026-12-12T19:30", "2026-12-12T18:00"), ("moved", "2026-12-19T19:30", "2026-12-19T18:00"),
    ]  # fmt: skip
    after = lima("2026-12-12T19:31")
    assert said(session, message, after) == [("moved", "2026-12-19T19:30", "2026-12-19T18:00")]


def test_dates_that_come_and_go(session: Session, officer: Viewer, now: datetime) -> None:
    series = an_event(session, by=officer, now=now, rrule="FREQ=WEEKLY;COUNT=2")
    a_subscription(session, now=now, event=series)
    edited(session, series, officer, now, rrule="FREQ=WEEKLY;COUNT=3")
    assert said(session, notices(session)[-1], now) == [(Became.ADDED, "", "2026-12-19T19:30")]
    session.execute(update(Message).values(state=MessageState.SENT))
    edited(session, series, officer, now, rrule=None)
    assert said(session, notices(session)[-1], now) == [
        (Became.CANCELLED, "2026-12-12T19:30", ""), (Became.CANCELLED, "2026-12-19T19:30", ""),
    ]  # fmt: skip


def test_a_notice_no_longer_holds_for_who_stopped(
    session: Session, concert: Event, officer: Viewer, now: datetime
) -> None:
    """M13."""
    subscription = a_subscription(session, now=now, event=concert)
    cancel(session, concert, by=officer, now=now, reason="Lluvia")
    (message,) = notices(session)
    stopped(session, subscription, now=now)
    assert noticing.stale(session, [message], now=now) == {message.id: "subscription-ended"}


def test_publishing_and_holding_tell_nobody(session: Session, officer: Viewer, now: datetime) -> None:
    draft = an_event(session, by=officer, now=now, status=Status.DRAFT)
    a_subscription(session, now=now)
    confirm(session, draft, by=officer, now=now)
    assert notices(session) == []


def test_it_is_counted_how_many_are_told_of_the_latest_change(
    session: Session, officer: Viewer, concert: Event, now: datetime
) -> None:
    assert audience_of(session, concert).mails == 0
    for number in range(6):
        a_subscription(session, now=now, event=concert, address=f"rosa{number}@example.pe")
    edited(session, concert, officer, now, start="2026-12-05T20:00")
    told = audience_of(session, concert)
    assert (told.subscribers, told.waiting, told.sent, told.due) == (6, 6, 0, now + SETTLE)
    session.execute(update(Message).values(state=MessageState.SENT))
    told = audience_of(session, concert)
    assert (told.waiting, told.sent, told.mails, told.due) == (0, 6, 6, None)
