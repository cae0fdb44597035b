"""Many events at once, on the page: looked at first, taken in when the officer says so."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from calendar_service.domain.events import Event
from calendar_service.services.house import House
from calendar_service.services.importing import drops
from tests.feeds.reading import event, ics
from tests.web.conftest import BASE_URL
from tests.web.office import Desk, Fields, form_in, problem_at
from tests.web.pages import read

pytestmark = pytest.mark.one_database

PAGE, DONE = "/office/import", "/office/import/done"
TABLE = "título;fecha;hora inicio;hora fin;lugar\nRetreta;05/12/2026;7:30 pm;9 pm;Parque\n"
BAD = "Feria;31/02/2026;;;Plaza\n"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco."""
    return Desk(app, house, now, "barranco")


def upload(desk: Desk, data: bytes, name: str = "agenda.csv", **typed: str) -> TestResponse:
    """Send a file with the form of the page."""
    fields = {**form_in(desk.open(PAGE), PAGE), **typed, "file": (io.BytesIO(data), name)}
    return desk.client.post(PAGE, data=fields, headers={"Origin": BASE_URL}, content_type="multipart/form-data")


def confirmed(desk: Desk, preview: TestResponse, **changed: str) -> TestResponse:
    """Press the preview's button."""
    fields: Fields = {**form_in(read(preview.text), DONE), **changed}
    return desk.post(DONE, fields)


def stored(desk: Desk) -> int:
    with desk.house.reading() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


def rows(answer: TestResponse) -> list[tuple[str, ...]]:
    """Row number and title."""
    return [(row.one("th").text, row.one("td").text) for row in read(answer.text).one("tbody").all("tr")]


def actions(answer: TestResponse) -> list[str]:
    """Where the forms of a page lead."""
    return [each.attrs["action"] for each in read(answer.text).all("form")]


def test_a_file_is_looked_at_first_and_then_taken_in(rosa: Desk) -> None:
    preview = upload(rosa, (TABLE + BAD).encode("latin-1"))
    assert (preview.status_code, stored(rosa)) == (200, 0)
    refused, taken = rows(preview)
    assert (refused[0], taken) == ("3", ("2", "Retreta"))
    assert refused[1].startswith("FeriaEmpieza: «31/02/2026»")
    assert DONE in actions(preview)
    done = confirmed(rosa, preview)
    assert (done.status_code, stored(rosa)) == (200, 1)
    assert rosa.event("retreta").status == "confirmed"


def test_what_the_file_does_not_say_is_as_was_chosen(rosa: Desk) -> None:
    preview = upload(rosa, ics(*event()), "agenda.ics", status="draft", discipline="teatro", audience="familias")
    confirmed(rosa, preview)
    found = rosa.event("concierto")
    assert (found.status, found.disciplines, found.audiences) == ("draft", ("teatro",), ("familias",))


def test_a_file_that_brings_nothing_new_has_no_button(rosa: Desk) -> None:
    confirmed(rosa, upload(rosa, TABLE.encode()))
    again = upload(rosa, TABLE.encode())
    assert DONE not in actions(again)
    assert rows(again) == [("2", "Retreta")]


@pytest.mark.parametrize(
    ("data", "name"), [(b"", ""), (b"", "a.csv"), (b"%PDF", "a.pdf"), (b"x" * 5_000_001, "a.csv"), (b"x;y", "a.csv")]
)
def test_what_cannot_be_read_is_said_at_the_field(rosa: Desk, data: bytes, name: str) -> None:
    answer = upload(rosa, data, name)
    assert answer.status_code == 422
    assert problem_at(read(answer.text), "file")


def test_a_file_beyond_all_measure_is_refused_before_it_is_read_s30(rosa: Desk) -> None:
    assert upload(rosa, b"x" * 5_200_000).status_code == 413


def test_only_for_ones_own_district(rosa: Desk) -> None:
    assert upload(rosa, TABLE.encode(), district="comas").status_code == 403
    preview = upload(rosa, TABLE.encode())
    assert confirmed(rosa, preview, district="comas").status_code == 403
    assert stored(rosa) == 0


def test_a_kept_file_is_for_who_brought_it_alone(rosa: Desk, app: Flask) -> None:
    preview = upload(rosa, TABLE.encode())
    ana = Desk(app, rosa.house, rosa.now, "comas")
    hers = form_in(read(upload(ana, TABLE.encode()).text), DONE)
    taken = ana.post(DONE, {**hers, "token": form_in(read(preview.text), DONE)["token"]})
    assert (taken.status_code, stored(rosa)) == (422, 0)


@pytest.mark.parametrize("token", ["", "x" * 22, "../../../etc/passwd", "*"])
def test_a_file_that_is_gone_is_asked_for_again(rosa: Desk, token: str) -> None:
    preview = upload(rosa, TABLE.encode())
    assert confirmed(rosa, preview, token=token).status_code == 422
    assert confirmed(rosa, preview).status_code == 200
    assert confirmed(rosa, preview).status_code == 422


def test_kept_files_go_after_a_day(tmp_path: Path, now: datetime) -> None:
    token = drops.keep(tmp_path, b"x", name="a.csv", officer_id=1, now=now)
    assert drops.find(tmp_path, token, officer_id=1)[1] == b"x"
    (kept,) = (tmp_path / drops.FOLDER).iterdir()
    assert oct(kept.stat().st_mode)[-3:] == "600"
    drops.keep(tmp_path, b"y", name="a.csv", officer_id=1, now=now + timedelta(hours=23))
    assert kept.exists()
    drops.keep(tmp_path, b"y", name="a.csv", officer_id=1, now=now + timedelta(hours=25))
    assert not kept.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_the_template_is_read_without_a_problem(rosa: Desk, kind: str, language: str) -> None:
    template = rosa.client.get(f"/office/import/template.{kind}?lang={language}")
    assert template.status_code == 200
    assert f".{kind}" in template.headers["Content-Disposition"]
    preview = upload(rosa, template.data, f"plantilla.{kind}")
    assert [number for number, _ in rows(preview)] == ["2", "3"]
    confirmed(rosa, preview)
    with rosa.house.reading() as session:
        found = session.scalars(select(Event.status)).all()
    assert found == ["draft", "draft"]


def test_who_belongs_to_no_district_has_no_form(app: Flask, house: House, now: datetime) -> None:
    desk = Desk(app, house, now, facilitator=True)
    assert PAGE not in [each.attrs["action"] for each in desk.open(PAGE).all("form")]
