"""Clash advice over a real database: who is named, what a busy hold keeps to itself, which dates are better."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from calendar_service.db.engine import Database
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import HoldShows, Status
from calendar_service.domain.times.moments import read_wall
from calendar_service.services.desk.advice import Advice, Better, Wish
from calendar_service.services.desk.clashing import advise
from calendar_service.services.desk.wishing import When, read_wish
from calendar_service.services.network import special_days
from tests.builders import an_event, an_officer
from tests.counting import counted

WHEN = ("start", "end", "rrule", "rdates", "exdates")
NEIGHBOUR, FAR = "chorrillos", "ancon"


def wish(lima: Database, **more: Any) -> Wish:  # noqa: ANN401 - any field
    """A band in Barranco on Saturday 5 December, 7 to 9 p. m."""
    usual: dict[str, Any] = {
        "start": "2026-12-05T19:00", "end": "2026-12-05T21:00", "district": "barranco", "disciplines": ["bandas"],
    }  # fmt: skip
    given = usual | more
    when = When(**{name: given.pop(name) for name in WHEN if name in given})
    return read_wish(when, **given, metropolis=lima.installation.metropolis)


@pytest.fixture
def neighbour(lima: Database, now: datetime) -> Viewer:
    with lima.deed() as session:
        return an_officer(session, NEIGHBOUR, now=now)


@pytest.fixture
def rosa(lima: Database, now: datetime) -> Viewer:
    with lima.deed() as session:
        return an_officer(session, "barranco", now=now)


def ask(lima: Database, by: Viewer, now: datetime, **more: Any) -> Advice:  # noqa: ANN401 - any field
    with lima.reading() as session:
        return advise(session, wish(lima, **more), viewer=by, now=now)


def post(lima: Database, by: Viewer, now: datetime, **more: Any) -> str:  # noqa: ANN401 - any field
    with lima.deed() as session:
        return an_event(session, by=by, now=now, host=more.pop("host", NEIGHBOUR), venue=None,
                        place_note="La plaza", **more).uid  # fmt: skip


def test_what_is_published_next_door_is_named_with_the_parts_of_its_score(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    uid = post(lima, neighbour, now, expected_attendance=400)
    advice = ask(lima, rosa, now)
    assert [(each.uid, each.summary, each.district) for each in advice.clashes] == [
        (uid, "Retreta en el parque", NEIGHBOUR)
    ]
    assert advice.clashes[0].parts.factors == {"time": 1.0, "nearness": 0.8, "public": 0.8, "size": 1.0}
    assert advice.clashes[0].score == advice.burden == 64


def test_a_busy_hold_says_where_when_what_and_how_big_but_not_its_title(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    post(lima, neighbour, now, status=Status.TENTATIVE, expected_attendance=400)
    clash = ask(lima, rosa, now).clashes[0]
    assert (clash.summary, clash.slug, clash.held) == (None, None, True)
    assert (clash.district, clash.disciplines, clash.expected) == (NEIGHBOUR, ("bandas",), 400)
    assert clash.span.start == read_wall("2026-12-05T19:30")[0]
    assert ask(lima, neighbour, now).clashes[0].summary == "Retreta en el parque"


def test_a_hold_that_shows_everything_shows_its_title(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    post(lima, neighbour, now, status=Status.TENTATIVE, hold_shows=HoldShows.FULL)
    assert ask(lima, rosa, now).clashes[0].summary == "Retreta en el parque"


def test_drafts_what_is_cancelled_what_is_far_and_the_event_itself_do_not_compete(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    post(lima, neighbour, now, status=Status.DRAFT)
    with lima.deed() as session:
        far = an_officer(session, FAR, now=now)
    post(lima, far, now, host=FAR)
    own = post(lima, rosa, now, host="barranco")
    assert [each.uid for each in ask(lima, rosa, now).clashes] == [own]
    assert ask(lima, rosa, now, uid=own).clashes == []


def test_better_dates_keep_weekday_and_hour_and_say_how_much_is_on(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    for day in ("2026-12-05", "2026-12-12"):
        post(lima, neighbour, now, start=f"{day}T19:30", end=f"{day}T21:00")
    advice = ask(lima, rosa, now)
    assert [(each.days, each.rivals) for each in advice.better] == [(14, 0), (21, 0), (28, 0)]
    assert advice.better[0].span.start == read_wall("2026-12-19T19:00")[0]


def test_a_date_that_nothing_competes_with_needs_no_better_one(lima: Database, rosa: Viewer, now: datetime) -> None:
    advice = ask(lima, rosa, now)
    assert (advice.clashes, advice.better, advice.burden, advice.left_off) == ([], [], 0, 0)


def test_no_date_is_proposed_that_is_over_or_marked(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    post(lima, neighbour, now)
    with lima.deed() as session:
        special_days.add(
            session, name="Aniversario", day=read_wall("2026-12-12")[0].date(), kind="anniversary", yearly=True,
            district=NEIGHBOUR, by=neighbour, now=now,
        )  # fmt: skip
    better: list[Better] = list(ask(lima, rosa, now).better)
    assert [each.days for each in better] == [14, 21, 28]  # not the 12th, nor a week ago


def test_a_holiday_and_a_neighbours_special_day_are_told_of_the_wanted_day(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    with lima.deed() as session:
        special_days.add(
            session, name="Fiesta patronal", day=read_wall("2020-12-08")[0].date(), kind="day-off", yearly=True,
            district=NEIGHBOUR, by=neighbour, now=now,
        )  # fmt: skip
    advice = ask(lima, rosa, now, start="2026-12-08T19:00", end="2026-12-08T21:00")
    assert [each.kind for each in advice.marked] == ["holiday", "day-off"]
    assert [each.district for each in advice.marked] == [None, NEIGHBOUR]


def test_it_asks_three_questions_however_much_there_is(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    for more in (1, 3):
        for number in range(more):
            post(lima, neighbour, now, start=f"2026-12-0{5 + number}T19:30", end=f"2026-12-0{5 + number}T21:00")
        with counted(lima) as asked:
            ask(lima, rosa, now)
        assert len(asked) == 3


def test_an_event_that_competes_with_many_dates_of_a_series_is_named_once(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    post(lima, neighbour, now, rrule="FREQ=WEEKLY;COUNT=3")
    with counted(lima) as asked:
        advice = ask(lima, rosa, now, rrule="FREQ=WEEKLY;COUNT=60", exdates=["2026-12-12T19:00"])
    assert [(each.times, each.span.start.day) for each in advice.clashes] == [(2, 5)]
    assert [(each.span.start.day, each.rivals) for each in advice.crowded] == [(5, 1), (19, 1)]
    assert [each.better.days for each in advice.crowded if each.better] == [1, 1]
    assert (advice.looked_at, len(asked)) == (59, 4)


def test_what_is_over_of_a_series_and_its_own_other_dates_are_no_better_dates(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    post(lima, neighbour, now)
    advice = ask(lima, rosa, now, start="2026-11-21T19:00", end="2026-11-21T21:00", rrule="FREQ=DAILY;COUNT=20")
    assert advice.looked_at == 11  # from 30 November on
    assert [(each.span.start.day, each.better and each.better.days) for each in advice.crowded] == [(5, None)]


def test_a_series_is_told_at_which_hour_all_of_it_would_be_freer(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    for day, hour in (("05", "21"), ("06", "19")):
        start, end = f"2026-12-{day}T{hour}:00", f"2026-12-{day}T{hour}:45"
        post(lima, neighbour, now, start=start, end=end, rrule="FREQ=WEEKLY;COUNT=4")
    series = {"start": "2026-12-05T20:00", "end": "2026-12-05T21:30"}
    shifts = ask(lima, rosa, now, **series, rrule="FREQ=WEEKLY;COUNT=3").shifts
    assert [(each.days, each.hours, each.before, each.after, each.dates) for each in shifts] == [(-1, 0, 3, 0, 3)]
    assert ask(lima, rosa, now, **series, rrule="FREQ=WEEKLY;COUNT=4").shifts == []  # one of the Fridays is Christmas


def test_a_series_is_not_moved_onto_its_own_days_nor_to_where_as_much_is_on(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    post(lima, neighbour, now, start="2026-12-05T08:00", end="2026-12-05T23:30", rrule="FREQ=WEEKLY;COUNT=4")
    daily = {"start": "2026-12-04T19:00", "end": "2026-12-04T21:00", "rrule": "FREQ=DAILY;COUNT=20"}
    assert ask(lima, rosa, now, **daily).shifts == []
    weekly = {"start": "2026-12-05T19:00", "end": "2026-12-05T21:00", "rrule": "FREQ=WEEKLY;COUNT=3"}
    assert [(each.days, each.hours) for each in ask(lima, rosa, now, **weekly).shifts] == [(1, 0), (-1, 0)]


def test_a_series_that_begins_tomorrow_may_begin_the_day_after(
    lima: Database, rosa: Viewer, neighbour: Viewer, now: datetime
) -> None:
    post(lima, neighbour, now, start="2026-12-01T08:00", end="2026-12-01T23:30", rrule="FREQ=WEEKLY;COUNT=3")
    series = {"start": "2026-12-01T19:00", "end": "2026-12-01T21:00", "rrule": "FREQ=WEEKLY;COUNT=3"}
    assert [each.days for each in ask(lima, rosa, now, **series).shifts] == [1]
