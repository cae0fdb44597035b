"""The desk's first page, its lists, and what holds on all its pages: who may open them, their form, their queries."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask

from calendar_service.domain.events import Event, Status
from calendar_service.services.house import House
from calendar_service.services.joint import cohosting, requesting
from tests.builders import an_event
from tests.counting import counted
from tests.web.office import Desk, form_in
from tests.web.pages import Element

pytestmark = pytest.mark.one_database

EVENT = "/office/events/retreta-en-el-parque"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco."""
    return Desk(app, house, now, "barranco")


@pytest.fixture
def luis(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Miraflores."""
    return Desk(app, house, now, "miraflores")


def posted(desk: Desk, **fields: Any) -> Event:  # noqa: ANN401 - any field of the API
    """An event of hers, posted two weeks ago."""
    with desk.house.deed() as session:
        return an_event(session, by=desk.viewer, host=desk.home, now=desk.now - timedelta(days=14), **fields)


def invite(desk: Desk, slug: str, *districts: str) -> None:
    with desk.changing(slug) as (session, event):
        cohosting.ask(session, event, districts, by=desk.viewer, now=desk.now)


def sections(page: Element) -> dict[str, list[str]]:
    """The titles of events by the heading above them."""
    return {
        " ".join(each.one("h2").text.split()): [
            link.text for line in each.all("li", cls="event-line") for link in line.all("a")
        ]
        for each in page.all("section", cls="part")
    }


def test_the_first_page_says_what_waits_for_her(rosa: Desk, luis: Desk) -> None:
    posted(rosa, summary="Próximo")
    posted(rosa, summary="Idea", status=Status.DRAFT)
    posted(rosa, summary="Vence pronto", status=Status.TENTATIVE)
    posted(rosa, summary="Pasado", start="2026-11-20T19:30", end="2026-11-20T21:00")
    posted(luis, summary="Corredor")
    invite(luis, "corredor", "barranco")
    assert sections(rosa.open("/office/")) == {
        "3 cosas por atender hoy": ["Corredor", "Vence pronto", "Pasado"], "Borradores": ["Idea"],
        "Lo próximo": ["Próximo"],
    }  # fmt: skip


def test_what_a_co_host_asks_for_waits_for_the_host_alone_s15(rosa: Desk, luis: Desk) -> None:
    posted(rosa)
    invite(rosa, "retreta-en-el-parque", "miraflores")
    with luis.changing("retreta-en-el-parque") as (session, event):
        cohosting.answer(session, event, "miraflores", accept=True, by=luis.viewer, now=luis.now)
        requesting.ask_for_change(session, event, "miraflores", text="A las 8", by=luis.viewer, now=luis.now)
    waits = {"1 cosa por atender hoy": ["Miraflores pide un cambio en: Retreta en el parque"]}
    assert sections(rosa.open("/office/")).items() >= waits.items()
    assert "Nada espera tu respuesta" in sections(luis.open("/office/"))


@pytest.mark.every_database
def test_who_looks_after_the_network_reads_where_nobody_is_in_charge(app: Flask, house: House, now: datetime) -> None:
    Desk(app, house, now, "barranco", role="manager")
    page = Desk(app, house, now, facilitator=True).open("/office/")
    assert "1 cosa por atender hoy" in sections(page)
    assert "Ancón, Ate, Breña, Carabayllo, Chaclacayo y 37 más" in page.text


def test_the_first_page_teaches_on_the_first_day(rosa: Desk) -> None:
    page = rosa.open("/office/")
    assert sections(page) == {"Así se empieza": []}
    steps = page.one("ol", cls="first-steps")
    assert steps.hrefs() == ["/office/events/new", "/office/import", "/office/feeds"]
    assert steps.one("li", cls="done").one("h3").text == "Presenta a tu distrito hecho"
    posted(rosa)
    assert "Así se empieza" not in sections(rosa.open("/office/"))


def test_a_hold_that_ends_later_is_not_pressing(rosa: Desk) -> None:
    posted(rosa, summary="Lejano", status=Status.TENTATIVE, start="2026-12-30T19:30", end="2026-12-30T21:00")
    with rosa.changing("lejano") as (_, event):
        event.hold_until = (rosa.now + timedelta(days=15)).date()
    assert sections(rosa.open("/office/")) == {"Así se empieza": []}


@pytest.mark.parametrize(
    ("shelf", "titles"),
    [("", ["Antes", "Después", "Suyo"]), ("holds", ["Reserva"]), ("drafts", ["Idea"]), ("past", ["Ayer", "Anteayer"]),
     ("nunca-vista", ["Antes", "Después", "Suyo"])],
)  # fmt: skip
def test_each_shelf_holds_what_belongs_there_in_its_order(
    rosa: Desk, luis: Desk, shelf: str, titles: list[str]
) -> None:
    posted(rosa, summary="Después", start="2026-12-06T19:30", end="2026-12-06T21:00")
    posted(rosa, summary="Antes", start="2026-11-01T19:30", end="2026-11-01T21:00", rdates=["2026-12-01T19:30"])
    posted(rosa, summary="Anteayer", start="2026-11-28T19:30", end="2026-11-28T21:00")
    posted(rosa, summary="Ayer", start="2026-11-29T19:30", end="2026-11-29T21:00")
    posted(rosa, summary="Reserva", status=Status.TENTATIVE)
    posted(rosa, summary="Idea", status=Status.DRAFT)
    posted(luis, summary="Suyo", start="2026-12-07T19:30", end="2026-12-07T21:00")
    posted(luis, summary="Ajeno")
    invite(luis, "suyo", "barranco")
    with rosa.changing("suyo") as (session, event):
        cohosting.answer(session, event, "barranco", accept=True, by=rosa.viewer, now=rosa.now)
    page = rosa.open(f"/office/events?show={shelf}")
    assert [each.text for line in page.all("li", cls="event-line") for each in line.all("a")] == titles
    assert page.one("nav", cls="ways").texts("a") == ["Próximos (3)", "Reservas (1)", "Borradores (1)", "Pasados (2)"]


def test_a_line_says_when_it_is_on_next(rosa: Desk) -> None:
    posted(rosa, start="2026-11-21T19:30", end="2026-11-21T21:00", rrule="FREQ=WEEKLY;COUNT=5")
    line = rosa.open("/office/events").one("li", cls="event-line")
    assert line.one("time").text == "sáb. 5 de diciembre, 7:30 p. m. a 9 p. m. y 2 fechas más"


@pytest.mark.every_database
def test_a_long_shelf_has_pages_and_is_searched_rule_11(rosa: Desk) -> None:
    for number in range(27):
        posted(rosa, summary=f"Taller {number:02}", status=Status.DRAFT)
        if number in (24, 25):  # a page's worth, and one more
            search = rosa.open("/office/events").all("form", cls="find")
            assert len(search) == number - 24
    first, second = rosa.open("/office/events?show=drafts"), rosa.open("/office/events?show=drafts&page=2")
    assert [len(each.all("li", cls="event-line")) for each in (first, second)] == [25, 2]
    assert first.one("nav", cls="pages").hrefs() == ["/office/events?show=drafts&page=2"]
    posted(rosa, summary="Títeres en la plaza")
    found = rosa.open("/office/events?show=drafts&q=talleres+07")
    assert [each.one("a").text for each in found.all("li", cls="event-line")] == ["Taller 07"]
    assert found.one("nav", cls="ways").hrefs()[0] == "/office/events?show=coming&q=talleres%2007"
    elsewhere = rosa.open("/office/events?show=drafts&q=titeres")
    assert elsewhere.one("nav", cls="ways").texts("a")[0] == "Próximos (1)"
    assert "Aquí no hay nada con «titeres»" in elsewhere.one("div", cls="nothing").text
    for odd in ("0", "-1", "x", "99999999"):
        assert len(rosa.open(f"/office/events?show=drafts&page={odd}").all("nav", cls="pages")) == 1


# --- rights (S13): who opens what --------------------------------------------------------------------------

PAGES = ("", "/edit", "/history", "/cohosts", "/dates/20261205T1930")
DEEDS = ("/edit", "/confirm", "/hold", "/release", "/cancel", "/withdraw", "/discard", "/cohosts", "/answer",
         "/contribution", "/leave", "/dates/20261205T1930")  # fmt: skip


@pytest.fixture
def people(app: Flask, house: House, now: datetime, rosa: Desk, luis: Desk) -> dict[str, Desk]:
    """The host, a co-host, one that is asked, a stranger, and the facilitator."""
    asked = Desk(app, house, now, "chorrillos")
    return {
        "host": rosa, "cohost": luis, "asked": asked, "stranger": Desk(app, house, now, "surquillo"),
        "facilitator": Desk(app, house, now, facilitator=True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "who", "pages"),
    [
        (Status.DRAFT, "host", [200, 200, 200, 200, 200]),
        (Status.DRAFT, "cohost", [200, 403, 200, 403, 403]),
        (Status.DRAFT, "asked", [200, 403, 200, 403, 403]),
        (Status.DRAFT, "stranger", [404, 404, 404, 404, 404]),
        (Status.DRAFT, "facilitator", [404, 404, 404, 404, 404]),
        (Status.TENTATIVE, "stranger", [200, 403, 404, 403, 403]),
        (Status.TENTATIVE, "facilitator", [200, 403, 404, 403, 403]),
        (Status.CONFIRMED, "cohost", [200, 403, 200, 403, 403]),
        (Status.CONFIRMED, "stranger", [303, 403, 404, 403, 403]),
        (Status.CONFIRMED, "facilitator", [303, 403, 404, 403, 403]),
    ],
)
def test_each_page_of_an_event_is_opened_by_whom_it_concerns_s13_s16(
    people: dict[str, Desk], status: Status, who: str, pages: list[int]
) -> None:
    _joint(people, status)
    assert [people[who].client.get(f"{EVENT}{each}").status_code for each in PAGES] == pages


def _joint(people: dict[str, Desk], status: Status) -> None:
    posted(people["host"], status=status)
    invite(people["host"], "retreta-en-el-parque", "miraflores", "chorrillos")
    with people["cohost"].changing("retreta-en-el-parque") as (session, event):
        cohosting.answer(session, event, "miraflores", accept=True, by=people["cohost"].viewer, now=event.created)


@pytest.mark.parametrize(("who", "refusal"), [("cohost", 403), ("asked", 403), ("stranger", 404), ("facilitator", 404)])
def test_no_deed_on_a_draft_is_done_by_anybody_but_its_host_s13_s15(
    people: dict[str, Desk], who: str, refusal: int
) -> None:
    """A co-host's own part (answer, contribution, leaving) is not its host's: that is answered 404 or 409."""
    _joint(people, Status.DRAFT)
    before = people["host"].event("retreta-en-el-parque")
    desk = people[who]
    token = form_in(desk.open("/office/account"), "/office/logout")["csrf_token"]
    fields = {"csrf_token": token, "seen": str(before.version), "reason": "x", "summary": "Robado", "do": "save"}
    fields |= {"start_date": "2026-12-06", "start_time": "10:00", "end_time": "11:00", "districts": "surquillo"}
    own = ("/answer", "/contribution", "/leave")
    answers = {each: desk.post(EVENT + each, dict(fields)).status_code for each in DEEDS}
    assert {each: status for each, status in answers.items() if each not in own and status != refusal} == {}
    assert {answers[each] for each in own} <= {403, 404, 409}
    assert people["host"].event("retreta-en-el-parque").version == before.version


def test_nobody_comes_in_without_signing_in_s12(app: Flask, rosa: Desk) -> None:
    posted(rosa)
    anybody = app.test_client()
    shared = ("/office/", "/office/events", "/office/events/new", "/office/invitations", "/office/clusters",
              "/office/clusters/new", "/office/venues", "/office/venues/parque-municipal")  # fmt: skip
    for path in (*shared, *(EVENT + each for each in PAGES)):
        answer = anybody.get(path)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/office/login"), path


# --- their form --------------------------------------------------------------------------------------------

ALL = ("/office/", "/office/events", "/office/events?show=drafts", "/office/events/new", EVENT, f"{EVENT}/edit",
       f"{EVENT}/history", f"{EVENT}/cohosts", f"{EVENT}/dates/20261212T1930", "/office/invitations",
       "/office/clusters", "/office/clusters/new", "/office/venues", "/office/venues/parque-municipal")  # fmt: skip


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_pages_of_the_desk_are_well_formed_and_private(rosa: Desk, luis: Desk, language: str) -> None:
    _lively(rosa, luis)
    for path in ALL:
        asked = f"{path}{'&' if '?' in path else '?'}lang={language}"
        headers = rosa.client.get(asked).headers
        assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex"), path
        page = rosa.open(asked)
        assert (len(page.all("h1")), page.one("html").attrs["lang"]) == (1, language), path
        assert _faults(page) == [], path


def _faults(page: Element) -> list[str]:
    """Ids that stand twice, names that point nowhere, fields without a label, headings that skip a level."""
    ids = [each.attrs["id"] for each in page.all() if "id" in each.attrs]
    twice = [each for each in ids if ids.count(each) > 1]
    pointed = {each.attrs["aria-labelledby"] for each in page.all() if "aria-labelledby" in each.attrs}
    levels = [int(each.tag[1]) for each in page.all() if each.tag in ("h1", "h2", "h3", "h4")]
    skipped = [f"h{a} h{b}" for a, b in pairwise(levels) if b > a + 1]
    return [*twice, *sorted(pointed - set(ids)), *_unlabelled(page), *skipped]


def _unlabelled(page: Element) -> list[str]:
    labelled = {each.attrs.get("for") for each in page.all("label")}
    inside = {id(field) for label in page.all("label") for field in label.all("input")}
    fields = [each for tag in ("input", "select", "textarea") for each in page.all(tag)]
    return [
        each.attrs.get("name", "?")
        for each in fields
        if each.attrs.get("type") != "hidden" and each.attrs.get("id") not in labelled
        and id(each) not in inside and not each.attrs.get("aria-label")
    ]  # fmt: skip


def _lively(rosa: Desk, luis: Desk) -> None:
    posted(rosa, rrule="FREQ=WEEKLY;COUNT=60")
    posted(rosa, summary="Idea", status=Status.DRAFT, end=None)
    posted(rosa, summary="Reserva", status=Status.TENTATIVE)
    posted(luis, summary="Corredor")
    invite(luis, "corredor", "barranco")
    invite(rosa, "retreta-en-el-parque", "miraflores")
    luis.press("/office/clusters/new", name="Malecón", members=["barranco"])


@pytest.mark.every_database
def test_every_link_of_the_desk_leads_somewhere(rosa: Desk, luis: Desk) -> None:
    _lively(rosa, luis)
    ours = {href.partition("#")[0] for path in ALL for href in rosa.open(path).hrefs() if href.startswith("/")} - {""}
    lost = [each for each in sorted(ours) if rosa.client.get(each).status_code not in (200, 303)]
    assert lost == []


QUERIES = {
    "/office/": 24,
    "/office/events": 11,
    "/office/events?show=drafts": 11,
    "/office/invitations": 10,
    "/office/clusters": 6,
    "/office/venues": 3,
    "/office/events/new": 4,
    EVENT: 17,
    f"{EVENT}/edit": 8,
    f"{EVENT}/history": 8,
    f"{EVENT}/cohosts": 8,
    f"{EVENT}/share": 10,
    "/office/shares": 8,
    "/office/shares/agreements": 3,
}
"""How often each page asks the database, whatever there is."""


@pytest.mark.every_database
def test_the_number_of_queries_does_not_grow_rule_11(rosa: Desk, luis: Desk) -> None:
    def more(number: int, district: str) -> None:
        place = {"name": f"Lugar {number}", "kind": "plaza"}
        posted(rosa, summary=f"Próximo {number}", rrule="FREQ=WEEKLY;COUNT=9", venue=place)
        posted(rosa, summary=f"Idea {number}", status=Status.DRAFT)
        posted(rosa, summary=f"Reserva {number}", status=Status.TENTATIVE)
        posted(luis, summary=f"Corredor {number}")
        invite(luis, f"corredor-{number}", "barranco")
        luis.press(f"/office/events/corredor-{number}/share", districts=["barranco"])
        rosa.press(f"{EVENT}/share", districts=[district])
        luis.press("/office/clusters/new", name=f"Malecón {number}", members=["barranco"])
        rosa.press(f"/office/clusters/malecon-{number}/answer", "/office/clusters", do="accept")
        luis.press("/office/clusters/new", name=f"Litoral {number}", members=["barranco"])
        invite(rosa, "retreta-en-el-parque", district)
        rosa.press(f"{EVENT}/dates/202612{5 + 7 * number:02}T1930", venue=f"lugar-{number}", do="change")

    def count(path: str) -> int:
        with counted(rosa.house.database) as asked:
            rosa.open(path)
        return len(asked)

    posted(rosa, rrule="FREQ=WEEKLY;COUNT=4")
    more(1, "chorrillos")
    assert {path: count(path) for path in QUERIES} == QUERIES
    more(2, "miraflores")
    more(3, "surquillo")
    assert {path: count(path) for path in QUERIES} == QUERIES
