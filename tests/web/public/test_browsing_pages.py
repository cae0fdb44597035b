"""The first page, the list, the month and the week."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask.testing import FlaskClient

from calendar_service.domain.events import Status
from calendar_service.services.status.statuses import cancel
from calendar_service.web.public.browsing.calendar import soon
from calendar_service.web.public.browsing.rows import DayRows
from tests.web.pages import Element, visit
from tests.web.season import Season

pytestmark = pytest.mark.one_database


def agenda(page: Element) -> list[tuple[str, list[str]]]:
    """The days of a page's agenda with their titles."""
    return [
        (day.one("time").attrs["datetime"], [row.one("a").text for row in day.all("li", cls="row")])
        for day in page.all("section", cls="day")
    ]


def titles(element: Element) -> list[str]:
    return [row.one("a").text for row in element.all("li", cls="row")]


# --- the first page ----------------------------------------------------------------------------------------


def test_the_first_page_begins_with_today(client: FlaskClient, season: Season) -> None:
    season.post("Esta mañana", start="2026-11-30T09:00", end="2026-11-30T10:00")
    season.post("Esta noche", start="2026-11-30T20:00", end="2026-11-30T22:00")
    page = visit(client, "/")
    today = page.one("section", cls="tonight")
    assert page.one("h1").text == "Hoy lunes 30 noviembre"
    assert titles(today) == ["Esta noche"]
    assert page.all("section")[0] is today


def test_what_has_begun_stands_after_what_one_can_still_be_in_time_for(client: FlaskClient, season: Season) -> None:
    season.post("En curso", start="2026-11-30T18:00", end="2026-11-30T22:00")
    season.post("Esta noche", start="2026-11-30T20:00", end="2026-11-30T22:00")
    today = visit(client, "/").one("section", cls="tonight")
    assert titles(today) == ["Esta noche", "En curso"]
    assert [each.one(cls="when").text for each in today.all("li", cls="row")] == ["8 p. m.", "6 p. m. ya empezó"]


def test_every_page_leads_to_a_calendar_of_what_it_shows(client: FlaskClient, season: Season) -> None:
    paths = ("/", "/about", "/events?discipline=musica", "/districts/miraflores")
    assert [visit(client, each).one("a", cls="keep").attrs["href"] for each in paths] == [
        "/subscribe", "/subscribe", "/subscribe?discipline=musica", "/subscribe?district=miraflores",
    ]  # fmt: skip


def test_the_days_ahead_stand_once_each_and_in_order(client: FlaskClient, season: Season) -> None:
    season.post("Martes", start="2026-12-01T20:00", end="2026-12-01T22:00")
    season.post("Viernes", start="2026-12-04T12:00", end="2026-12-04T13:00")
    season.post("Sábado")
    season.post("Domingo", start="2026-12-06T20:00", end="2026-12-06T22:00")
    season.post("La otra semana", start="2026-12-09T20:00", end="2026-12-09T22:00")
    page = visit(client, "/")
    found = [(each.one("h2").text, titles(each)) for each in page.all("section", cls="block")]
    assert found == [
        ("Hasta el jueves", ["Martes"]),
        ("Este fin de semana", ["Viernes", "Sábado", "Domingo"]),
        ("La próxima semana", ["La otra semana"]),
    ]


def test_exhibitions_stand_apart_and_not_above_tonights_concert(client: FlaskClient, season: Season) -> None:
    season.post("Muestra", start="2026-11-01", end="2027-01-10")
    season.post("Concierto", start="2026-11-30T20:00", end="2026-11-30T22:00")
    page = visit(client, "/")
    assert titles(page.one("section", cls="tonight")) == ["Concierto"]
    running = page.one("section", cls="running")
    assert (titles(running), running.one(cls="when").text) == (["Muestra"], "hasta el 10 de ene. de 2027")


def test_the_first_page_answers_what_people_ask_first_by_one_tap(client: FlaskClient, season: Season) -> None:
    """What they ask is the metropolis's to say; all of today comes first where a phone shows only some of it."""
    asked = ["/events?when=weekend", "/events?audience=familias", "/events?free=1", "/events?when=tomorrow"]
    assert visit(client, "/").one(cls="tonight").one("nav").hrefs() == asked
    for number in range(4):
        season.post(f"Esta noche {number}", start="2026-11-30T22:00", end="2026-11-30T23:00")
    assert visit(client, "/").one(cls="tonight").one("nav").hrefs() == ["/events?when=today", *asked]


def test_with_nothing_left_of_today_the_first_page_leads_to_what_is_on_next(
    client: FlaskClient, season: Season
) -> None:
    """Not to a tomorrow on which there is nothing."""
    season.post("El sábado", start="2026-12-05T10:00", end="2026-12-05T11:00")
    onward = visit(client, "/").one(cls="lead").one("a")
    assert (onward.text, onward.attrs["href"]) == ("Lo próximo: sáb. 5 de diciembre", "#d-2026-12-05")
    season.post("Mañana", start="2026-12-01T10:00", end="2026-12-01T11:00")
    onward = visit(client, "/").one(cls="lead").one("a")
    assert (onward.text, onward.attrs["href"]) == ("Mira qué hay mañana", "/events?when=tomorrow")


def test_an_empty_season_still_says_what_day_it_is(client: FlaskClient) -> None:
    page = visit(client, "/")
    assert "Por hoy no queda nada anunciado" in page.one(cls="tonight").text
    assert "Todavía no hay eventos publicados" in page.text


# --- the list ----------------------------------------------------------------------------------------------


def test_the_list_goes_by_local_day_and_says_all_that_counts(client: FlaskClient, season: Season) -> None:
    event = season.post("Retreta", disciplines=["bandas"], free=False, price="15.50")
    season.jointly(event, "miraflores")
    season.post("Tardísimo", start="2026-12-05T23:30", end="2026-12-06T01:00")
    page = visit(client, "/events")
    assert agenda(page) == [("2026-12-05", ["Retreta", "Tardísimo"])]
    row = page.one("li", cls="row")
    assert row.one("time").attrs["datetime"] == "2026-12-05T19:30"
    assert row.one("time").text == "7:30 p. m."
    assert row.one(cls="where").text == "Parque Municipal, Barranco con Miraflores"
    assert row.one(cls="price").text == "S/ 15.50"
    assert row.one(cls="kind").text == "Bandas y retretas"
    assert row.one("a").attrs["href"] == f"/events/{event.slug}"


def test_one_date_of_a_series_leads_to_its_own_page(client: FlaskClient, season: Season) -> None:
    event = season.post("Taller", rrule="FREQ=WEEKLY;COUNT=3")
    page = visit(client, "/events")
    assert page.one("li", cls="row").one("a").attrs["href"] == f"/events/{event.slug}/20261205T1930"
    assert (len(page.all("li", cls="row")), page.texts(cls="more")) == (3, ["y 2 fechas más"])  # said once


@pytest.mark.every_database
def test_what_is_cancelled_is_struck_and_says_why(client: FlaskClient, season: Season, now: datetime) -> None:
    event = season.post("Retreta")
    with season.house.deed() as session:
        cancel(session, session.merge(event), reason="Por la lluvia.", by=season.officers["barranco"], now=now)
    row = visit(client, "/events").one("li", cls="row")
    assert "off" in row.classes
    assert row.one(cls="flag").text == "Cancelado Por la lluvia."


@pytest.mark.every_database
def test_drafts_and_holds_are_on_no_page_s17(client: FlaskClient, season: Season) -> None:
    slugs = [season.post(f"Xilofonía {each}", status=each).slug for each in (Status.DRAFT, Status.TENTATIVE)]
    shown = season.post("Xilofonía pública").slug
    paths = ["/", "/events", "/events?venue=parque-municipal", "/calendar/2026/12", "/calendar/2026/W49",
             "/districts/barranco", "/venues/parque-municipal", "/sitemaps/events-1.xml"]  # fmt: skip
    for path in paths:
        html = client.get(path).text
        assert [html.count(slug) > 0 for slug in (shown, *slugs)] == [True, False, False], path
    assert visit(client, "/events?q=xilofonía").one(cls="page-head").one(cls="quiet").text == "1 fecha"
    assert [client.get(f"/events/{slug}").status_code for slug in (shown, *slugs)] == [200, 404, 404]


@pytest.mark.every_database
def test_a_choice_reads_as_a_sentence_and_each_part_is_cleared_by_one_tap(client: FlaskClient, season: Season) -> None:
    season.post("Retreta")
    query = "when=weekend&discipline=danza&discipline=musica&audience=familias&free=1&zone=lima-norte"
    page = visit(client, f"/events?{query}")
    sentence = "Danza y música · para familias · gratis · en Lima Norte · este fin de semana"
    assert page.one("h1").text == sentence
    chips = page.one("ul", cls="chosen").all("a")
    assert [each.text for each in chips][2] == "gratis quitar"
    assert chips[2].attrs["href"] == (
        "/events?zone=lima-norte&when=weekend&discipline=danza&discipline=musica&audience=familias"
    )


@pytest.mark.every_database
def test_bad_values_are_hints_and_the_rest_still_counts(client: FlaskClient, season: Season) -> None:
    season.post("Retreta", disciplines=["bandas"])
    season.post("Danza", disciplines=["danza"])
    page = visit(client, "/events?discipline=musica&from=ayer&district=narnia&venue=nada&utm_source=x")
    hints = page.texts(cls="warn")
    assert hints == ["Escribe la fecha así: 2026-12-05.", "No conocemos «narnia».", "No conocemos «nada»."]
    assert titles(page) == ["Retreta"]


@pytest.mark.every_database
def test_the_canonical_address_is_one_whatever_the_order(client: FlaskClient) -> None:
    page = visit(client, "/events?free=1&district=lince&lang=en&district=barranco&q=&page=1")
    canonical = next(each for each in page.all("link") if each.attrs["rel"] == "canonical")
    assert canonical.attrs["href"] == "https://agenda.example/events?district=barranco&district=lince&free=1&lang=en"


@pytest.mark.every_database
def test_one_tap_adds_what_is_not_chosen_yet(client: FlaskClient) -> None:
    page = visit(client, "/events?when=today&discipline=musica&from_=x")
    offered = {each.text: each.attrs["href"] for each in page.one("nav", cls="quick").all("a")}
    assert "hoy" not in offered
    assert not [each for each in offered if each.startswith("Música")]
    assert offered["este fin de semana"] == "/events?when=weekend&discipline=musica"
    assert offered["para familias 0"] == "/events?when=today&discipline=musica&audience=familias"
    assert offered["Libro y lectura 0"] == "/events?when=today&discipline=libro-lectura&discipline=musica"


def test_search_engines_find_the_page_in_each_language(client: FlaskClient) -> None:
    links = visit(client, "/events?free=1").all("link")
    found = {each.attrs["hreflang"]: each.attrs["href"] for each in links if "hreflang" in each.attrs}
    assert found == {
        "es": "https://agenda.example/events?free=1", "en": "https://agenda.example/events?free=1&lang=en",
        "x-default": "https://agenda.example/events?free=1",
    }  # fmt: skip
    for closed in ("/nada", "/office/login"):
        assert "hreflang" not in client.get(closed).text.partition("</head>")[0]


@pytest.mark.every_database
def test_the_form_keeps_what_was_chosen(client: FlaskClient) -> None:
    page = visit(
        client, "/events?q=jazz&when=week&time=evening&discipline=musica&free=1&age=8&price=20&near=lince&km=3"
    )
    form = page.one("form", cls="search")
    ticked = {(each.attrs["name"], each.attrs["value"]) for each in form.all("input") if "checked" in each.attrs}
    assert ticked == {("when", "week"), ("discipline", "musica"), ("free", "1")}
    typed = {each.attrs["name"]: each.attrs["value"] for each in form.all("input") if "id" in each.attrs}
    assert (typed["q"], typed["age"], typed["km"], typed["price"]) == ("jazz", "8", "3", "20")
    assert [each.attrs["value"] for each in form.all("option") if "selected" in each.attrs] == ["evening", "lince"]


def test_a_list_has_pages_and_a_strange_page_number_is_the_first(client: FlaskClient, season: Season) -> None:
    season.post("Taller", rrule="FREQ=DAILY;COUNT=40", start="2026-12-01T10:00", end="2026-12-01T11:00")
    first = visit(client, "/events?free=1")
    assert len(titles(first)) == 30
    assert first.one("a", cls="button").text
    assert "/events?free=1&page=2" in first.hrefs()
    assert len(titles(visit(client, "/events?free=1&page=2"))) == 10
    for strange in ("0", "-1", "x", "99999999999999999999", "٣"):
        assert visit(client, f"/events?page={strange}").one(cls="pages").one("span").text == "Página 1 de 2"


def test_nothing_found_offers_a_way_on(client: FlaskClient) -> None:
    page = visit(client, "/events?q=unicornios")
    assert "No encontramos eventos" in page.one(cls="nothing").text
    assert page.one(cls="nothing").hrefs() == ["/events"]


def test_what_words_were_understood_to_mean_is_said_and_they_can_be_searched_as_they_stand(
    client: FlaskClient, season: Season
) -> None:
    season.post("Jazz caro", free=False, price="50")
    season.post("Jazz", free=True)
    season.post("Rock", free=True)
    page = visit(client, "/events?q=jazz gratis")
    assert titles(page) == ["Jazz"]
    assert page.one(cls="heard").text == "Entendimos: gratis Buscar las palabras tal cual"
    assert page.one(cls="heard").hrefs() == ["/events?q=%22jazz+gratis%22"]
    assert "/subscribe?q=jazz&free=1" in page.hrefs()
    literally = visit(client, "/events?q=%22jazz+gratis%22")
    assert (titles(literally), literally.all(cls="heard"), literally.one("h1").text) == (["Jazz"], [], "«jazz gratis»")


def test_what_has_the_words_in_its_title_is_shown_whatever_they_mean(client: FlaskClient, season: Season) -> None:
    season.post("Nada es gratis", free=False, price="50")
    season.post("Jazz", free=True)
    page = visit(client, "/events?q=gratis")
    assert titles(page) == ["Nada es gratis", "Jazz"]
    assert titles(page.one(cls="titled")) == ["Nada es gratis"]
    assert [titles(visit(client, path)) for path in ("/events?free=1", "/events?q=jazz")] == [["Jazz"], ["Jazz"]]


def test_who_asks_for_what_is_near_is_asked_where_she_is(client: FlaskClient, season: Season) -> None:
    season.post("Jazz")
    heard = visit(client, "/events?q=jazz near me").one(cls="heard")
    assert heard.one("b").text == "cerca de mí"
    assert heard.one("button").attrs["data-near"] == "/events?q=jazz&sort=near"
    assert "/districts" in heard.hrefs()


def test_what_finds_little_in_a_district_leads_next_door(client: FlaskClient, season: Season) -> None:
    season.post("Aquí")
    season.post("Al lado", host="miraflores", venue={"name": "Teatro", "kind": "teatro", "district": "miraflores"})
    way = visit(client, "/events?district=barranco").one(cls="results").one("a", cls="onward")
    assert (way.text, titles(visit(client, way.attrs["href"]))) == (
        "Con los distritos de al lado: 2 fechas",
        ["Aquí", "Al lado"],
    )


def test_where_only_what_runs_is_left_the_ways_on_stand_above_it(client: FlaskClient, season: Season) -> None:
    season.post("Muestra", start="2026-11-20T10:00", end="2026-12-20T20:00")
    season.post("Concierto", start="2026-12-05T19:00", end="2026-12-05T21:00")
    page = visit(client, "/events?when=tomorrow&free=1")
    assert page.one(cls="nothing").hrefs() == ["/events?free=1", "/events"]
    assert (titles(page), page.all("nav", cls="sorts")) == (["Muestra"], [])


def test_the_choice_goes_along_to_subscription_feed_and_month(client: FlaskClient) -> None:
    page = visit(client, "/events?free=1&when=today")
    assert "/subscribe?when=today&free=1" in page.hrefs()
    assert "/calendar/2026/11?free=1" in page.hrefs()
    feed = next(each for each in page.all("link") if each.attrs.get("type") == "text/calendar")
    assert feed.attrs["href"] == "/feeds/selection.ics?when=today&free=1"


@pytest.mark.every_database
def test_what_officers_wrote_is_never_markup_s20(client: FlaskClient, season: Season) -> None:
    season.post('<b>Negrita</b> & «"comillas"»')
    assert titles(visit(client, "/events")) == ['<b>Negrita</b> & «"comillas"»']
    page = visit(client, '/events?q="><script>alert(1)</script>')
    assert page.one("h1").text == '«"><script>alert(1)</script>»'


# --- month and week ----------------------------------------------------------------------------------------


def cells(page: Element) -> dict[str, list[str]]:
    """The titles in each day of a month or week that has any."""
    found = {
        each.one("time").attrs["datetime"]: titles(each) for each in page.one("ol", cls="days").all("li", cls="cell")
    }
    return {day: rows for day, rows in found.items() if rows}


def test_a_month_shows_each_day_and_how_much_more_there_is(client: FlaskClient, season: Season) -> None:
    for hour in (10, 12, 14, 16, 18):
        season.post(f"A las {hour}", start=f"2026-12-05T{hour}:00", end=f"2026-12-05T{hour}:30")
    season.post("Festival", start="2026-12-30", end="2027-01-01")
    season.post("Muestra", start="2026-11-10", end="2027-01-20")
    season.post("Noviembre", start="2026-11-30T23:00", end="2026-11-30T23:30")
    page = visit(client, "/calendar/2026/12")
    assert cells(page) == {
        "2026-12-05": ["A las 10", "A las 12", "A las 14"], "2026-12-30": ["Festival"], "2026-12-31": ["Festival"],
    }  # fmt: skip
    more = page.one(cls="all").one("a")
    assert (more.text, more.attrs["href"]) == ("y 2 más", "/events?from=2026-12-05&to=2026-12-05")
    assert titles(page.one("section", cls="running")) == ["Muestra"]
    assert len(page.one(cls="days").all("li", cls="cell")) == 31
    assert "c2" in page.one("li", cls="cell").classes  # a Tuesday


@pytest.mark.parametrize(
    ("lines", "today", "shown"),
    [
        ([0, 5, 0, 2, 9, 1], 1, [2, 4, 5]),
        ([5, 0, 2, 0], 2, [3]),  # what is left of it
        ([5, 0, 3, 2, 0], 5, [1, 3, 4]),  # nothing more to come
        ([0, 0], 1, []),
    ],
)
def test_a_month_opens_with_its_next_few_days(lines: list[int], today: int, shown: list[int]) -> None:
    days = [DayRows(day=date(2026, 12, number), rows=[], lasting=[], total=on, more=on, href="")
            for number, on in enumerate(lines, start=1)]  # fmt: skip
    assert [each.day for each in soon(days, date(2026, 12, today))] == shown


@pytest.mark.every_database
def test_a_month_keeps_the_choice_but_not_its_days(client: FlaskClient, season: Season) -> None:
    season.post("Gratis")
    season.post("Pagado", free=False, price="10")
    page = visit(client, "/calendar/2026/12?free=1&when=today")
    assert cells(page) == {"2026-12-05": ["Gratis"]}
    assert {"/calendar/2026/11?free=1", "/calendar/2027/01?free=1"} <= set(page.hrefs())


def test_a_week_goes_from_monday_to_sunday(client: FlaskClient, season: Season) -> None:
    season.post("Sábado")
    season.post("Noche", start="2026-12-05T22:00", end="2026-12-06T03:00")
    season.post("Lunes siguiente", start="2026-12-07T08:00", end="2026-12-07T09:00")
    page = visit(client, "/calendar/2026/W49")
    assert cells(page) == {"2026-12-05": ["Sábado", "Noche"]}
    assert page.one("h1").text == "Semana del 30 de nov. al 6 de dic."
    assert {"/calendar/2026/W48", "/calendar/2026/W50"} <= set(page.hrefs())


@pytest.mark.parametrize(
    "path",
    ["2026/13", "2026/00", "2026/W00", "2026/W54", "2025/W53", "0000/01", "9999/12", "2050/01", "1999/W01", "2026/1",
     "2026/W9", "26/01", "2026/W491"],
)  # fmt: skip
def test_a_month_or_week_that_there_is_not_is_not_found(client: FlaskClient, path: str) -> None:
    visit(client, f"/calendar/{path}", status=404)


def test_the_last_month_in_reach_leads_no_further(client: FlaskClient) -> None:
    page = visit(client, "/calendar/2029/12")
    assert page.one(cls="calendar-head").one("nav").hrefs() == ["/calendar/2029/11"]
