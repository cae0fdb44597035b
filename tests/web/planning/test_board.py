"""The planning board: who plans what in which week, what a hold keeps to itself, which weekends are free."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from calendar_service.domain.events import Status
from calendar_service.services.house import House
from calendar_service.services.joint import cohosting
from tests.builders import an_event
from tests.counting import counted
from tests.web.office import Desk
from tests.web.pages import Element

pytestmark = pytest.mark.one_database

BOARD = "/office/board"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    return Desk(app, house, now, "barranco")


@pytest.fixture
def luis(app: Flask, house: House, now: datetime) -> Desk:
    return Desk(app, house, now, "miraflores")


def row(page: Element, name: str) -> list[str]:
    """The cells of a row, in words."""
    rows = [each for each in page.one("table").all("tr") if each.all("th") and each.all("th")[0].text == name]
    assert len(rows) == 1, f"there are {len(rows)} rows called {name}"
    return [each.text for each in rows[0].all("td")]


def test_every_district_has_a_row_and_every_week_a_column(rosa: Desk) -> None:
    page = rosa.open(BOARD)
    assert len(page.one("table").one("tbody").all("tr")) == 43
    assert row(page, "Ancón") == ["libre"] * 12
    assert len(rosa.open(f"{BOARD}?weeks=4&zone=lima-norte").one("table").one("tbody").all("tr")) == 8


@pytest.mark.every_database
def test_what_is_published_and_what_is_held_stand_in_the_row_of_their_host(rosa: Desk, luis: Desk) -> None:
    with luis.house.deed() as session:
        an_event(session, by=luis.viewer, now=luis.now, host="miraflores")
        an_event(session, by=luis.viewer, now=luis.now, host="miraflores", status=Status.TENTATIVE)
        an_event(session, by=luis.viewer, now=luis.now, host="miraflores", status=Status.DRAFT)
    page = rosa.open(f"{BOARD}?from=2026-11-30&weeks=2")
    assert row(page, "Miraflores") == ["1+1", "libre"]
    assert row(page, "Barranco") == ["libre", "libre"]
    assert row(page, "Todo") == ["1+1", "0"]


def test_a_joint_event_stands_in_the_row_of_each_that_accepted(rosa: Desk, luis: Desk) -> None:
    with rosa.house.deed() as session:
        event = an_event(session, by=rosa.viewer, now=rosa.now)
        cohosting.ask(session, event, ["miraflores", "surquillo"], by=rosa.viewer, now=rosa.now)
        cohosting.answer(session, event, "miraflores", accept=True, by=luis.viewer, now=rosa.now)
    page = rosa.open(f"{BOARD}?from=2026-11-30&weeks=2")
    assert [row(page, each)[0] for each in ("Barranco", "Miraflores", "Surquillo", "Todo")] == ["1", "1", "libre", "1"]


@pytest.mark.every_database
def test_a_weekend_is_free_unless_something_touches_it(rosa: Desk) -> None:
    with rosa.house.deed() as session:
        for start, end in (("2026-12-03T19:00", "2026-12-03T21:00"), ("2026-12-11T10:00", "2026-12-11T12:00"),
                           ("2026-12-18T18:30", "2026-12-18T20:00")):  # fmt: skip
            an_event(session, by=rosa.viewer, now=rosa.now, start=start, end=end)
        an_event(session, by=rosa.viewer, now=rosa.now, start="2026-12-21", end="2027-01-20", all_day=True)
    page = rosa.open(f"{BOARD}?from=2026-11-30&weeks=4&district=barranco")
    cells = page.one("table").one("tbody").all("td")
    assert ["open-weekend" in each.classes for each in cells] == [True, True, False, True]


@pytest.mark.every_database
def test_a_cell_opens_into_its_dates_and_a_busy_hold_says_what_for_whom_and_how_big(rosa: Desk, luis: Desk) -> None:
    with luis.house.deed() as session:
        an_event(
            session, by=luis.viewer, now=luis.now, host="miraflores", status=Status.TENTATIVE,
            disciplines=["jazz-fusion"], audiences=["jovenes"], expected_attendance=300,
        )  # fmt: skip
    page = rosa.open(f"{BOARD}?from=2026-11-30&weeks=2")
    link = next(each for each in page.one("table").all("a") if "Miraflores" in each.attrs["aria-label"])
    opened = rosa.open(link.attrs["href"])
    assert "Retreta" not in opened.text
    assert opened.one("ul", cls="rows").text == (
        "7:30 p. m. a 9 p. m. Fecha reservada reserva "
        "Miraflores · Jazz y fusión · Jóvenes (18 a 29 años) · 300 personas"
    )
    assert "Retreta" in luis.open(link.attrs["href"]).text


def test_a_week_is_listed_day_by_day_with_the_free_ones_and_what_lasts_by_itself(rosa: Desk) -> None:
    with rosa.house.deed() as session:
        an_event(session, by=rosa.viewer, now=rosa.now)
        an_event(session, by=rosa.viewer, now=rosa.now, start="2026-12-02", end="2026-12-20", all_day=True)
        an_event(session, by=rosa.viewer, now=rosa.now, start="2026-12-05", end="2026-12-05", all_day=True)
    page = rosa.open(f"{BOARD}?from=2026-11-30&weeks=1")
    assert [each.text for each in page.all("h3", cls="day")] == [
        "lun. 30 de noviembre libre", "mar. 1 de diciembre libre", "mié. 2 de diciembre libre",
        "jue. 3 de diciembre libre", "vie. 4 de diciembre libre", "sáb. 5 de diciembre", "dom. 6 de diciembre libre",
        "Varios días",
    ]  # fmt: skip
    assert [each.text for each in page.all("span", cls="hour")] == [
        "todo el día", "7:30 p. m. a 9 p. m.", "del 2 al 20 de diciembre"
    ]  # fmt: skip


@pytest.mark.every_database
@pytest.mark.parametrize(("asked", "there"), [("discipline=musica", True), ("q=retreta", False), ("free=1", False)])
def test_who_asks_by_what_a_hold_does_not_show_is_not_answered_by_it(
    rosa: Desk, luis: Desk, asked: str, *, there: bool
) -> None:
    with luis.house.deed() as session:
        an_event(session, by=luis.viewer, now=luis.now, host="miraflores", status=Status.TENTATIVE)
    page = rosa.open(f"{BOARD}?from=2026-11-30&weeks=2&{asked}")
    assert row(page, "Todo")[0] == ("0+1" if there else "0")


@pytest.mark.every_database
@pytest.mark.parametrize(("rows", "name"), [("discipline", "Música"), ("venue", "Parque Municipal")])
def test_disciplines_and_venues_can_stand_down_the_board(rosa: Desk, rows: str, name: str) -> None:
    with rosa.house.deed() as session:
        an_event(session, by=rosa.viewer, now=rosa.now)
    page = rosa.open(f"{BOARD}?from=2026-11-30&weeks=2&rows={rows}")
    assert row(page, name) == ["1", "libre"]


@pytest.mark.every_database
@pytest.mark.parametrize(
    ("asked", "first", "weeks"),
    [("from=2026-12-02&to=2026-12-20", "30 nov.–6 dic.", 3), ("to=2027-01-03", "30 nov.–6 dic.", 5),
     ("when=month", "26 oct.–1 nov.", 6), ("from=2026-12-02&to=2026-12-20&weeks=8", "30 nov.–6 dic.", 8)],
)  # fmt: skip
def test_a_range_of_days_is_shown_in_the_weeks_that_it_touches_and_said_on_paper(
    rosa: Desk, asked: str, first: str, weeks: int
) -> None:
    page = rosa.open(f"{BOARD}?{asked}&zone=lima-norte")
    heads = page.one("table").one("thead").all("th")
    assert (first in heads[0].text, len(heads)) == (True, weeks)
    assert page.one("p", cls="on-paper").text.startswith("En Lima Norte · del ")
    assert f"weeks={weeks}" in page.one("nav", cls="ways").hrefs()[0]


@pytest.mark.every_database
def test_the_weeks_whose_weekend_is_free_in_most_rows_stand_out(rosa: Desk, luis: Desk) -> None:
    with rosa.house.deed() as session:
        an_event(session, by=rosa.viewer, now=rosa.now)
        an_event(session, by=luis.viewer, now=rosa.now, host="miraflores", start="2026-12-12", end="2026-12-13",
                 all_day=True)  # fmt: skip
        an_event(session, by=rosa.viewer, now=rosa.now, start="2026-12-12", end="2026-12-12", all_day=True)
    page = rosa.open(f"{BOARD}?from=2026-11-30&weeks=3&district=barranco&district=miraflores")
    foot = page.one("tfoot").all("tr")[1].all("td")
    assert [(each.text, "open-weekend" in each.classes) for each in foot] == [("1", False), ("0", False), ("2", True)]
    mine = page.one("ol", cls="board-list").all("li", cls="own")
    assert [each.text for each in mine] == ["Barranco 1", "Barranco 1", "Barranco fin de semana libre 0"]


def test_an_address_with_nonsense_is_forgiven(rosa: Desk) -> None:
    page = rosa.open(f"{BOARD}?weeks=0&rows=x&zone=atlantis&from=ayer&cluster=x")
    assert len(page.one("table").one("tbody").all("tr")) == 43


def test_it_asks_as_many_questions_for_three_events_as_for_none(rosa: Desk) -> None:
    found = []
    for more in (0, 3):
        with rosa.house.deed() as session:
            for _ in range(more):
                an_event(session, by=rosa.viewer, now=rosa.now)
        with counted(rosa.house.database) as asked:
            rosa.open(BOARD)
        found.append(len(asked))
    assert found == [7, 7]


def test_a_board_becomes_a_private_feed_of_its_selection(rosa: Desk) -> None:
    made = rosa.send("/office/feeds", f"{BOARD}?zone=lima-norte&weeks=4")
    assert made.status_code == 200
    assert "Tablero: En Lima Norte" in made.text
    assert "/feeds/private/" in made.text
