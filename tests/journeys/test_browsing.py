"""Journey 3: a citizen browses. What she chose stands in the address bar, and means the same wherever she takes it."""

from __future__ import annotations

import json
from datetime import datetime
from urllib.parse import urlsplit

import icalendar
import pytest

from calendar_service.domain.times.moments import to_utc
from tests.processes import Answer
from tests.sites import Site
from tests.visitor import Visitor
from tests.web.pages import Element, read
from tests.web.season import Season

LIMA = "America/Lima"
CHOICE = "free=1&when=weekend&district=barranco"
CANONICAL = "district=barranco&when=weekend&free=1"


@pytest.fixture
def citizen(site: Site) -> Visitor:
    """Somebody on the evening of Monday 30 November, in December by UTC, before a lively weekend."""
    season = Season(site.house, site.clock.now)
    season.post("Esta noche", start="2026-11-30T20:00", end="2026-12-01T00:00")
    season.post("Viernes por la tarde", start="2026-12-04T15:00", end="2026-12-04T17:00")
    season.post("Viernes por la noche", start="2026-12-04T20:00", end="2026-12-04T22:00")
    season.post("Taller de zampoña", start="2026-12-06T10:00", end="2026-12-06T12:00", rrule="FREQ=WEEKLY;COUNT=4")
    season.post("Concierto pagado", free=False, price="20")
    season.post("Teatro en Miraflores", host="miraflores", start="2026-12-06T17:00", end="2026-12-06T18:00")
    season.jointly(season.post("Pasacalle de los dos", host="chorrillos"), "barranco")
    season.post("Lunes de madrugada", start="2026-12-07T00:30", end="2026-12-07T02:00")
    return site.visitor()


def page(visitor: Visitor, path: str) -> Element:
    answer = visitor.get(path)
    assert answer.status == 200, answer.text[-2000:]
    return read(answer.text)


def titles(element: Element) -> list[str]:
    return [row.one("a").text for row in element.all("li", cls="row")]


def entries(answer: Answer) -> list[icalendar.Event]:
    assert answer.status == 200, answer.text
    return icalendar.Calendar.from_ical(answer.text).events


WEEKEND = ["Viernes por la noche", "Pasacalle de los dos", "Taller de zampoña"]


def test_a_choice_means_the_same_on_the_page_in_the_feed_and_in_the_api(site: Site, citizen: Visitor) -> None:
    chosen = page(citizen, f"/events?{CHOICE}")
    assert chosen.one("h1").text == "Gratis · en Barranco · este fin de semana"
    assert titles(chosen) == WEEKEND
    (canonical,) = [each.attrs["href"] for each in chosen.all("link") if each.attrs["rel"] == "canonical"]
    (feed,) = [each.attrs["href"] for each in chosen.all("link") if each.attrs.get("type") == "text/calendar"]
    assert (site.path(canonical), feed) == (f"/events?{CANONICAL}", f"/feeds/selection.ics?{CANONICAL}")
    fed = entries(citizen.get(feed))
    assert sorted(str(each["SUMMARY"]) for each in fed) == sorted(WEEKEND)
    told = json.loads(citizen.get(f"/api/v1/events?{CANONICAL}").text)["items"]
    assert {each["uid"] for each in told} == {str(each["UID"]) for each in fed}


def test_a_choice_is_carried_along_wherever_the_page_leads(site: Site, citizen: Visitor) -> None:
    chosen = page(citizen, f"/events?{CHOICE}")
    subscribe, month = chosen.one("aside", cls="take").hrefs()
    assert (subscribe, month) == (f"/subscribe?{CANONICAL}", "/calendar/2026/11?district=barranco&free=1")
    offer = page(citizen, subscribe)  # which is for good: it keeps all but the days
    assert "/events?district=barranco&free=1" in offer.hrefs()
    (webcal,) = [each for each in offer.hrefs() if each.startswith("webcal://")]
    assert webcal == f"webcal://{urlsplit(site.url).netloc}/feeds/selection.ics?district=barranco&free=1"
    december = page(citizen, month.replace("2026/11", "2026/12"))
    assert {*WEEKEND, "Viernes por la tarde", "Lunes de madrugada"} == set(titles(december.one("ol", cls="days")))


def test_from_the_list_to_the_date_and_its_neighbours(site: Site, citizen: Visitor) -> None:
    row = page(citizen, f"/events?{CHOICE}").all("li", cls="row")[-1]
    date = page(citizen, row.one("a").attrs["href"])
    assert date.one("h1").text == "Taller de zampoña"
    assert date.one("p", cls="when").text == "dom. 6 de diciembre, 10 a. m. a 12 p. m."
    (download,) = [each for each in date.hrefs() if each.endswith("/20261206T1000.ics")]
    (entry,) = entries(citizen.get(download))
    assert entry["DTSTART"].to_ical() == b"20261206T100000"
    assert "Teatro en Miraflores" in titles(date)  # the same days, next door


def test_what_cannot_be_meant_is_a_hint_on_a_page_and_refused_to_a_program(site: Site, citizen: Visitor) -> None:
    bad = f"{CHOICE}&district=narnia&from=ayer"
    forgiven = page(citizen, f"/events?{bad}")
    assert forgiven.texts(cls="warn") != []
    assert titles(forgiven) == WEEKEND
    for path in (f"/feeds/selection.ics?{bad}", f"/api/v1/events?{bad}"):
        assert citizen.get(path).status == 400, path


TODAY = {
    datetime(2026, 11, 30, 19, 30): ["Esta noche"],  # 00:30 on 1 December in UTC
    datetime(2026, 11, 30, 23, 59): ["Esta noche"],
    datetime(2026, 12, 1, 0, 0): [],
    datetime(2026, 12, 5, 19, 29): ["Concierto pagado", "Pasacalle de los dos"],
}  # fmt: skip


def test_today_is_the_local_day_everywhere_rule_1(site: Site, citizen: Visitor) -> None:
    for minute, on in TODAY.items():
        site.clock.now = to_utc(minute, LIMA)
        assert sorted(titles(page(citizen, "/events?when=today"))) == on
        fed = entries(citizen.get("/feeds/selection.ics?when=today"))
        assert sorted(str(each["SUMMARY"]) for each in fed) == on
        told = json.loads(citizen.get("/api/v1/events?when=today").text)["items"]
        assert sorted(each["summary"] for each in told) == on
