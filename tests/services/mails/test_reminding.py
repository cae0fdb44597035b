"""Who is reminded, of what, when, and how often (M8, M13, M14, M17, M18)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from calendar_service.db.engine import Database, Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Status
from calendar_service.domain.mail import Message, MessageState
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import Change, change_occurrence, revise
from calendar_service.services.mails import reminding
from calendar_service.services.mails.reminding import AHEAD, owe_due
from calendar_service.services.status.statuses import cancel
from tests.builders import an_event, an_officer
from tests.counting import counted
from tests.mails import ROSA, a_subscription, a_wish, asked, stopped

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def lima(wall: str) -> datetime:
    return to_utc(datetime.fromisoformat(wall), "America/Lima")


CONCERT = lima("2026-12-05T19:30")


def reminders(session: Session) -> list[Message]:
    session.flush()
    owed = select(Message).where(Message.kind == "reminder").order_by(Message.due, Message.id)
    return list(session.scalars(owed.execution_options(populate_existing=True)))


def edited(session: Session, event: Event, officer: Viewer, now: datetime, **fields: object) -> None:
    draft = read_draft({**draft_of(event), **fields}, metropolis=session.installation.metropolis)
    revise(session, event, draft, seen=event.version, by=officer, now=now)


@pytest.mark.parametrize(
    ("lead", "due", "expires"),
    [
        ("1h", CONCERT - HOUR, CONCERT - HOUR / 2),
        ("morning", lima("2026-12-05T08:00"), lima("2026-12-05T13:45")),
        ("1d", CONCERT - DAY, CONCERT - DAY / 2),
        ("1w", CONCERT - 7 * DAY, CONCERT - 3.5 * DAY),
    ],
)
def test_a_reminder_is_owed_ten_minutes_before_it_is_due_and_until_it_expires(
    session: Session, concert: Event, now: datetime, lead: str, due: datetime, expires: datetime
) -> None:
    """M8, M14: also after a long time down, and never when it no longer helps."""
    a_subscription(session, now=now, event=concert, lead=lead)
    assert owe_due(session, now=due - AHEAD - MINUTE) == 0
    assert owe_due(session, now=expires) == 0
    assert owe_due(session, now=expires - MINUTE) == 1
    assert owe_due(session, now=due - AHEAD) == 0
    (message,) = reminders(session)
    assert (message.due, message.expires, message.starts) == (due, expires, CONCERT)
    assert (message.address, message.event_id, message.recurrence_id, message.lead) == (
        ROSA, concert.id, "20261205T1930", lead,
    )  # fmt: skip


def test_owing_twice_owes_once(session: Session, concert: Event, now: datetime) -> None:
    a_subscription(session, now=now, event=concert)
    assert [owe_due(session, now=CONCERT - DAY + n * MINUTE) for n in range(3)] == [1, 0, 0]


def test_only_who_said_yes_is_reminded(session: Session, concert: Event, now: datetime) -> None:
    """M7: neither who has not confirmed nor who stopped."""
    asked(session, a_wish(event=concert), now=now)
    stopped(session, a_subscription(session, now=now, event=concert, address="juan@example.pe"), now=now)
    a_subscription(session, now=now, event=concert, address="ana@example.pe")
    owe_due(session, now=CONCERT - DAY)
    assert [each.address for each in reminders(session)] == ["ana@example.pe"]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.TENTATIVE])
def test_what_is_not_public_reminds_nobody(session: Session, officer: Viewer, now: datetime, status: Status) -> None:
    """S17."""
    a_subscription(session, now=now)
    an_event(session, by=officer, now=now, status=status)
    assert owe_due(session, now=CONCERT - DAY) == 0


def test_what_was_cancelled_reminds_nobody(session: Session, concert: Event, officer: Viewer, now: datetime) -> None:
    a_subscription(session, now=now, event=concert)
    cancel(session, concert, by=officer, now=now, reason="Lluvia")
    assert owe_due(session, now=CONCERT - DAY) == 0


def test_a_selection_reminds_of_what_it_asks_for_alone(session: Session, officer: Viewer, now: datetime) -> None:
    a_subscription(session, now=now, query="free=1&district=barranco")
    wanted = an_event(session, by=officer, now=now)
    an_event(session, by=officer, now=now, free=False, price="10.00")
    an_event(session, by=an_officer(session, "miraflores", now=now), host="miraflores", now=now)
    owe_due(session, now=CONCERT - DAY)
    assert [each.event_id for each in reminders(session)] == [wanted.id]


def test_each_date_of_a_series_has_its_own_reminder(session: Session, officer: Viewer, now: datetime) -> None:
    series = an_event(session, by=officer, now=now, rrule="FREQ=WEEKLY;COUNT=3")
    a_subscription(session, now=now, event=series)
    for week in range(3):
        assert owe_due(session, now=CONCERT - DAY + week * 7 * DAY) == 1
    assert [each.recurrence_id for each in reminders(session)] == ["20261205T1930", "20261212T1930", "20261219T1930"]


def test_many_reasons_are_one_reminder_a_lead(session: Session, concert: Event, now: datetime) -> None:
    """M18."""
    a_subscription(session, now=now, event=concert)
    for query in ("", "free=1", "district=barranco"):
        a_subscription(session, now=now, query=query)
    a_subscription(session, now=now, event=concert, lead="1h")
    a_subscription(session, now=now, event=concert, address="Rosa@EXAMPLE.pe", lead="1h")
    owe_due(session, now=CONCERT - DAY)
    owe_due(session, now=CONCERT - HOUR)
    (day, hour) = reminders(session)
    assert (day.lead, hour.lead) == ("1d", "1h")
    said = reminding.content(session, [day], now=CONCERT - DAY)
    assert ([each.selection for each in said.subscriptions], len(said.occurrences)) == (
        ["", "", "free=1", "district=barranco"], 1,
    )  # fmt: skip


def test_who_lets_the_clock_look_back_a_little_only_misses_nothing_new(
    session: Session, concert: Event, now: datetime
) -> None:
    a_subscription(session, now=now, event=concert)
    assert owe_due(session, now=CONCERT - DAY + HOUR, back=30 * MINUTE) == 0
    assert owe_due(session, now=CONCERT - DAY + 20 * MINUTE, back=30 * MINUTE) == 1


def test_a_moved_events_reminder_moves_by_itself(
    session: Session, concert: Event, officer: Viewer, now: datetime
) -> None:
    """Rule 6: the row of the old time no longer holds, a new one is owed for the new time."""
    a_subscription(session, now=now, event=concert)
    owe_due(session, now=CONCERT - DAY)
    edited(session, concert, officer, CONCERT - DAY, start="2026-12-06T18:00", end="2026-12-06T19:00")
    assert owe_due(session, now=CONCERT - DAY) == 0
    moved = lima("2026-12-06T18:00")
    assert owe_due(session, now=moved - DAY) == 1
    old, new = reminders(session)
    assert reminding.stale(session, [old], now=CONCERT - DAY) == {old.id: "date-gone"}
    assert (new.starts, reminding.stale(session, [new], now=moved - DAY)) == (moved, {})


def test_who_was_reminded_is_not_reminded_again_because_of_another_venue(
    session: Session, concert: Event, officer: Viewer, now: datetime
) -> None:
    """The change has a notice of its own (M15)."""
    a_subscription(session, now=now, event=concert)
    owe_due(session, now=CONCERT - DAY)
    session.execute(update(Message).values(state=MessageState.SENT))
    edited(session, concert, officer, CONCERT - DAY, venue=None, place_note="Malecón")
    assert owe_due(session, now=CONCERT - DAY + HOUR) == 0


def test_a_reminder_still_waiting_is_replaced_when_the_venue_changes(
    session: Session, concert: Event, officer: Viewer, now: datetime
) -> None:
    a_subscription(session, now=now, event=concert)
    owe_due(session, now=CONCERT - DAY - AHEAD)
    edited(session, concert, officer, CONCERT - DAY, venue=None, place_note="Malecón")
    assert owe_due(session, now=CONCERT - DAY) == 1
    old, new = reminders(session)
    assert reminding.stale(session, [old, new], now=CONCERT - DAY) == {old.id: "event-changed"}


def test_what_no_longer_holds_is_known_at_the_claim(
    session: Session, concert: Event, officer: Viewer, now: datetime
) -> None:
    """M13."""
    subscription = a_subscription(session, now=now, event=concert)
    owe_due(session, now=CONCERT - DAY)
    (message,) = reminders(session)
    assert reminding.stale(session, [message], now=CONCERT - DAY) == {}
    assert reminding.stale(session, [message], now=CONCERT) == {message.id: "started"}
    stopped(session, subscription, now=now)
    assert reminding.stale(session, [message], now=CONCERT - DAY) == {message.id: "subscription-ended"}
    a_subscription(session, now=now, event=concert)
    assert reminding.stale(session, [message], now=CONCERT - DAY) == {}
    cancel(session, concert, by=officer, now=now, reason="Lluvia")
    session.flush()
    assert reminding.stale(session, [message], now=CONCERT - DAY) == {message.id: "event-not-published"}


def test_whether_a_reminder_still_holds_and_what_it_says_are_two_questions_each(
    lima: Database, session: Session, concert: Event, now: datetime
) -> None:
    """Rule 11: of the date, and of who is subscribed; each mail asks them while it is claimed."""
    a_subscription(session, now=now, event=concert)
    owe_due(session, now=CONCERT - DAY)
    messages = reminders(session)
    with counted(lima) as questions:
        assert reminding.stale(session, messages, now=CONCERT - DAY) == {}
        assert len(questions) == 2
        reminding.content(session, messages, now=CONCERT - DAY)
    assert len(questions) == 4


def test_a_cancelled_date_of_a_series_is_not_reminded_of(session: Session, officer: Viewer, now: datetime) -> None:
    series = an_event(session, by=officer, now=now, rrule="FREQ=WEEKLY;COUNT=3")
    a_subscription(session, now=now, event=series)
    off = Change(cancelled=True, reason="Lluvia")
    change_occurrence(session, series, "20261212T1930", off, seen=None, by=officer, now=now)
    assert owe_due(session, now=CONCERT + 6 * DAY) == 0
    assert owe_due(session, now=CONCERT + 13 * DAY) == 1


def test_what_one_person_is_reminded_of_at_once_is_said_by_when_it_begins(
    session: Session, officer: Viewer, now: datetime
) -> None:
    a_subscription(session, now=now)
    an_event(session, by=officer, now=now, summary="Tarde")
    an_event(session, by=officer, now=now, summary="Temprano", start="2026-12-05T10:00", end="2026-12-05T11:00")
    assert owe_due(session, now=CONCERT - DAY) == 2
    said = reminding.content(session, reminders(session), now=CONCERT - DAY)
    assert [each.event.summary for each in said.occurrences] == ["Temprano", "Tarde"]
