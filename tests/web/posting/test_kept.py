"""A form that is sent after its session has ended: nothing is done, and nothing that was typed is lost (UX 7)."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import pytest
from flask import Flask

from calendar_service.domain.events import Event
from calendar_service.services.house import House
from tests.web.conftest import BASE_URL
from tests.web.office import Desk, Fields, count_of, form_in, value_of
from tests.web.pages import read

pytestmark = pytest.mark.one_database

NEW = "/office/events/new"
TYPED: Fields = {"summary": "Noche de valses", "start_date": "2026-12-05", "start_time": "19:30",
                 "description": "Con la banda del distrito", "do": "publish"}  # fmt: skip
SURE = {"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    return Desk(app, house, now, "barranco")


@pytest.mark.parametrize("ended", ["gone", "unknown"])
def test_what_was_typed_waits_until_she_has_signed_in_and_nothing_is_posted_without_her(
    rosa: Desk, house: House, ended: str
) -> None:
    form = {**form_in(rosa.open(NEW), NEW), **TYPED}
    cookie = rosa.client.get_cookie("__Host-session", domain="agenda.example")
    assert cookie
    rosa.client.delete_cookie("__Host-session", domain="agenda.example")
    if ended == "unknown":
        rosa.client.set_cookie("__Host-session", "x" * 22, domain="agenda.example", secure=True)
    answer = rosa.client.post(NEW, data=form, headers=SURE)
    page = read(answer.text)
    assert (answer.status_code, page.one("h1").text) == (403, "Lo que escribiste sigue aquí")

    rosa.client.set_cookie("__Host-session", cookie.value, domain="agenda.example", secure=True)
    resumed = rosa.client.post(NEW, data={**form_in(page, NEW), "do": "resume"}, headers=SURE)
    again = read(resumed.text)
    assert [value_of(again, name) for name in ("summary", "start_date", "description")] == [
        "Noche de valses", "2026-12-05", "Con la banda del distrito"
    ]  # fmt: skip
    assert count_of(house, Event) == 0
    assert rosa.post(NEW, {**form_in(again, NEW), "do": "draft"}).status_code == 303
    assert rosa.event("noche-de-valses").description == "Con la banda del distrito"


def test_a_file_cannot_be_kept_and_that_is_said(rosa: Desk) -> None:
    """A browser gives no file back to a form: whoever thinks that her poster is still there posts without one."""
    rosa.client.delete_cookie("__Host-session", domain="agenda.example")
    with_poster = {**TYPED, "image_file": (BytesIO(b"x"), "afiche.jpg")}
    assert "«afiche.jpg»" in read(rosa.client.post(NEW, data=with_poster, headers=SURE).text).one("main").text
    without = {**TYPED, "image_file": (BytesIO(), "")}
    assert "otra vez" not in read(rosa.client.post(NEW, data=without, headers=SURE).text).one("main").text


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "null"}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_form_that_is_not_surely_ours_is_not_kept_s19(rosa: Desk, headers: dict[str, str]) -> None:
    rosa.client.delete_cookie("__Host-session", domain="agenda.example")
    answer = rosa.client.post(NEW, data=TYPED, headers=headers)
    assert (answer.status_code, "valses" in answer.text) == (403, False)


def test_a_form_from_before_a_new_session_is_shown_again_and_done_only_when_she_says_so(
    rosa: Desk, house: House
) -> None:
    """Also without a resumed form: the venue's page asks once more."""
    answer = rosa.client.post(NEW, data={**TYPED, "csrf_token": "old.token"}, headers=SURE)
    assert (answer.status_code, "No se hizo nada todavía" in answer.text) == (403, True)
    assert count_of(house, Event) == 0
    answered = rosa.client.post("/office/events/valses/answer", data={"district": "ate", "do": "accept"}, headers=SURE)
    assert form_in(read(answered.text), "/office/events/valses/answer")["do"] == ["accept"]
    other = rosa.client.post("/office/district", data={"about": "Un distrito frente al mar"}, headers=SURE)
    assert "Enviarlo ahora" in other.text
