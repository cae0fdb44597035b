"""Districts, clusters, venues; and what programs ask of a site."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.territory.places import District, Venue
from calendar_service.services.events.revising import Change, change_occurrence
from calendar_service.services.status.statuses import cancel
from tests.web.pages import Element, visit
from tests.web.season import Season

pytestmark = pytest.mark.one_database

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def titles(page: Element) -> list[str]:
    return [row.one("a").text for row in page.all("li", cls="row")]


def test_districts_stand_by_zone_with_how_much_is_on(client: FlaskClient, season: Season) -> None:
    season.post("Taller", rrule="FREQ=DAILY;COUNT=3")
    season.post("En dos meses", host="comas", start="2027-02-01T10:00", end="2027-02-01T11:00")
    page = visit(client, "/districts")
    assert page.texts("caption") == ["Lima Centro", "Lima Norte", "Lima Este", "Lima Sur"]
    rows = {row.one("th").text: row.one("td").text for table in page.all("tbody") for row in table.all("tr")}
    assert (rows["Barranco"], rows["Comas"], len(rows)) == ("3", "0", 43)
    assert {each for each in page.hrefs() if each.startswith("/districts/")} >= {"/districts/barranco"}


def test_a_district_shows_what_it_hosts_and_cohosts_and_who_is_next_door(client: FlaskClient, season: Season) -> None:
    season.post("Propio")
    season.jointly(season.post("Junto", host="miraflores"), "barranco")
    season.post("Ajeno", host="miraflores")
    season.cluster("Malecon", "barranco", "miraflores")
    season.cluster("Propuesto", "barranco", "lince", state=Consent.INVITED)
    page = visit(client, "/districts/barranco")
    assert titles(page) == ["Propio", "Junto"]
    assert page.one("section", cls="block").texts("a") == [
        "Chorrillos", "Miraflores", "Santiago de Surco", "Malecon",
    ]  # fmt: skip
    assert "/subscribe?district=barranco" in page.hrefs()
    assert "webcal://agenda.example/feeds/districts/barranco.ics" in page.hrefs()
    visit(client, "/districts/narnia", status=404)


def test_a_place_shows_each_event_once_and_leads_to_all_its_dates(client: FlaskClient, season: Season) -> None:
    season.post("Taller", rrule="FREQ=DAILY;COUNT=3")
    page = visit(client, "/districts/barranco")
    assert titles(page) == ["Taller"]
    assert "y 2 fechas más" in page.one("li", cls="row").text
    assert page.one("a", cls="onward").attrs["href"] == "/events?district=barranco"
    season.post("Una vez", host="miraflores")
    assert visit(client, "/districts/miraflores").all("a", cls="onward") == []


def test_what_a_municipality_says_of_itself_is_text_s20(client: FlaskClient, season: Season) -> None:
    with season.house.deed() as session:
        home = session.scalars(select(District).where(District.slug == "barranco")).one()
        home.about = "Somos **mar**. <script>alert(1)</script>"
        home.contact_address = "cultura@barranco.example"
    page = visit(client, "/districts/barranco")
    assert page.texts("strong") == ["mar"]
    assert "mailto:cultura@barranco.example" in page.hrefs()
    assert "<script>alert" not in client.get("/districts/barranco").text


def test_a_cluster_exists_once_enough_districts_have_accepted(client: FlaskClient, season: Season) -> None:
    season.jointly(season.post("Junto"), "miraflores")
    season.post("De Miraflores", host="miraflores", start="2026-12-06T10:00", end="2026-12-06T11:00")
    season.cluster("Malecon", "barranco", "miraflores")
    season.cluster("Propuesto", "lince", "ate", state=Consent.INVITED)
    assert visit(client, "/clusters").texts("h2") == ["Malecon"]
    page = visit(client, "/clusters/malecon")
    assert titles(page) == ["Junto", "De Miraflores"]
    assert page.one("header", cls="page-head").hrefs() == ["/clusters", "/districts/barranco", "/districts/miraflores"]
    visit(client, "/clusters/propuesto", status=404)
    visit(client, "/clusters/nada", status=404)


def test_a_venue_says_what_it_is_and_what_is_on(client: FlaskClient, season: Season) -> None:
    event = season.post("Retreta")
    season.post("En otro lugar", venue={"name": "Teatro", "kind": "teatro"})
    with season.house.deed() as session:
        assert event.venue
        session.merge(event.venue).accessibility = ("acceso-sin-escalones",)
    page = visit(client, "/venues/parque-municipal")
    head = page.one("header", cls="page-head").text
    assert head.startswith("Parque, espacio público Parque Municipal Av. Grau 100 Barranco")
    assert head.endswith("Accesibilidad Acceso sin escalones")
    assert titles(page) == ["Retreta"]
    visit(client, "/venues/nada", status=404)
    paths = ("/venues/parque-municipal", "/districts/barranco", "/events")
    assert [visit(client, each).texts(cls="where") for each in paths] == [
        [""],
        ["Parque Municipal", "Teatro"],
        ["Parque Municipal, Barranco", "Teatro, Barranco"],
    ]


def test_a_merged_venue_leads_to_what_replaced_it(client: FlaskClient, season: Season) -> None:
    season.post("Retreta")
    season.post("Otra", venue={"name": "Parque Nuevo", "kind": "parque"})
    with season.house.deed() as session:
        old, new = (
            session.scalars(select(Venue).where(Venue.name == each)).one()
            for each in ("Parque Municipal", "Parque Nuevo")
        )
        old.replaced_by_id = new.id
    answer = client.get("/venues/parque-municipal?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/venues/parque-nuevo?lang=en")
    assert titles(visit(client, "/venues/parque-nuevo")) == ["Retreta", "Otra"]


def test_about_and_privacy_are_there_in_both_languages(client: FlaskClient) -> None:
    for path, spanish, english in (
        ("/about", "Una agenda para toda la ciudad", "One calendar for the whole city"),
        ("/privacy", "Privacidad", "Privacy"),
    ):
        assert visit(client, f"{path}?lang=es").one("h1").text == spanish
        assert visit(client, f"{path}?lang=en").one("h1").text == english


def test_search_engines_read_what_each_page_is_about(client: FlaskClient, season: Season) -> None:
    season.post("Público")
    season.cluster("Malecon", "barranco", "lince")
    said = {
        path: about(client, path)
        for path in ("/", "/districts/barranco", "/clusters/malecon", "/venues/parque-municipal")
    }
    assert {path: each["@type"] for path, each in said.items()} == {
        "/": "WebSite", "/districts/barranco": "GovernmentOrganization", "/clusters/malecon": "Organization",
        "/venues/parque-municipal": "Place",
    }  # fmt: skip
    assert said["/"]["potentialAction"]["target"] == "https://agenda.example/events?q={words}"
    assert [each["name"] for each in said["/clusters/malecon"]["member"]] == [
        "Municipalidad de Barranco", "Municipalidad de Lince",
    ]  # fmt: skip
    assert said["/venues/parque-municipal"]["address"]["addressLocality"] == "Barranco"


def about(client: FlaskClient, path: str) -> dict[str, Any]:
    """What the page says of itself to search engines; it is at home where it says so."""
    found = next(each for each in visit(client, path).all("script") if each.attrs.get("type") == "application/ld+json")
    said: dict[str, Any] = json.loads(found.text)
    assert (said["@context"], said["url"]) == ("https://schema.org", f"https://agenda.example{path}")
    return said


def test_the_site_map_lists_what_is_public_and_nothing_else_s17(client: FlaskClient, season: Season) -> None:
    shown = season.post("Público")
    gone = season.post("Retirado")
    season.post("Borrador", status="draft")
    season.post("Reserva", status="tentative")
    with season.house.deed() as session:
        by = season.officers["barranco"]
        cancel(session, session.merge(gone), reason="error", withdraw=True, by=by, now=season.now)
    assert entries(client, "/sitemap.xml") == {
        "https://agenda.example/sitemaps/places.xml": "2026-11-22T00:30:00+00:00",
        "https://agenda.example/sitemaps/events-1.xml": "2026-11-22T00:30:00+00:00",
    }  # fmt: skip
    events = entries(client, "/sitemaps/events-1.xml")
    assert events == {f"https://agenda.example/events/{shown.slug}": "2026-11-22T00:30:00+00:00"}
    assert client.get("/sitemaps/events-2.xml").status_code == 404


def test_the_site_map_dates_every_place_by_what_is_public_there(client: FlaskClient, season: Season) -> None:
    event = season.post("Público")
    season.jointly(event, "miraflores")
    season.post("Borrador", host="ate", status="draft")
    season.cluster("Malecon", "miraflores", "lince")
    season.cluster("Sola", "ate", "comas")
    season.cluster("Propuesta", "ate")
    found = {path.removeprefix("https://agenda.example"): changed and changed[:10]
             for path, changed in entries(client, "/sitemaps/places.xml").items()}  # fmt: skip
    asked = ("/", "/about", "/districts/barranco", "/districts/miraflores", "/districts/ate", "/clusters/malecon",
             "/clusters/sola", "/venues/parque-municipal")  # fmt: skip
    assert [found[each] for each in asked] == [
        "2026-11-22", None, "2026-11-22", "2026-11-22", None, "2026-11-22", None, "2026-11-22",
    ]  # fmt: skip
    assert "/clusters/propuesta" not in found


def test_the_site_map_dates_a_venue_by_a_date_that_was_moved_there(client: FlaskClient, season: Season) -> None:
    theatre = season.post("Otro", venue={"name": "Teatro Nuevo", "kind": "teatro"}).venue
    series = season.post("Taller", rrule="FREQ=WEEKLY;BYDAY=SA;COUNT=4")
    assert theatre
    with season.house.deed() as session:
        moved, by = session.merge(series), season.officers["barranco"]
        change = Change(venue=theatre.slug, reason="Se llenó.")
        change_occurrence(session, moved, "20261212T1930", change, seen=moved.version, by=by, now=season.now)
    dated = entries(client, "/sitemaps/places.xml")
    assert dated[f"https://agenda.example/venues/{theatre.slug}"] == season.now.isoformat(timespec="seconds")


def entries(client: FlaskClient, path: str) -> dict[str, str | None]:
    """The addresses of a site map, each with its last change."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    found = ET.fromstring(answer.data)  # noqa: S314 - made by us
    return {each.findtext(f"{SITEMAP}loc", ""): each.findtext(f"{SITEMAP}lastmod") for each in found}


def test_robots_may_read_all_but_desks_and_letters(client: FlaskClient) -> None:
    """Calendar programs obey this, too: feeds stay open."""
    lines = client.get("/robots.txt").text.splitlines()
    assert lines == [
        "User-agent: *", "Disallow: /office/", "Disallow: /mail/", "Disallow: /subscribe?", "Disallow: /embed?",
        "Disallow: /print.pdf", "Sitemap: https://agenda.example/sitemap.xml",
    ]  # fmt: skip


def test_the_manifest_names_the_metropolis(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest")
    said = json.loads(answer.text)
    assert answer.mimetype == "application/manifest+json"
    assert (said["name"], said["start_url"]) == ("Agenda cultural de Lima Metropolitana", "/")
    assert {client.get(each["src"]).mimetype for each in said["icons"]} == {each["type"] for each in said["icons"]}
