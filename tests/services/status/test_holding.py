"""A hold has an end: its officers are told a week and a day before, then it lapses, all at local midnights."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails.news import news_by_ids
from calendar_service.domain.events import Event, Status
from calendar_service.domain.network.news import News
from calendar_service.domain.people import Role
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.news.headlines import headline
from calendar_service.services.news.telling import may_be_told
from calendar_service.services.status.holding import remind_of_holds
from calendar_service.services.status.statuses import confirm, hold, lapse_holds
from calendar_service.words import words
from tests.builders import an_event, an_officer


def lima_time(text: str) -> datetime:
    return to_utc(datetime.fromisoformat(text), "America/Lima")


@pytest.fixture
def held(session: Session, now: datetime) -> Event:
    """A date held, on 30 November, until 20 December."""
    rosa = an_officer(session, "barranco", now=now)
    event = an_event(session, by=rosa, now=now, status=Status.DRAFT, start="2026-12-24T19:00", end="2026-12-24T21:00")
    hold(session, event, until=date(2026, 12, 20), by=rosa, now=now)
    return event


def told_at(session: Session, *moments: str) -> list[int]:
    return [remind_of_holds(session, now=lima_time(each)) for each in moments]


def test_its_officers_are_told_at_the_midnights_a_week_and_a_day_before_it_ends(session: Session, held: Event) -> None:
    assert told_at(session, "2026-12-12T23:59", "2026-12-13T00:00", "2026-12-13T00:01") == [0, 1, 0]
    assert told_at(session, "2026-12-18T23:59", "2026-12-19T00:00", "2026-12-20T23:00") == [0, 1, 0]
    assert [(each.kind, each.event_id) for each in session.scalars(select(News))] == [("hold-ends", held.id)] * 2


def test_after_a_standstill_it_is_told_once_for_the_last_stage(session: Session, held: Event) -> None:
    del held
    assert told_at(session, "2026-12-19T10:00", "2026-12-19T10:01") == [1, 0]


def test_who_has_just_moved_its_end_needs_no_reminder(session: Session, now: datetime) -> None:
    rosa = an_officer(session, "barranco", now=now)
    event = an_event(session, by=rosa, now=now, status=Status.DRAFT)
    hold(session, event, until=date(2026, 12, 2), by=rosa, now=now)
    assert told_at(session, "2026-11-30T20:00", "2026-11-30T23:59", "2026-12-01T00:00") == [0, 0, 1]


def test_nothing_is_told_of_what_was_published_or_has_lapsed(session: Session, held: Event, now: datetime) -> None:
    confirm(session, held, by=an_officer(session, "barranco", now=now, role=Role.MANAGER), now=now)
    assert told_at(session, "2026-12-13T00:00", "2026-12-21T00:00") == [0, 0]


def test_it_lapses_when_its_last_local_day_is_over_and_not_before(session: Session, held: Event) -> None:
    assert lapse_holds(session, now=lima_time("2026-12-20T23:59:59")) == 0
    assert lapse_holds(session, now=lima_time("2026-12-21T00:00")) == 1
    assert (held.status, held.hold_until) == (Status.DRAFT, None)
    assert lapse_holds(session, now=lima_time("2026-12-21T00:00")) == 0


def test_the_mail_says_on_which_day_it_ends_and_nothing_once_it_has_lapsed(session: Session, held: Event) -> None:
    told_at(session, "2026-12-19T00:00")
    [news] = news_by_ids(session, session.scalars(select(News.id)).all())
    said = headline(news, words("es", locale="es_PE"))
    assert said.startswith("La reserva de fecha vence el dom. 20 de diciembre y vuelve a ser borrador")
    assert may_be_told(news)
    lapse_holds(session, now=lima_time("2026-12-21T00:00"))
    assert (held.status, may_be_told(news)) == (Status.DRAFT, False)
