"""A metropolis is data: another folder, another zone, other words; and nothing of the shipped one (DESIGN, rule 1)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events
from sqlalchemy import select

from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.times.moments import to_utc
from tests.builders import PASSWORD, an_account
from tests.journeys.letters import subscribed, text_of
from tests.metropolis.conftest import SANTIAGO
from tests.processes import command, serving
from tests.rules.walking import ANYWHERE, addresses
from tests.sites import Site
from tests.smtp import Postbox
from tests.visitor import Visitor
from tests.web.pages import read

ZONE = "America/Santiago"
TERE = "tere@nunoa.example"
PENA: dict[str, str] = {
    "summary": "Peña de los sábados", "start_date": "2026-09-05", "start_time": "19:30", "end_time": "22:00",
    "repeat": "weekly", "until": "2026-09-26", "venue_name": "Plaza Ñuñoa", "venue_kind": "plaza",
    "disciplines": "cueca", "format": "pena", "price": "5000",
}  # fmt: skip
"""Four Saturdays at 7:30 p. m.; the first is in winter time (-04), the others in summer time (-03)."""


words_alone = pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
"""For what is about words and not about the database."""


@pytest.fixture
def tere(site: Site) -> Visitor:
    """An officer of Ñuñoa, signed in."""
    with site.house.deed() as session:
        an_account(session, TERE, now=site.clock.now, districts={"nunoa": "officer"})
    visitor = site.visitor()
    visitor.sign_in(TERE, PASSWORD)
    return visitor


@pytest.fixture
def pena(site: Site, tere: Visitor) -> str:
    """The Saturdays, posted in the form of the desk; their slug."""
    posted = tere.submit("/office/events/new", **PENA, do="publish")
    assert posted.status == 303, posted.text
    return "pena-de-los-sabados"


@words_alone
def test_its_communes_are_called_as_its_files_say(site: Site) -> None:
    told = json.loads(site.visitor().get("/api/v1/districts").text)["items"]
    assert {each["slug"]: (each["municipality"], each["zone"]) for each in told} == {
        "la-reina": ("Corporación Cultural de La Reina", "oriente"),
        "nunoa": ("Ilustre Municipalidad de Ñuñoa", "oriente"),
        "providencia": ("Ilustre Municipalidad de Providencia", "centro"),
    }
    assert "Gran Santiago" in read(site.visitor().get("/").text).one("title").text


def test_a_series_keeps_its_hour_when_clocks_change_rule_1(site: Site, pena: str) -> None:
    """On the wall 7:30 p. m. all the time; by UTC an hour earlier once it is summer."""
    with site.house.reading() as session:
        instants = list(session.scalars(select(Occurrence.start_utc).order_by(Occurrence.start_utc)))
    assert [f"{each:%d %H:%M}" for each in instants] == ["05 23:30", "12 22:30", "19 22:30", "26 22:30"]
    rows = read(site.visitor().get("/events").text).all("li", cls="row")
    assert [each.one("time").attrs["datetime"] for each in rows] == [
        f"2026-09-{day:02}T19:30" for day in (5, 12, 19, 26)
    ]


def test_other_programs_read_the_same_hours_in_its_feed(site: Site, pena: str) -> None:
    """FEEDS decision 5: one VTIMEZONE, with the rules in force."""
    body = site.visitor().get("/feeds/districts/nunoa.ics").text
    calendar = icalendar.Calendar.from_ical(body)
    (zone,) = calendar.walk("VTIMEZONE")
    assert sorted(str(each.name) for each in zone.subcomponents) == ["DAYLIGHT", "STANDARD"]
    del calendar["X-WR-TIMEZONE"]
    dates = recurring_ical_events.of(calendar).between((2026, 9, 1), (2026, 10, 1))
    starts = sorted(each["DTSTART"].dt for each in dates)
    assert [f"{each.astimezone(UTC):%d %H:%M}" for each in starts] == ["05 23:30", "12 22:30", "19 22:30", "26 22:30"]
    assert {f"{each:%H:%M}" for each in starts} == {"19:30"}
    assert calendar["PRODID"] == "-//Gran Santiago//Agenda//ES"
    (entry,) = calendar.events
    assert str(entry["UID"]).endswith("@agenda.granstgo.example")
    assert entry["DTSTART"].params["TZID"] == ZONE


@words_alone
def test_prices_words_and_labels_are_its_own(site: Site, tere: Visitor, pena: str) -> None:
    page = read(site.visitor().get(f"/events/{pena}/20260905T1930").text)
    assert "$5.000" in page.text
    assert "Cueca y folclor" in page.one("p", cls="kind").text
    english = read(site.visitor().get(f"/events/{pena}?lang=en").text)
    assert "Cueca and folk music Peña (folk evening)" in english.one("p", cls="kind").text
    assert tere.submit(f"/office/events/{pena}", reason="Por la lluvia").status == 303
    assert "SUMMARY:SUSPENDIDO: Peña de los sábados" in site.visitor().get("/feeds/all.ics").text
    assert "SUMMARY:CALLED OFF: " in site.visitor().get("/feeds/selection.ics?lang=en").text


@words_alone
def test_its_own_holidays_are_named_beside_the_dates(tere: Visitor) -> None:
    friday = PENA | {"start_date": "2026-09-04", "until": "2026-09-25"}
    plan = read(tere.submit("/office/events/new", **friday, do="preview").text).one("fieldset", cls="plan")
    said = [line.partition("feriado: ")[2] for line in plan.texts("li")]
    assert [bool(each) for each in said] == [False, False, True, False]
    assert said[2].startswith("Independencia Nacional")


def test_a_reminder_comes_at_the_same_hour_though_clocks_change_in_between_m17(
    site: Site, tere: Visitor, smtp_server: Postbox
) -> None:
    """A day before Sunday 7:30 p. m. is Saturday 7:30 p. m., 23 hours before."""
    sunday = PENA | {"summary": "Tocata del domingo", "start_date": "2026-09-06", "repeat": "", "until": ""}
    assert tere.submit("/office/events/new", **sunday, do="publish").status == 303
    path = "/subscribe?event=tocata-del-domingo"
    form = {"address": "ana@stgo.example", "kind": "event", "lead": "1d", "lang": "es", "consent": "1"}
    subscribed(site, smtp_server, path, **form)
    due = to_utc(datetime(2026, 9, 5, 19, 30), ZONE)
    assert to_utc(datetime(2026, 9, 6, 19, 30), ZONE) - due == timedelta(hours=23)
    assert site.wait_until(due - timedelta(seconds=1))["delivered"] == 0
    assert site.wait_until(due)["delivered"] == 1
    (letter,) = smtp_server.letters
    assert "dom. 6 de septiembre, 7:30 p. m. a 10 p. m." in text_of(letter)


DAYS = {
    datetime(2026, 9, 6, 3, 59, tzinfo=UTC): "Día 2026-09-05",
    datetime(2026, 9, 6, 4, 0, tzinfo=UTC): "Día 2026-09-06",  # 1 a. m.: that day has no midnight
    datetime(2027, 4, 4, 3, 59, tzinfo=UTC): "Día 2027-04-03",  # 11:59 p. m. for the second time
    datetime(2027, 4, 4, 4, 0, tzinfo=UTC): "Día 2027-04-04",
}  # fmt: skip


def test_a_day_of_23_or_25_hours_begins_and_ends_when_its_clocks_say_rule_1(site: Site, tere: Visitor) -> None:
    all_day = {"end_time": "", "start_time": "", "all_day": "1", "repeat": "", "until": ""}
    for title in DAYS.values():
        form = PENA | all_day | {"summary": title, "start_date": title.removeprefix("Día ")}
        assert tere.submit("/office/events/new", **form, do="publish").status == 303
    citizen = site.visitor()
    for minute, title in DAYS.items():
        site.clock.now = minute
        page = read(citizen.get("/events?when=today").text)
        assert [each.one("a").text for each in page.all("li", cls="row")] == [title]
        feed = icalendar.Calendar.from_ical(citizen.get("/feeds/selection.ics?when=today").text)
        assert [str(each["SUMMARY"]) for each in feed.events] == [title]


def test_an_hour_that_clocks_repeat_is_the_first_of_the_two_m17(site: Site, tere: Visitor) -> None:
    """On Saturday 3 April 2027 it is 11:30 p. m. twice."""
    late = PENA | {"summary": "Trasnoche", "start_date": "2027-04-03", "start_time": "23:30", "end_time": "01:00"}
    assert tere.submit("/office/events/new", **late | {"repeat": "", "until": ""}, do="publish").status == 303
    with site.house.reading() as session:
        (instant,) = session.scalars(select(Occurrence.start_utc).join(Event).where(Event.slug == "trasnoche"))
    assert instant == datetime(2027, 4, 4, 2, 30, tzinfo=UTC)


FOREIGN = re.compile(
    r"\blima\b|limacultura|america/lima|\bper[uú]\b|peruan|\bPEN\b|\bS/|29733|miraflores|barranco|kennedy|\.pe\b|-77\.\d",
    re.IGNORECASE,
)
BLANKS = {
    **ANYWHERE, "slug": ["nunoa", "providencia", "oriente", "pena-de-los-sabados", "plaza-nunoa"],
    "recurrence_id": ["20260905T1930"], "uid": ["none"], "year": [2026], "number": [9, 36],
    "name": ["site.css", "site.js", "icon.svg", "districts"],
}  # fmt: skip


@words_alone
def test_nothing_of_the_shipped_metropolis_appears_anywhere(
    site: Site, tere: Visitor, pena: str, smtp_server: Postbox
) -> None:
    """Not on a page, in a feed, in the API and its description, at the desk, nor in a mail."""
    form = {"address": "ana@stgo.example", "kind": "digest", "lang": "es", "consent": "1"}
    subscribed(site, smtp_server, "/subscribe?district=nunoa", **form)
    subscribed(site, smtp_server, f"/subscribe?event={pena}", **form | {"kind": "event", "lead": "1d"})
    site.wait_until(to_utc(datetime(2026, 9, 4, 19, 30), ZONE))
    said = {str(each.message["Subject"]): each.raw.decode() + text_of(each) for each in smtp_server.letters}
    assert len(said) == 2
    walked = {path for _, path in addresses(site.app, BLANKS)}
    desk = ("/office/", "/office/events/new", "/office/district", "/office/venues", "/office/clusters/new")
    for path in (
        *walked,
        *(f"{each}?lang=en" for each in walked if not each.startswith(("/feeds", "/api", "/static"))),
    ):
        said[path] = site.visitor().get(path).text
    tere.sign_in(TERE, PASSWORD)
    said |= {path: tere.get(path).text for path in desk}
    assert {where: found[0] for where, text in said.items() if (found := FOREIGN.search(text))} == {}
    assert {path for path in desk if "Gran Santiago" not in said[path]} == set()


def test_the_commands_serve_its_folder(tmp_path: Path) -> None:
    told = {"CALENDAR_METROPOLIS": str(SANTIAGO)}
    for word in ("migrate", "load"):
        done = command(word, folder=tmp_path, **told)
        assert done.returncode == 0, done.stderr
    assert (
        "Gran Santiago has no demo season. Let the first person in: " in command("demo", folder=tmp_path, **told).stderr
    )
    with serving(tmp_path, "--no-clock", **told) as service:
        page = read(service.get("/districts").text)
    assert page.texts("caption") == ["Sector Oriente", "Sector Centro"]
    assert "Gran Santiago" in page.one("title").text
