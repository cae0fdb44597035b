"""The pictures of shared links: of what is public alone, told in words too, drawn once for equal content."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from calendar_service.domain.events import Status
from calendar_service.services.printing.cards import Card, card
from tests.web.pages import visit
from tests.web.season import Season

pytestmark = pytest.mark.one_database


def said_of(client: FlaskClient, path: str) -> dict[str | None, str]:
    """What a page says of itself where its link is shown without it."""
    metas = visit(client, path).all("meta")
    return {each.attrs.get("property"): each.attrs["content"] for each in metas if "content" in each.attrs}


def test_a_link_to_an_event_shows_a_card_with_its_words_and_a_draft_has_none_s17(
    client: FlaskClient, season: Season
) -> None:
    event = season.post("Retreta", start="2026-12-05T19:30", end="2026-12-05T21:00")
    season.post("Secreto", status=Status.DRAFT)
    said = said_of(client, "/events/retreta")
    address = said["og:image"].removeprefix("https://agenda.example")
    assert address == f"/cards/events/retreta.png?v={event.version}&lang=es"
    assert said["og:image:alt"].startswith("Retreta. sáb. 5 de diciembre")
    card = client.get(address)
    assert (card.mimetype, Image.open(BytesIO(card.data)).size) == ("image/png", (1200, 630))
    assert len(card.data) < 40_000
    assert client.get(address, headers={"If-None-Match": card.headers["ETag"]}).status_code == 304
    assert client.get("/cards/events/secreto.png").status_code == 404


@pytest.mark.parametrize("path", ["/cards/agenda.png", "/cards/districts/barranco.png", "/cards/clusters/malecon.png"])
def test_places_have_a_card_and_it_is_drawn_once(client: FlaskClient, season: Season, path: str) -> None:
    season.cluster("Malecon", "barranco", "miraflores")
    assert client.get(path).data == client.get(path).data
    assert len(list((season.house.settings.data_dir / "cards").iterdir())) == 1


def test_the_card_of_an_event_shows_its_poster_beside_the_words(tmp_path: Path) -> None:
    said = Card(brand="Agenda", title="Retreta", foot="Plaza", number="5", poster="a1")
    poster = BytesIO()
    Image.new("RGB", (480, 600), "#00e1ff").save(poster, "PNG")
    drawn = Image.open(BytesIO(card(tmp_path, said, poster.getvalue()))).convert("RGB")
    assert [drawn.getpixel((x, 600)) for x in (690, 700, 1199)] == [(23, 19, 15), (0, 225, 255), (0, 225, 255)]


def test_a_long_month_and_hour_stand_beside_each_other_on_a_card_with_a_poster(tmp_path: Path) -> None:
    """A column of ink between "noviembre" and "6:30 p. m.", where they once lay on each other."""
    said = Card(brand="", title="", foot="", number="28", weekday="sábado", month="noviembre", hour="6:30 p. m.",
                poster="a2")  # fmt: skip
    poster = BytesIO()
    Image.new("RGB", (480, 600), "#00e1ff").save(poster, "PNG")
    line = Image.open(BytesIO(card(tmp_path, said, poster.getvalue()))).convert("RGB").crop((240, 195, 640, 245))
    gaps = [line.crop((x, 0, x + 20, 50)).getcolors() for x in range(120, 380)]
    assert [(1000, (23, 19, 15))] in gaps


@pytest.mark.parametrize("path", ["/events?free=1", "/calendar/2026/W49", "/map", "/subscribe", "/districts", "/about"])
def test_a_selection_that_is_sent_to_a_friend_has_a_card(client: FlaskClient, season: Season, path: str) -> None:
    said = said_of(client, path)
    assert said["og:image"] == "https://agenda.example/cards/agenda.png?lang=es"
    assert said["og:url"] == f"https://agenda.example{path}"


def test_a_month_that_is_sent_to_a_friend_says_what_is_on_in_it(client: FlaskClient, season: Season) -> None:
    season.post("Retreta", start="2026-12-05T19:30", end="2026-12-05T21:00")
    said = said_of(client, "/calendar/2026/12?district=barranco")
    assert said["og:title"] == "Diciembre de 2026 · En Barranco"
    assert said["og:description"] == "1 fecha de las municipalidades de Lima Metropolitana."
    assert said["og:image"] == "https://agenda.example/cards/agenda.png?month=2026-12&lang=es"
    answers = [client.get(f"/cards/agenda.png?month={each}") for each in ("2026-12", "2026-99", "1850-12")]
    assert [each.status_code for each in answers] == [200, 404, 404]
    assert answers[0].data != client.get("/cards/agenda.png").data


def test_a_long_place_has_its_district_on_a_line_of_its_own_on_a_card(tmp_path: Path) -> None:
    place, district = "Centro Cultural y Biblioteca Municipal", "San Martín de Porres"
    drawn = [
        Image.open(BytesIO(card(tmp_path, Card(brand="", title="", number="5", foot=foot), None))).convert("L")
        for foot in (f"{place} · {district}", place)
    ]
    line = [each.crop((390, 548 - above, 970, 590 - above)).getextrema()[1] for each in drawn for above in (0, 46)]
    assert [bright > 200 for bright in line] == [True, True, True, False]  # type: ignore[operator] # of one band
