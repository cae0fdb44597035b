"""The map says of each district how much its list shows, and a cell leads to that list."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.pages import Element, visit
from tests.web.season import Season

pytestmark = pytest.mark.one_database


def cells(page: Element) -> dict[str, tuple[str, str]]:
    """What each cell is called and where it leads, by its short name."""
    return {
        cell.one(cls="short").text: (cell.attrs["aria-label"], cell.attrs["href"]) for cell in page.all("a", cls="cell")
    }


def shown(client: FlaskClient, path: str) -> str:
    return visit(client, path).one("header", cls="page-head").one(cls="quiet").text


def test_a_cell_counts_what_its_list_shows_joint_events_at_each_host(client: FlaskClient, season: Season) -> None:
    season.post("Taller", rrule="FREQ=DAILY;COUNT=3")
    season.jointly(season.post("Junto"), "miraflores")
    season.post("Ya pasó", start="2026-11-30T09:00", end="2026-11-30T10:00")
    found = cells(visit(client, "/map"))
    assert found["Bar"] == ("Barranco: 4 fechas", "/events?district=barranco")
    assert found["Mir"] == ("Miraflores: 1 fecha", "/events?district=miraflores")
    assert shown(client, found["Bar"][1]).startswith("4 fechas")
    assert shown(client, found["Mir"][1]).startswith("1 fecha")
    assert len(found) == 43


@pytest.mark.every_database
def test_the_map_keeps_to_what_was_chosen_and_hands_it_on(client: FlaskClient, season: Season) -> None:
    season.post("Gratis", free=True)
    season.post("De pago", free=False, price="10")
    season.post("Otro día", free=True, start="2026-12-20T10:00", end="2026-12-20T11:00")
    page = visit(client, "/map?free=1&when=weekend&district=lince")
    assert cells(page)["Bar"] == ("Barranco: 1 fecha", "/events?district=barranco&when=weekend&free=1")
    assert [cell.attrs["aria-label"] for cell in page.all("a", cls="chosen")] == ["Lince: 0 fechas"]
    assert page.one("h1").text == "Gratis · en Lince · este fin de semana"
    assert "/map?district=lince&when=weekend" in page.one("ul", cls="chosen").hrefs()


def test_a_table_says_the_same_as_the_map(client: FlaskClient, season: Season) -> None:
    season.post("Retreta")
    season.post("En Comas", host="comas")
    page = visit(client, "/map")
    said = [f"{row.one('th').text}: {row.one('td').text}" for body in page.all("tbody") for row in body.all("tr")]
    drawn = [label.replace(" fechas", "").replace(" fecha", "") for label, _ in cells(page).values()]
    assert sorted(said) == sorted(drawn)


def test_where_something_is_is_drawn_on_the_pages_of_places_and_events(client: FlaskClient, season: Season) -> None:
    slug = season.post("Retreta").slug
    season.cluster("Malecon", "barranco", "miraflores")
    for path in (
        "/districts/barranco",
        "/clusters/malecon",
        "/clusters",
        "/venues/parque-municipal",
        f"/events/{slug}",
    ):
        drawn = visit(client, path).one("svg", cls="where-map")
        assert drawn.attrs["aria-label"].endswith("en el mapa de Lima Metropolitana"), path
        assert drawn.one("path", cls="here").attrs["d"].count("M") == (2 if "cluster" in path else 1), path
