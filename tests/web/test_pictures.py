"""Posters on the web: uploaded with the form, served to who may see them, told in feed and API (S17, S39)."""

from __future__ import annotations

import io
import re
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient

from calendar_service.services.house import House
from tests.services.pictures.samples import a_picture
from tests.web.desk import an_officer_of, path_of, sign_in
from tests.web.pages import visit

NEW = "/office/events/new"
TYPED = {"summary": "Noche de valses", "start_date": "2026-12-05", "start_time": "19:30", "end_time": "21:00",
         "place_note": "Frente al mar", "host": "barranco", "do": "publish", "key": "k1"}  # fmt: skip
WIDTHS = (("thumb", 240), ("card", 480), ("full", 900))
SHOWN = re.compile(r'name="image_url" value="([^"]+)"')


def signed_in(house: House, app: Flask, now: datetime) -> FlaskClient:
    an_officer_of(house, now)
    client = app.test_client()
    sign_in(client)
    return client


def posted(client: FlaskClient, content: bytes = b"", *, path: str = NEW, **fields: str):  # type: ignore[no-untyped-def] # noqa: ANN201
    shown = client.get(path).text
    hidden = {
        name: found[1]
        for name in ("csrf_token", "seen")
        if (found := re.search(f'name="{name}" value="([^"]+)"', shown))
    }
    data: dict[str, object] = {**TYPED, **fields, **hidden}
    if content:
        data["image_file"] = (io.BytesIO(content), "afiche.jpg")
    answer = client.post(path, data=data, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # a body over 500 kB is a file, which Werkzeug's client leaves open
    return answer


def test_a_poster_is_uploaded_and_everybody_sees_it_once_it_is_published(
    house: House, app: Flask, now: datetime
) -> None:
    client = signed_in(house, app, now)
    draft = posted(client, a_picture(), image_alt="Dos bailarines", image_credit="Ana", do="draft")
    edit = f"{path_of(draft)}/edit"
    address = SHOWN.search(client.get(edit).text)[1]  # type: ignore[index]
    mine = client.get(address)
    assert (mine.status_code, mine.headers["Cache-Control"]) == (200, "private, no-store")
    stranger = app.test_client()
    assert stranger.get(address).status_code == 404

    posted(client, path=edit, image_url=address, image_alt="Dos bailarines")
    served = stranger.get(address.replace("full.jpg", "card.webp"))
    assert (served.status_code, served.mimetype) == (200, "image/webp")
    assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    again = stranger.get(served.request.path, headers={"If-None-Match": served.headers["ETag"]})
    assert again.status_code == 304
    feed = stranger.get("/feeds/districts/barranco.ics").text.replace("\r\n ", "")
    card = address.replace("full.jpg", "card.jpg")
    listed = visit(stranger, "/events")
    row = listed.one("img")
    assert (row.attrs["src"], row.attrs["alt"]) == (address.replace("full.jpg", "mini.jpg"), "")
    assert (row.attrs["loading"], row.attrs["width"], row.attrs["height"]) == ("lazy", "60", "75")
    poster = visit(stranger, listed.one("ol").hrefs()[0]).one("picture")
    sizes = [f"{address.replace('full.jpg', f'{size}.webp')} {width}w" for size, width in WIDTHS]
    assert poster.one("source").attrs["srcset"] == ", ".join(sizes)
    assert (poster.one("img").attrs["alt"], "loading" in poster.one("img").attrs) == ("Dos bailarines", False)
    assert f"IMAGE;VALUE=URI;DISPLAY=BADGE;FMTTYPE=image/jpeg:https://agenda.example{card}\r\n" in feed


def test_a_phone_that_saves_data_gets_posters_small_and_lists_and_letters_without_them(
    house: House, app: Flask, now: datetime
) -> None:
    client = signed_in(house, app, now)
    path = path_of(posted(client, a_picture(), image_alt="Dos bailarines"))
    reader, saving = app.test_client(), {"Save-Data": "on"}
    event, listed = (reader.get(each, headers=saving) for each in (path.replace("/office", ""), "/events"))
    posters = re.findall(r"/pictures/\w+/(\w+)\.", event.text.split("<main")[1])
    assert set(posters) == {"thumb", "full"}  # the full one where a tap leads
    assert (listed.text.count("/mini."), listed.text.count("display.woff2")) == (0, 0)
    assert "Save-Data" in listed.headers["Vary"]
    freely = reader.get("/events").text
    assert (freely.count("/mini."), freely.count("display.woff2")) == (2, 1)


def test_a_picture_that_cannot_be_taken_is_said_at_its_field_and_all_typing_stays(
    house: House, app: Flask, now: datetime
) -> None:
    client = signed_in(house, app, now)
    answer = posted(client, b"<svg/>", image_alt="Dos bailarines")
    assert answer.status_code == 422
    assert 'id="image_file-error"' in answer.text
    assert 'value="Noche de valses"' in answer.text
    heavy = posted(client, b"\xff\xd8" + bytes(6_000_000))
    assert (heavy.status_code, "5 MB" in heavy.text, 'value="Noche de valses"' in heavy.text) == (422, True, True)


def test_a_poster_survives_an_error_elsewhere_and_needs_its_words(house: House, app: Flask, now: datetime) -> None:
    client = signed_in(house, app, now)
    answer = posted(client, a_picture())
    assert (answer.status_code, 'id="image_alt-error"' in answer.text) == (422, True)
    address = SHOWN.search(answer.text)[1]  # type: ignore[index]
    done = posted(client, image_url=address, image_alt="Dos bailarines")
    assert SHOWN.search(client.get(f"{path_of(done)}/edit").text)[1] == address  # type: ignore[index]
    gone = posted(client, path=f"{path_of(done)}/edit", image_url=address, image_drop="1")
    assert SHOWN.search(client.get(f"{path_of(gone)}/edit").text) is None
