"""The agenda inside other sites: alone to be framed, without cookies, readable in whatever colours were asked for."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from calendar_service.domain.events import Status
from calendar_service.web.public.taking_along import colours
from tests.web.pages import visit
from tests.web.season import Season

pytestmark = pytest.mark.one_database


def test_only_the_frame_may_be_framed_and_it_sets_and_reads_no_cookie_s23(client: FlaskClient, season: Season) -> None:
    season.post("Retreta")
    season.post("Secreto", status=Status.DRAFT)
    client.set_cookie("lang", "en", domain="agenda.example")
    frame = client.get("/embed?lang=es")
    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in frame.headers
    assert "Cookie" not in frame.headers["Vary"]
    assert "frame-ancestors 'none'" in client.get("/embed/demo").headers["Content-Security-Policy"]
    page = visit(client, "/embed")
    assert (page.one("html").attrs["lang"], page.all("form"), page.texts("h3")) == ("es", [], ["Retreta"])


def test_a_frame_shows_so_many_dates_in_the_colours_it_was_given(client: FlaskClient, season: Season) -> None:
    for number in range(3):
        season.post(f"Retreta {number}")
    address = "/embed?limit=2&background=036&accent=fc0"
    page = visit(client, address)
    assert len(page.texts("h3")) == 2
    sheet = next(each for each in page.all("link") if "/embed/colours.css" in each.attrs["href"])
    rules = client.get(sheet.attrs["href"]).text
    assert "--paper: #003366; " in rules
    assert "--ink: #ffffff; " in rules
    assert "--accent: #ffcc00; " in rules


@pytest.mark.parametrize("nasty", ["red", "ff3d8", "ff3d8b;}", "url(x)", "#ff3d8b\n", "", "ＦＦ３Ｄ８Ｂ"])
def test_what_is_no_colour_is_not_taken(nasty: str) -> None:
    assert colours.read(nasty) is None


@pytest.mark.parametrize(
    ("background", "text"), [("ffffff", "eeeeee"), ("777777", "777777"), ("000", None), (None, "fff")]
)
def test_whatever_is_asked_for_can_be_read(background: str | None, text: str | None) -> None:
    found = colours.readable(colours.read(background), colours.read(text), "#888888")
    assert found is not None
    assert colours.contrast(found.text, found.background) >= 4.5
    assert colours.contrast(found.accent, found.background) >= 3


def test_an_accent_alone_leaves_a_dark_theme_dark(client: FlaskClient) -> None:
    for theme, paper in (("dark", "#13100d"), ("light", "#fbf6ec")):
        rules = client.get(f"/embed/colours.css?theme={theme}&accent=00e1ff").text
        assert f"--paper: {paper}; " in rules, theme


def test_what_a_site_copies_carries_the_choice_and_says_itself_to_a_screen_reader(
    client: FlaskClient, season: Season
) -> None:
    page = visit(client, "/embed/demo?district=barranco&theme=dark&lang=es")
    assert page.one("textarea").text == (
        '<iframe src="https://agenda.example/embed?district=barranco&amp;lang=es&amp;theme=dark" '
        'title="Agenda cultural de Lima Metropolitana" width="100%" height="640" style="border:0" '
        'loading="lazy"></iframe> <script src="https://agenda.example/embed.js" async></script>'
    )
    assert page.one("iframe").attrs["src"] == "/embed?district=barranco&lang=es&theme=dark"
    assert client.get("/embed.js").mimetype == "text/javascript"
