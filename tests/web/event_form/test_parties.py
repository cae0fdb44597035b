"""Organisations in the form of an event: found by what is typed, asked about when nobody knows them, entered there."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from calendar_service.domain.network.organisations import Organisation
from calendar_service.services.house import House
from calendar_service.web.office.event_form import parties
from tests.web.office import Desk, Fields, count_of, form_in, problem_at
from tests.web.pages import read
from tests.web.posting.test_posting import CONCERT

pytestmark = pytest.mark.one_database

NEW = "/office/events/new"
REGISTER = "/office/organisations/new"


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco, which has a circus in its register."""
    desk = Desk(app, house, now, "barranco")
    desk.press(REGISTER, name="Circo a Pulmón", kind="colectivo", public="1")
    return desk


def test_who_takes_part_is_found_by_name_and_named_on_the_desk_and_to_the_public(rosa: Desk, app: Flask) -> None:
    typed: Fields = {**CONCERT, "party": ["circo a pulmon", ""], "party_role": ["organiser", "ally"]}
    rosa.press(NEW, **typed, do="publish")
    assert rosa.event("noche-de-valses").organisations == [("circo-a-pulmon", "organiser")]
    desk = rosa.open("/office/events/noche-de-valses").text
    assert "Circo a Pulmón (organiza)" in desk
    assert "Circo a Pulmón" in app.test_client().get("/events/noche-de-valses").text


def test_a_name_that_nobody_knows_is_a_question_and_its_answer_enters_it(rosa: Desk, house: House) -> None:
    typed: Fields = {**CONCERT, "party": ["Banda La Primavera", "Circo Pulmón"], "party_role": ["ally", "ally"]}
    asked = rosa.send(NEW, **typed, do="publish")
    assert asked.status_code == 422
    page = read(asked.text)
    assert problem_at(page, "organisations")
    assert count_of(house, Organisation) == 1
    form = form_in(page, NEW)
    assert [name for name in sorted(form) if name.startswith("party_is")] == ["party_is-1"]  # the other is like nothing
    assert form["party_is-1"] == ["circo-a-pulmon"]
    answer = rosa.post(NEW, {**form, "party_kind-0": "colectivo", "do": "publish"})
    assert answer.status_code == 303
    found = rosa.event("noche-de-valses").organisations
    assert found == [("banda-la-primavera", "ally"), ("circo-a-pulmon", "ally")]
    register = rosa.open("/organisations/banda-la-primavera").text
    assert "Barranco" in register


def test_who_takes_part_stays_when_the_event_is_edited_and_goes_when_its_row_is_emptied(rosa: Desk) -> None:
    rosa.press(NEW, **{**CONCERT, "party": ["Circo a Pulmón"], "party_role": ["ally"]}, do="publish")
    edit = "/office/events/noche-de-valses/edit"
    rosa.press(edit, summary="Noche de polcas", do="save")
    assert rosa.event("noche-de-valses").organisations == [("circo-a-pulmon", "ally")]
    rosa.press(edit, party=["", ""], party_role=["ally", "ally"], do="save")
    assert rosa.event("noche-de-valses").organisations == []
    history = rosa.open("/office/events/noche-de-valses/history").text
    assert "Circo a Pulmón" in history


@pytest.mark.every_database
def test_suggestions_are_those_that_may_take_part_the_own_district_first(rosa: Desk, app: Flask, now: datetime) -> None:
    luis = Desk(app, rosa.house, now, "miraflores")
    luis.press(REGISTER, name="Circo del Mar", kind="colectivo", public="1")
    luis.press(REGISTER, name="Circo escondido", kind="colectivo", public="")
    asked = "/office/organisations/suggestions?q=circo&home="
    assert rosa.client.get(asked + "barranco").text == "Circo a Pulmón\nCirco del Mar (Miraflores)"
    assert luis.client.get(asked + "miraflores").text == "Circo del Mar\nCirco a Pulmón (Barranco)"
    assert app.test_client().get(asked + "barranco").status_code == 303


def test_a_hidden_one_takes_no_part_and_is_not_entered_twice(rosa: Desk, house: House) -> None:
    rosa.press("/office/organisations/circo-a-pulmon", public="")
    typed: Fields = {**CONCERT, "party": ["Circo a Pulmón"], "party_role": ["ally"]}
    answer = rosa.send(NEW, **typed, do="publish")
    assert answer.status_code == 422
    assert "«Circo a Pulmón»" in problem_at(read(answer.text), "organisations")
    assert count_of(house, Organisation) == 1


def test_a_form_means_each_row_by_its_slug_or_as_new() -> None:
    form: MultiDict[str, str] = MultiDict()
    form.setlist("party", ["Circo", "  Banda  nueva ", ""])
    form.setlist("party_role", ["organiser", "nonsense"])
    form.setlist("party_slug", ["circo"])
    form.setlist("party_kind", ["", "colectivo"])
    assert parties.read(form) == [
        {"slug": "circo", "role": "organiser"}, {"name": "Banda nueva", "kind": "colectivo", "role": "ally"}
    ]  # fmt: skip
