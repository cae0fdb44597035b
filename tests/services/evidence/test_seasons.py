"""The report of a season: what took place, where, for whom, with whom, and how many people came."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, Invalid, NotFound
from calendar_service.domain.events import Event, Status
from calendar_service.services.evidence import outcomes, seasons
from calendar_service.services.evidence.outcomes import Result
from calendar_service.services.evidence.seasons import Season, Share
from calendar_service.services.joint import cohosting
from calendar_service.services.status import statuses, taking_down
from tests.builders import an_event, an_officer

NOVEMBER = {"first": date(2026, 11, 1), "last": date(2026, 11, 30)}
NETWORK = Viewer(officer_id=None, facilitator=True)


@pytest.fixture
def rosa(session: Session, now: datetime) -> Viewer:
    return an_officer(session, now=now)


@pytest.fixture
def early(now: datetime) -> datetime:
    """When the season was posted."""
    return now - timedelta(days=60)


def posted(session: Session, by: Viewer, early: datetime, day: str, **more: Any) -> Event:  # noqa: ANN401 - any field
    return an_event(session, by=by, now=early, start=f"2026-{day}T19:30", end=f"2026-{day}T21:00", **more)


def of_barranco(session: Session, viewer: Viewer) -> Season:
    return seasons.season(session, "barranco", viewer=viewer, **NOVEMBER)


def test_it_counts_what_the_public_saw_between_two_days_and_who_came(
    session: Session, rosa: Viewer, early: datetime, now: datetime
) -> None:
    series = posted(session, rosa, early, "11-07", rrule="FREQ=WEEKLY;COUNT=5", disciplines=["bandas"], free=True)
    posted(session, rosa, early, "11-20", summary="Cine", disciplines=["cine"], free=False, price="15")
    posted(session, rosa, early, "10-31", summary="Antes")
    posted(session, rosa, early, "11-21", summary="Borrador", status=Status.DRAFT)
    off = posted(session, rosa, early, "11-22", summary="Llovió")
    statuses.cancel(session, off, reason="Lluvia", by=rosa, now=early)
    harmful = posted(session, rosa, early, "11-23", summary="Engaña")
    taking_down.take_down(session, harmful, reason="Engaña", by=NETWORK, now=early)
    for day, result in (("07", Result(held=True, people=80)), ("14", Result(held=True, people=100)),
                        ("21", Result(held=False)), ("28", Result(held=True))):  # fmt: skip
        outcomes.report(session, series, f"202611{day}T1930", result, by=rosa, now=now)
    found = of_barranco(session, rosa)
    assert (found.events, found.dates, found.off, found.not_held) == (2, 4, 1, 1)
    assert (found.counted, found.people, found.free, found.joint) == (2, 180, 1, 0)
    assert [*found.disciplines] == [
        Share(of="bandas", events=1, dates=3, people=180), Share(of="cine", events=1, dates=1, people=0)
    ]  # fmt: skip
    assert [(each.recurrence_id, people) for each, people in found.most_attended] == [
        ("20261114T1930", 100), ("20261107T1930", 80)
    ]  # fmt: skip
    held = [(each.start.day, outcome and outcome.people) for each, outcome in seasons.dates(
        session, "barranco", viewer=rosa, **NOVEMBER)]  # fmt: skip
    assert held == [(7, 80), (14, 100), (20, None), (21, None), (22, None), (28, None)]


def test_what_was_done_together_counts_for_each_and_once_for_the_network(
    session: Session, rosa: Viewer, early: datetime
) -> None:
    luis = an_officer(session, "miraflores", now=early)
    event = posted(session, luis, early, "11-07", host="miraflores")
    cohosting.ask(session, event, ["barranco", "chorrillos"], by=luis, now=early)
    alone = of_barranco(session, rosa)
    cohosting.answer(session, event, "barranco", accept=True, by=rosa, now=early)
    joint = of_barranco(session, rosa)
    everywhere = seasons.season(session, "", viewer=NETWORK, **NOVEMBER)
    assert [(each.events, each.joint, [*each.partners]) for each in (alone, joint, everywhere)] == [
        (0, 0, []), (1, 1, [("Miraflores", 1)]), (1, 1, [("Barranco", 1), ("Miraflores", 1)])
    ]  # fmt: skip
    assert [(each.of, each.dates) for each in everywhere.hosts] == [("Miraflores", 1)]


def test_what_lasts_counts_once_and_in_the_first_month_of_the_season(
    session: Session, rosa: Viewer, early: datetime
) -> None:
    an_event(session, by=rosa, now=early, start="2026-10-20", end="2026-12-10")
    found = seasons.season(session, "barranco", first=date(2026, 11, 1), last=date(2026, 12, 31), viewer=rosa)
    assert [(each.of, each.dates) for each in found.months] == [("2026-11", 1)]


def test_it_is_read_by_its_officers_and_by_who_looks_after_the_network(session: Session, rosa: Viewer) -> None:
    assert of_barranco(session, NETWORK).events == 0
    with pytest.raises(Forbidden):
        seasons.season(session, "miraflores", viewer=rosa, **NOVEMBER)
    with pytest.raises(NotFound):
        seasons.season(session, "", viewer=rosa, **NOVEMBER)


@pytest.mark.parametrize(
    ("last", "code"), [(date(2026, 10, 31), "season_backwards"), (date(2027, 12, 6), "season_too_long")]
)
def test_days_that_no_report_has_are_refused(session: Session, rosa: Viewer, last: date, code: str) -> None:
    with pytest.raises(Invalid) as wrong:
        seasons.season(session, "barranco", first=date(2026, 11, 1), last=last, viewer=rosa)
    assert [(each.field, each.code) for each in wrong.value.problems] == [("to", code)]
