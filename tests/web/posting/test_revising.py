"""Revising an event in the form of the desk: by whom, from which text, and what happens when somebody was faster."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from calendar_service.domain.events import Event, Status
from calendar_service.domain.journal import Revision
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import Change, change_occurrence, revise
from calendar_service.services.house import House
from calendar_service.services.status.statuses import cancel
from tests.builders import an_event
from tests.web.office import Desk, Fields, form_in, value_of
from tests.web.pages import Element, read

pytestmark = pytest.mark.one_database

EDIT = "/office/events/retreta-en-el-parque/edit"
SERIES: dict[str, Any] = {"rrule": "FREQ=WEEKLY;UNTIL=20261226T235959", "exdates": ["2026-12-12T19:30"]}


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco."""
    return Desk(app, house, now, "barranco")


def posted(desk: Desk, **fields: Any) -> Event:  # noqa: ANN401 - any field of the API
    """An event of hers, posted a week ago."""
    with desk.house.deed() as session:
        return an_event(session, by=desk.viewer, now=desk.now - timedelta(days=7), **fields)


def revisions(desk: Desk) -> int:
    with desk.house.reading() as session:
        return session.scalar(select(func.count()).select_from(Revision)) or 0


def test_a_form_saved_as_it_was_shown_changes_nothing_at_all(rosa: Desk) -> None:
    before = posted(rosa, **SERIES)
    rosa.press(EDIT, do="save")
    after = rosa.event(before.slug)
    assert (after.version, after.sequence, after.last_modified) == (before.version, 0, before.last_modified)
    assert revisions(rosa) == 1


def test_what_a_hold_shows_is_changed_without_moving_its_end(rosa: Desk) -> None:
    """An empty day would mean the usual thirty days: the form says the one that it has."""
    with rosa.house.deed() as session:
        event = an_event(session, by=rosa.viewer, now=rosa.now, status=Status.TENTATIVE)
        event.hold_until = date(2026, 12, 3)
    rosa.press(EDIT, hold_shows="full", do="hold")
    held = rosa.event("retreta-en-el-parque")
    assert (held.hold_shows, held.hold_until) == ("full", date(2026, 12, 3))


def test_a_change_is_saved_and_can_be_seen(rosa: Desk) -> None:
    posted(rosa)
    rosa.press(EDIT, summary="Retreta de verano", start_time="20:00", do="save")
    event = rosa.event("retreta-en-el-parque")
    assert (event.summary, f"{event.start:%H:%M}", event.sequence) == ("Retreta de verano", "20:00", 1)
    history = rosa.open("/office/events/retreta-en-el-parque/history").one("ol", cls="history").all("li")[0]
    assert history.one("h2").text == "Lo editó"
    assert history.one("p").text.startswith("Barranco, Barranco · lun. 30 de noviembre, 7:30 p. m.")
    assert list(zip(history.texts("dt"), history.texts("del"), history.texts("ins"), strict=True)) == [
        ("Título", "Retreta en el parque", "Retreta de verano"),
        ("Empieza", "sáb. 5 de diciembre, 7:30 p. m.", "sáb. 5 de diciembre, 8 p. m."),
    ]


def test_what_the_form_does_not_show_stays_s14(rosa: Desk) -> None:
    event = posted(
        rosa, timezone="America/Bogota", price="12.00", currency="USD", free=False, rrule="FREQ=WEEKLY;COUNT=3"
    )
    with rosa.changing(event.slug) as (session, own):
        change = Change(cancelled=True, reason="lluvia")
        change_occurrence(session, own, "20261212T1930", change, seen=None, by=rosa.viewer, now=rosa.now)
    slipped: Fields = {"host": "miraflores", "status": "cancelled", "version": "77", "uid": "x@example.org"}
    rosa.press(EDIT, description="Otra banda", do="save", **slipped)
    after = rosa.event(event.slug)
    assert (after.description, after.timezone, after.currency) == ("Otra banda", "America/Bogota", "USD")
    assert [(each.recurrence_id, each.reason) for each in after.overrides] == [("20261212T1930", "lluvia")]
    assert (after.host.slug, after.status, after.uid) == ("barranco", Status.CONFIRMED, event.uid)


def faster(desk: Desk, **fields: Any) -> None:  # noqa: ANN401 - any field of the API
    """A colleague saves something else meanwhile."""
    with desk.changing("retreta-en-el-parque") as (session, event):
        draft = read_draft({**draft_of(event), **fields}, metropolis=desk.house.metropolis)
        revise(session, event, draft, seen=None, by=desk.viewer, now=desk.now)


def picks_of(page: Element) -> list[tuple[str, str]]:
    """What is asked about the two texts: each field, and the two texts of it."""
    asked = page.one("section", cls="compare").all("fieldset")
    return [(each.one("legend").text, " | ".join(each.texts("label"))) for each in asked]


def test_who_saw_an_older_text_is_shown_both_and_loses_nothing_r4(rosa: Desk) -> None:
    """Rule 8: never a silent overwrite; the second save is made knowingly. What she had not touched follows."""
    posted(rosa)
    form: Fields = {**form_in(rosa.open(EDIT), EDIT), "summary": "Mi título", "description": "Mi texto", "do": "save"}
    faster(rosa, summary="Su título", place_note="Puerta 2")
    answer = rosa.post(EDIT, form)
    assert answer.status_code == 409
    page = read(answer.text)
    assert picks_of(page) == [
        ("Título", "Lo tuyo: Mi título | Lo guardado ahora: Su título"),
        ("Descripción", "Lo tuyo: Mi texto | Lo guardado ahora: —"),
    ]
    assert page.one("section", cls="compare").texts("li") == ["Indicación del lugar: Puerta 2"]
    assert (value_of(page, "summary"), value_of(page, "place_note")) == ("Mi título", "Puerta 2")
    assert rosa.event("retreta-en-el-parque").summary == "Su título"
    assert rosa.post(EDIT, {**form_in(page, EDIT), "do": "save"}).status_code == 303
    after = rosa.event("retreta-en-el-parque")
    assert (after.summary, after.description, after.place_note) == ("Mi título", "Mi texto", "Puerta 2")


def test_of_two_texts_she_picks_field_by_field_r4(rosa: Desk) -> None:
    posted(rosa)
    mine: Fields = {"summary": "Mi título", "start_time": "18:00", "end_time": "19:00", "free": "", "price": "15"}
    form: Fields = {**form_in(rosa.open(EDIT), EDIT), **mine, "do": "save"}
    faster(rosa, summary="Su título", start="2026-12-05T20:00", end="2026-12-05T22:00", free=False, price="20")
    page = read(rosa.post(EDIT, form).text)
    picked = {"pick-summary": "theirs", "pick-when": "theirs", "pick-price": "mine"}
    assert rosa.post(EDIT, {**form_in(page, EDIT), **picked, "do": "save"}).status_code == 303
    after = rosa.event("retreta-en-el-parque")
    assert (after.summary, f"{after.start:%H:%M}", f"{after.end:%H:%M}") == ("Su título", "20:00", "22:00")
    assert str(after.price) == "15.00"


def test_an_event_says_again_what_it_said_and_that_can_be_undone_too(rosa: Desk) -> None:
    posted(rosa, description="Con banda")
    rosa.press(EDIT, summary="Otro título", description="", start_time="18:00", do="save")
    path = "/office/events/retreta-en-el-parque/history"
    page = rosa.open(path)
    back = f"{path}/1"
    assert [each.attrs["action"] for each in page.all("form") if "history" in each.attrs.get("action", "")] == [back]
    rosa.press(back, path)
    after = rosa.event("retreta-en-el-parque")
    assert (after.summary, after.description, f"{after.start:%H:%M}") == ("Retreta en el parque", "Con banda", "19:30")
    assert rosa.open(path).one("h2").text == "Volvió a lo de antes"
    rosa.press(f"{path}/2", path)
    assert rosa.event("retreta-en-el-parque").summary == "Otro título"
    assert rosa.post(back, {**form_in(rosa.open(path), back), "seen": "1"}).status_code == 409
    assert rosa.post(f"{path}/99", form_in(rosa.open(path), back)).status_code == 404


def test_a_third_who_is_faster_again_is_met_again_r4(rosa: Desk) -> None:
    posted(rosa)
    form: Fields = {**form_in(rosa.open(EDIT), EDIT), "summary": "Mi título", "do": "save"}
    faster(rosa, summary="Su título")
    page = read(rosa.post(EDIT, form).text)
    faster(rosa, summary="Otro título más")
    assert rosa.post(EDIT, {**form_in(page, EDIT), "do": "save"}).status_code == 409
    assert rosa.event("retreta-en-el-parque").summary == "Otro título más"


@pytest.mark.parametrize("seen", ["", "0", "x", "99999999999999999999"])
def test_a_form_that_does_not_say_what_was_seen_is_stale_r4(rosa: Desk, seen: str) -> None:
    posted(rosa)
    form: Fields = {**form_in(rosa.open(EDIT), EDIT), "summary": "A ciegas", "seen": seen, "do": "save"}
    assert rosa.post(EDIT, form).status_code == 409
    assert rosa.event("retreta-en-el-parque").summary == "Retreta en el parque"


def test_nothing_of_a_comparison_is_stored_not_even_a_new_venue(rosa: Desk) -> None:
    posted(rosa)
    form: Fields = {**form_in(rosa.open(EDIT), EDIT), "venue": "", "venue_name": "Losa nueva", "do": "save"}
    faster(rosa, summary="Su título")
    page = read(rosa.post(EDIT, form).text)
    assert ("Lugar", "Lo tuyo: Losa nueva | Lo guardado ahora: Parque Municipal") in picks_of(page)
    assert "Losa nueva" not in rosa.open("/office/venues").text


def test_a_draft_is_published_from_its_form_in_one_deed(rosa: Desk) -> None:
    posted(rosa, status=Status.DRAFT, end=None)
    answer = rosa.send(EDIT, do="publish")
    assert answer.status_code == 422
    assert rosa.event("retreta-en-el-parque").status == Status.DRAFT
    rosa.press(EDIT, end_time="21:00", summary="Retreta grande", do="publish")
    event = rosa.event("retreta-grande")
    assert (event.status, event.summary) == (Status.CONFIRMED, "Retreta grande")


def test_a_hold_moves_its_end_from_its_form(rosa: Desk) -> None:
    posted(rosa, status=Status.TENTATIVE)
    rosa.press(EDIT, hold_until="2026-12-02", do="hold")
    assert str(rosa.event("retreta-en-el-parque").hold_until) == "2026-12-02"


def test_the_address_of_a_renamed_draft_goes_on_working(rosa: Desk) -> None:
    posted(rosa, status=Status.DRAFT)
    answer = rosa.press(EDIT, summary="Retreta de verano", do="draft")
    assert answer.location == "/office/events/retreta-de-verano?said=draft-saved"
    for each in ("", "/edit", "/history", "/cohosts"):
        moved = rosa.client.get(f"/office/events/retreta-en-el-parque{each}")
        assert (moved.status_code, moved.location) == (301, f"/office/events/retreta-de-verano{each}")


def test_dates_taken_out_follow_when_only_the_hour_changes(rosa: Desk) -> None:
    posted(rosa, **SERIES)
    rosa.press(EDIT, start_time="18:00", end_time="19:30", do="save")
    assert [f"{each:%d/%m %H:%M}" for each in rosa.event("retreta-en-el-parque").exdates] == ["12/12 18:00"]


def test_a_rule_that_the_form_cannot_say_is_kept_as_it_is(rosa: Desk) -> None:
    odd = "FREQ=MONTHLY;BYMONTHDAY=5,20;COUNT=4"
    posted(rosa, rrule=odd)
    page = rosa.open(EDIT)
    assert (value_of(page, "repeat"), value_of(page, "rrule")) == ("rule", odd)
    rosa.press(EDIT, summary="Otra", do="save")
    assert rosa.event("retreta-en-el-parque").rrule == odd


def test_what_was_withdrawn_is_not_revised(rosa: Desk) -> None:
    event = posted(rosa)
    form: Fields = {**form_in(rosa.open(EDIT), EDIT), "summary": "De vuelta", "do": "save"}
    with rosa.changing(event.slug) as (session, own):
        cancel(session, own, reason="", withdraw=True, by=rosa.viewer, now=rosa.now)
    assert "se publicó por error" in rosa.open(EDIT, status=409).text
    assert rosa.post(EDIT, form).status_code == 409
    assert rosa.event(event.slug).summary == ""


TUESDAYS: dict[str, Any] = {
    "start": "2026-12-01T16:00", "end": "2026-12-01T18:00", "rrule": "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270126T235959",
    "exdates": ["2026-12-29T16:00"],
}  # fmt: skip


def test_a_series_goes_to_another_weekday_by_one_change_and_all_that_follows_is_said_before(rosa: Desk) -> None:
    """What was said of single dates goes along within its week; another day that was chosen by itself stays."""
    event = posted(rosa, **TUESDAYS)
    said = {
        "20261208T1600": Change(cancelled=True, reason="Feriado"),
        "20261215T1600": Change(start=datetime(2026, 12, 15, 18), end=datetime(2026, 12, 15, 20)),
        "20261222T1600": Change(start=datetime(2026, 12, 23, 10), end=datetime(2026, 12, 23, 12)),
    }
    for recurrence, change in said.items():
        with rosa.changing(event.slug) as (session, own):
            change_occurrence(session, own, recurrence, change, seen=None, by=rosa.viewer, now=rosa.now)
    answer = rosa.send(EDIT, weekdays=["TH"], do="save")
    page = read(answer.text)
    assert (answer.status_code, rosa.event(event.slug).sequence) == (200, 3)
    assert page.one("div", cls="outlook").texts("li") == [
        "Las 8 fechas por venir quedan así: la primera, jue. 3 de diciembre; la última, jue. 28 de enero de 2027.",
        "La cancelada del mar. 8 de diciembre pasa al jue. 10 de diciembre, y sigue cancelada.",
        "La que cambiaste del mar. 15 de diciembre sigue cambiada: jue. 17 de diciembre, 6 p. m. a 8 p. m.",
        "La que moviste del mar. 22 de diciembre se queda donde la pusiste: mié. 23 de diciembre, 10 a. m. a 12 p. m.",
        "Quitadas: jue. 31 de diciembre.",
        "No se escribe a nadie: nadie pidió un recordatorio de lo que cambia.",
        "Los calendarios que lo siguen mueven sus fechas solos, sin duplicarlo (SEQUENCE 3 → 4).",
    ]
    assert rosa.post(EDIT, {**form_in(page, EDIT), **asked(page), "do": "save"}).status_code == 303
    moved = rosa.event(event.slug)
    assert (moved.rrule, f"{moved.start:%d/%m %H:%M}", moved.sequence) == (
        "FREQ=WEEKLY;BYDAY=TH;UNTIL=20270128T235959", "03/12 16:00", 4,
    )  # fmt: skip
    assert [f"{each:%d/%m}" for each in moved.exdates] == ["31/12"]
    told = rosa.open("/office/events/retreta-en-el-parque/history").one("ol", cls="history").all("li")[0]
    assert told.texts("del")[2] == "cada martes hasta el 26 de enero de 2027"
    assert {each.recurrence_id: each.start and f"{each.start:%d/%m %H:%M}" for each in moved.overrides} == {
        "20261210T1600": None, "20261217T1600": "17/12 18:00", "20261224T1600": "23/12 10:00",
    }  # fmt: skip


def asked(page: Element) -> Fields:
    """What the question above the form sends with it."""
    held = next(each for each in page.all("input") if each.attrs.get("name") == "foreseen")
    return {"foreseen": held.attrs["value"]}


def test_what_saving_does_is_read_again_when_it_becomes_something_else_and_a_draft_is_not_asked_about(
    rosa: Desk,
) -> None:
    event = posted(rosa, **TUESDAYS)
    page = read(rosa.send(EDIT, start_date="2026-12-03", do="save").text)
    form: Fields = {**form_in(page, EDIT), **asked(page), "do": "save"}
    assert rosa.post(EDIT, {**form, "weekdays": ["FR"], "start_date": "2026-12-04"}).status_code == 200
    assert f"{rosa.event(event.slug).start:%A}" == "Tuesday"
    looked = rosa.post("/office/events/new/when", {**form, "weekdays": ["FR"], "start_date": "2026-12-04"})
    assert "SEQUENCE 0 → 1" in looked.text
    draft = posted(rosa, **{**TUESDAYS, "summary": "Taller", "status": Status.DRAFT})
    path = f"/office/events/{draft.slug}/edit"
    rosa.press(path, weekdays=["TH"], do="draft")
    assert f"{rosa.event(draft.slug).start:%A}" == "Thursday"
