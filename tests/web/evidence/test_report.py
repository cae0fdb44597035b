"""The report of a season on the desk: as a page, as a sheet of paper, as a table."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from flask import Flask

from calendar_service.services.evidence import outcomes
from calendar_service.services.evidence.outcomes import Result
from calendar_service.services.house import House
from tests.builders import an_event
from tests.counting import counted
from tests.web.office import Desk
from tests.web.pages import Element

pytestmark = pytest.mark.one_database
REPORT = "/office/report"
NOVEMBER = "from=2026-11-01&to=2026-11-30"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco, where a concert took place on two Saturdays of November; 120 people came to the first."""
    desk = Desk(app, house, now, "barranco")
    with house.deed() as session:
        event = an_event(
            session, by=desk.viewer, now=now - timedelta(days=60), summary="=Retreta", start="2026-11-07T19:30",
            end="2026-11-07T21:00", rrule="FREQ=WEEKLY;COUNT=2", free=True,
        )  # fmt: skip
        result = Result(held=True, people=120)
        outcomes.report(session, event, "20261107T1930", result, by=desk.viewer, now=now)
    return desk


def figures(page: Element) -> list[str]:
    return [each.text for each in page.one("dl", cls="tally").all("dd")]


def test_the_page_says_in_figures_what_took_place_and_offers_the_usual_seasons(rosa: Desk) -> None:
    page = rosa.open(REPORT)
    assert page.one("h1").text == "Municipalidad de Barranco Noviembre de 2026"
    assert figures(page) == ["1", "2", "120", "100 %", "100 %", "0"]
    assert page.one("nav", cls="season").texts("a") == [
        "noviembre de 2026", "octubre de 2026", "este trimestre", "2026", "2025"
    ]  # fmt: skip
    empty = rosa.open(f"{REPORT}?from=2026-09-01&to=2026-09-30").one("main")
    assert "El informe se escribe solo" in empty.text


def test_days_in_the_wrong_order_are_said_beside_their_field_and_this_month_is_shown(rosa: Desk) -> None:
    page = rosa.open(f"{REPORT}?from=2026-11-30&to=2026-11-01")
    assert page.one("p", cls="error").text == "El último día va después del primero."
    assert figures(page)[0] == "1"
    assert rosa.client.get(f"{REPORT}.csv?from=2026-11-30&to=2026-11-01").status_code == 400


def test_it_is_a_table_that_no_spreadsheet_calculates_with_s33(rosa: Desk) -> None:
    answer = rosa.client.get(f"{REPORT}.csv?district=barranco&{NOVEMBER}")
    assert "barranco-2026-11-01-2026-11-30.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    columns = ("Fecha", "Empieza", "Evento", "Se realizó", "Personas")
    assert [tuple(each[name] for name in columns) for each in rows] == [
        ("2026-11-07", "19:30", "'=Retreta", "sí", "120"), ("2026-11-14", "19:30", "'=Retreta", "", "")
    ]  # fmt: skip


def test_it_is_one_sheet_of_paper(rosa: Desk) -> None:
    answer = rosa.client.get(f"{REPORT}.pdf?{NOVEMBER}")
    assert (answer.mimetype, answer.get_data()[:5]) == ("application/pdf", b"%PDF-")


def test_who_looks_after_the_network_reads_everybodys_s16(app: Flask, house: House, rosa: Desk, now: datetime) -> None:
    network = Desk(app, house, now, facilitator=True)
    assert network.open(f"{REPORT}?{NOVEMBER}").one("h1").text.startswith("La red de Lima Metropolitana")
    assert figures(network.open(f"{REPORT}?district=barranco&{NOVEMBER}"))[:3] == ["1", "2", "120"]
    rosa.open(f"{REPORT}?district=comas", status=403)


def test_the_report_asks_the_database_as_often_however_much_there_is_rule_11(rosa: Desk, now: datetime) -> None:
    with counted(rosa.house.database) as once:
        rosa.open(f"{REPORT}?{NOVEMBER}")
    with rosa.house.deed() as session:
        for number in range(3):
            an_event(session, by=rosa.viewer, now=now, summary=f"Más {number}", start="2026-11-30T20:00",
                     end="2026-11-30T21:00")  # fmt: skip
    with counted(rosa.house.database) as again:
        rosa.open(f"{REPORT}?{NOVEMBER}")
    assert [len(each) for each in (once, again)] == [8, 8]
