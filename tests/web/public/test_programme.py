"""The printed programme: what stands on it, that nothing private does, that a title is never markup."""

from __future__ import annotations

import re
import zlib

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from calendar_service.domain.events import Event, Status
from calendar_service.services.printing import typesetting
from tests.web.pages import visit
from tests.web.season import Season

pytestmark = pytest.mark.one_database


def bookmarks(pdf: bytes) -> list[str]:
    """The titles of a PDF's outline, in the order of the file."""
    whole = pdf + b"".join(_streams(pdf))
    raw = re.findall(rb"/Title\s*(\((?:\\.|[^\\)])*\)|<[0-9a-fA-F]+>)\s*/(?:Parent|Dest|A|Next|Prev)", whole)
    return [_text(each) for each in raw]


def _streams(pdf: bytes) -> list[bytes]:
    found = []
    for part in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            continue
    return found


def _text(raw: bytes) -> str:
    raw = bytes.fromhex(raw[1:-1].decode()) if raw.startswith(b"<") else raw[1:-1]
    return raw.decode("utf-16") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")


def test_a_month_is_printed_day_by_day_and_what_is_cancelled_is_told(client: FlaskClient, season: Season) -> None:
    season.post("Retreta", start="2026-12-05T19:30", end="2026-12-05T21:00")
    season.post("Muestra", start="2026-11-10", end="2027-01-20")
    season.post("En enero", start="2027-01-05T19:30", end="2027-01-05T21:00")
    season.post("Secreto", start="2026-12-05T19:30", end="2026-12-05T21:00", status=Status.DRAFT)
    page = visit(client, "/print?district=barranco&from=2026-12-01&to=2026-12-31")
    assert (page.one("h1").text, page.one(cls="period").text) == ("Barranco", "Diciembre de 2026")
    assert page.texts("h2") == ["5 sábado diciembre", "Sigue abierto"]
    assert page.texts("h3") == ["Retreta", "Muestra"]


def test_who_says_no_days_gets_this_month_and_near_its_end_the_next(client: FlaskClient, season: Season) -> None:
    """In Lima it is still 30 November."""
    assert visit(client, "/print").one(cls="period").text == "Diciembre de 2026"
    told = visit(client, "/print?from=2026-12-03&to=2027-12-03").texts(cls="notice")
    assert "Un programa cubre dos meses como máximo." in told


def test_the_pdf_is_tagged_has_a_bookmark_for_each_day_and_takes_no_markup_from_a_title(
    client: FlaskClient, season: Season
) -> None:
    """S21: a title with the typesetter's own signs is a title; a PDF is made once for equal content."""
    season.post('#panic("x") $a$ *b* @c <d>', start="2026-12-05T19:30", end="2026-12-05T21:00")
    season.post("Otra", start="2026-12-06T19:30", end="2026-12-06T21:00")
    answer = client.get("/print.pdf?district=barranco&from=2026-12-01&to=2026-12-31&paper=a3")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="barranco-2026-12-01.pdf"'
    whole = answer.data + b"".join(_streams(answer.data))
    assert b"/Marked true" in whole
    outline = {" ".join(each.split()) for each in bookmarks(answer.data)}
    assert {"Barranco", "5 sábado diciembre", "6 domingo diciembre"} <= outline
    kept = list((season.house.settings.data_dir / "printed").iterdir())
    again = client.get("/print.pdf?district=barranco&from=2026-12-01&to=2026-12-31&paper=a3")
    assert again.data == answer.data
    assert [each for each in kept if each.read_bytes() == again.data]


@pytest.mark.every_database
def test_signs_that_our_letters_lack_are_left_out_of_the_sheet_and_keep_nobody_from_printing(
    client: FlaskClient, season: Season
) -> None:
    """A sheet whose every sign can be read aloud takes no sign without a shape; nor a language that there is not."""
    event = season.post("Fiesta 🎉 de Ñaña 漢字", start="2026-12-05T19:30", end="2026-12-05T21:00")
    with season.house.deed() as session:
        session.execute(update(Event).where(Event.id == event.id).values(lang="ayer"))
    answer = client.get("/print.pdf?district=barranco&from=2026-12-05&to=2026-12-05&q=fiesta")
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")


def test_what_is_left_out_is_no_letter_of_ours() -> None:
    said = {"rows": [{"title": "Ñandú – S/ 15 · «Łódź» 🎉\x07漢 Ελλάδα"}], "size": 12, "code": '<svg a="1">\n</svg>'}
    kept = {"rows": [{"title": "Ñandú – S/ 15 · «Łódź»  Ελλάδα"}], "size": 12, "code": '<svg a="1">\n</svg>'}
    assert typesetting._shaped(said) == kept


def test_a_programme_that_cannot_be_set_in_time_is_busy_never_a_hang(
    client: FlaskClient, season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S30: a deadline of its own."""
    monkeypatch.setattr(typesetting, "SECONDS", 0.001)
    answer = client.get("/print.pdf?district=comas")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
