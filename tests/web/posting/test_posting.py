"""Posting an event in the form of the desk: what becomes of it, and what is said when it cannot be taken."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from calendar_service.domain.events import Event, Status
from calendar_service.domain.territory.places import Venue
from calendar_service.domain.times.dates import dates_of
from calendar_service.services.house import House
from calendar_service.web.office.event_form.form import ORDER
from tests.builders import an_event, an_officer
from tests.web.office import Desk, Fields, count_of, form_in, problem_at, value_of
from tests.web.pages import read, visit

pytestmark = pytest.mark.one_database

NEW = "/office/events/new"
CONCERT: Fields = {
    "summary": "Noche de valses", "start_date": "2026-12-05", "start_time": "19:30", "end_time": "21:00",
    "venue_name": "Parque Municipal", "venue_kind": "parque", "disciplines": ["musica-criolla-afroperuana"],
    "free": "1",
}  # fmt: skip


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    """An officer of Barranco."""
    return Desk(app, house, now, "barranco")


@pytest.fixture
def citizen(app: Flask) -> FlaskClient:
    """Somebody else's browser."""
    browser: FlaskClient = app.test_client()
    return browser


def test_a_published_event_is_where_its_desk_says_that_it_is(rosa: Desk, citizen: FlaskClient) -> None:
    answer = rosa.send(NEW, **CONCERT, do="publish")
    assert (answer.status_code, answer.location) == (303, "/office/events/noche-de-valses?said=published")
    page = rosa.open(answer.location)
    assert "Publicado. Ya está en la agenda y en los calendarios." in " ".join(page.texts("p", cls="notice"))
    links = [each for each in page.one("ul", cls="links").hrefs() if each.startswith("/")]
    assert links == [
        "/events/noche-de-valses", "/districts/barranco", "/feeds/districts/barranco.ics", "/events", "/feeds/all.ics",
        "/feeds/events/noche-de-valses.ics",
    ]  # fmt: skip
    for each in links:
        assert "Noche de valses" in citizen.get(each).text, each


def test_a_draft_and_a_hold_are_nowhere_public_s17(rosa: Desk, citizen: FlaskClient) -> None:
    rosa.send(NEW, **CONCERT, do="publish")
    rosa.send(NEW, **{**CONCERT, "summary": "Borrador secreto"}, do="draft")
    rosa.send(NEW, **{**CONCERT, "summary": "Reserva secreta"}, do="hold")
    public = ("/", "/events", "/calendar/2026/12", "/districts/barranco", "/venues/parque-municipal",
              "/feeds/all.ics", "/feeds/districts/barranco.ics", "/sitemaps/events-1.xml")  # fmt: skip
    shown = {each: citizen.get(each).text for each in public}
    assert [each for each in public if "secret" in shown[each].lower()] == []
    assert [each for each in public if "noche-de-valses" not in shown[each]] == []
    assert citizen.get("/events/borrador-secreto").status_code == 404
    assert citizen.get("/events/reserva-secreta").status_code == 404


WHOLE: Fields = {
    **CONCERT, "end_time": "19:00", "end_date": "2026-12-04", "repeat": "weekly", "weekdays": ["MO", "SA"],
    "interval": "2", "until": "2027-01-31", "rdate": ["2026-12-08", "2026-12-09"], "rtime": ["", "11:00"],
    "exdates": ["2026-12-14"], "venue": "", "venue_address": "Av. Grau 100", "venue_point": "-12.1497, -77.0223",
    "place_note": "Por la puerta 2", "online_url": "https://en-linea.example/", "format": "concierto",
    "disciplines": ["bandas", "danza"], "audiences": ["familias", "ninez"], "age_from": "6", "age_to": "12",
    "price": "15", "price_text": "Niños pagan la mitad", "booking_url": "https://entradas.example/",
    "description": "Con <b>banda</b> & amigos.\n\nTraer silla.", "accessibility": ["bano-accesible", "subtitulos"],
    "outdoors": "1", "public_space": "0", "languages": ["es", "qu"], "abstract": "Valses", "lang": "en",
    "expected_attendance": "300", "internal_note": "Pedir toldo", "hold_until": "2026-12-03", "hold_shows": "full",
}  # fmt: skip


def test_what_was_typed_is_kept_whole_when_it_cannot_be_taken_ux_7(rosa: Desk, house: House) -> None:
    answer = rosa.send(NEW, **WHOLE, do="publish")
    page = read(answer.text)
    assert answer.status_code == 422
    kept = {name: [each for each in _list(value_of(page, name)) if each] for name in WHOLE}
    typed = {name: [each for each in _list(value) if each] for name, value in WHOLE.items()}
    assert kept == typed
    assert (count_of(house, Event), count_of(house, Venue)) == (0, 0)


def _list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_problems_stand_at_their_fields_and_together_on_top_with_focus_ux_4(rosa: Desk) -> None:
    page = read(rosa.send(NEW, summary="", start_date="2026-12-05", start_time="", price="caro", do="publish").text)
    summary = page.one("div", cls="problems")
    assert (summary.attrs["role"], "autofocus" in summary.attrs) == ("alert", True)
    assert summary.texts("li") == [
        "Título: Falta este dato.", "Empieza: Falta la hora. Si dura todo el día, marca «Todo el día».",
        "Termina: Falta a qué hora termina. Para un borrador puede esperar; para reservar o publicar, no.",
        "Lugar: Falta dónde es: elige un lugar, escribe uno nuevo, una indicación o un enlace en línea.",
        "Precio: Escribe solo el monto: por ejemplo, 15 o 15.50.",
    ]  # fmt: skip
    ids = {each.attrs.get("id") for each in page.all()}
    assert {each.removeprefix("#") for each in summary.hrefs()} <= ids
    assert problem_at(page, "summary") == "Falta este dato."
    assert problem_at(page, "start_time") == "Falta la hora. Si dura todo el día, marca «Todo el día»."


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"end_time": ""}, "end_time"),
        ({"venue_name": ""}, "venue_name"),
        ({"venue": "nunca-visto", "venue_name": ""}, "venue_name"),
    ],
)
def test_what_only_a_public_event_needs_is_asked_for_when_it_is_published(
    rosa: Desk, house: House, fields: Fields, field: str
) -> None:
    rosa.send(NEW, **CONCERT, do="publish")
    page = read(rosa.send(NEW, **{**CONCERT, "summary": "Otra", **fields}, do="publish").text)
    assert problem_at(page, field)
    assert count_of(house, Event) == 1


def test_one_list_says_all_that_stands_in_the_way_and_each_line_leads_to_its_field_ux_4(
    rosa: Desk, house: House
) -> None:
    typed: Fields = {"summary": "", "start_date": "2026-12-05", "start_time": "19:30", "repeat": "weekly",
                     "free": "1", "price": "15", "age_from": "9", "age_to": "3", "hold_until": "2027-01-01",
                     "party": ["Circo nuevo"], "venue_point": "por ahí"}  # fmt: skip
    page = read(rosa.send(NEW, **typed, do="hold").text)
    links = page.one("div", cls="problems").all("a")
    expected = [
        "summary",
        "end_time",
        "until",
        "venue_name",
        "venue_point",
        "age_to",
        "organisations",
        "price",
        "hold_until",
    ]
    assert [each.attrs["href"] for each in links] == [f"#{each}" for each in expected]
    assert [len(each.all("b")) for each in links] == [1] * len(links)
    assert all(problem_at(page, each) for each in expected)
    assert count_of(house, Event) == 0


def test_every_field_at_which_something_can_be_wrong_is_there_to_go_to(rosa: Desk) -> None:
    ids = {each.attrs.get("id") for each in rosa.open(NEW).all()}
    assert set(ORDER) - ids == {"host"}


def test_a_draft_needs_no_more_than_a_title_and_a_start(rosa: Desk) -> None:
    rosa.send(NEW, summary="Idea", start_date="2026-12-05", start_time="19:30", do="draft")
    assert rosa.event("idea").status == Status.DRAFT
    page = rosa.open("/office/events/idea")
    assert "Para publicarlo falta la hora de fin y el lugar." in " ".join(page.texts("p", cls="notice"))


SATURDAYS: Fields = {**CONCERT, "repeat": "weekly", "until": "2027-01-02"}


def test_the_dates_are_shown_in_words_before_anything_is_posted(rosa: Desk, house: House) -> None:
    page = read(rosa.send(NEW, **{**SATURDAYS, "rdate": ["2026-12-25"], "rtime": ["11:00"]}, do="preview").text)
    plan = page.one("fieldset", cls="plan")
    assert plan.one("legend").text == "6 fechas"
    assert plan.one("b").text == "Cada sábado hasta el 2 de enero de 2027"
    assert plan.texts("time")[:5] == [
        "sáb. 5 de diciembre, 7:30 p. m. a 9 p. m.", "sáb. 12 de diciembre, 7:30 p. m. a 9 p. m.",
        "sáb. 19 de diciembre, 7:30 p. m. a 9 p. m.", "vie. 25 de diciembre, 11 a. m. a 12:30 p. m.",
        "sáb. 26 de diciembre, 7:30 p. m. a 9 p. m.",
    ]  # fmt: skip
    assert plan.texts("span", cls="feast") == ["feriado: Navidad"]
    assert count_of(house, Event) == 0


def test_a_slip_of_the_year_is_seen_before_anything_is_posted(rosa: Desk) -> None:
    page = read(rosa.send(NEW, **{**CONCERT, "start_date": "2025-12-05"}, do="preview").text)
    plan = page.one("fieldset", cls="plan")
    assert plan.texts("li") == ["vie. 5 de diciembre de 2025, 7:30 p. m. a 9 p. m. ya pasó"]


def test_a_date_that_is_ticked_is_taken_out(rosa: Desk) -> None:
    page = read(rosa.send(NEW, **SATURDAYS, do="preview").text)
    boxes = [
        each.attrs["value"] for each in page.one("fieldset", cls="plan").all("input") if each.attrs["name"] == "exdates"
    ]
    assert boxes == ["2026-12-05", "2026-12-12", "2026-12-19", "2026-12-26", "2027-01-02"]
    form = {**form_in(page, NEW), "exdates": ["2026-12-26"]}
    assert rosa.post(NEW, {**form, "do": "publish"}).status_code == 303
    left = [f"{each.original:%d/%m}" for each in dates_of(rosa.event("noche-de-valses"))]
    assert left == ["05/12", "12/12", "19/12", "02/01"]


def test_a_date_taken_out_stays_on_the_list_to_be_put_back(rosa: Desk) -> None:
    page = read(rosa.send(NEW, **{**SATURDAYS, "exdates": ["2026-12-26"]}, do="preview").text)
    plan = page.one("fieldset", cls="plan")
    assert (plan.one("legend").text, len(plan.all("li"))) == ("4 fechas", 5)
    assert plan.texts("li", cls="off") == ["sáb. 26 de diciembre, 7:30 p. m. a 9 p. m. quitada"]
    assert value_of(page, "exdates") == "2026-12-26"


def test_dates_that_cannot_be_are_said_when_they_are_looked_at(rosa: Desk) -> None:
    answer = rosa.send(NEW, **{**SATURDAYS, "until": "", "summary": ""}, do="preview")
    assert answer.status_code == 422
    page = read(answer.text)
    assert page.one("div", cls="problems").texts("li") == [
        "Hasta: Falta hasta cuándo se repite: una fecha o un número de veces, con un máximo de 2 años."
    ]


def test_more_rows_for_single_dates_lose_nothing(rosa: Desk) -> None:
    page = read(rosa.send(NEW, **{**CONCERT, "rdate": ["2026-12-08"], "rtime": [""]}, do="rows").text)
    assert (value_of(page, "summary"), len(value_of(page, "rdate"))) == ("Noche de valses", 10)
    assert value_of(page, "rdate")[0] == "2026-12-08"


def test_a_form_sent_twice_is_one_event(rosa: Desk, house: House) -> None:
    """A double tap, or the reload of a page that said "posted"."""
    form = {**form_in(rosa.open(NEW), NEW), **CONCERT, "do": "publish"}
    first, second = rosa.post(NEW, form), rosa.post(NEW, form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count_of(house, Event) == 1


def test_a_venue_made_in_place_is_on_the_list_next_time(rosa: Desk, house: House) -> None:
    rosa.send(NEW, **CONCERT, do="publish")
    offered = [each.attrs["value"] for each in rosa.open(NEW).one("datalist").all("option")]
    assert offered == ["Parque Municipal"]
    rosa.send(NEW, **{**CONCERT, "summary": "Otra", "venue_name": "  parque MUNICIPAL"}, do="publish")
    assert count_of(house, Venue) == 1


def test_a_venue_that_is_like_another_is_a_question_until_it_is_answered(rosa: Desk, house: House) -> None:
    rosa.send(NEW, **CONCERT, do="publish")
    other: Fields = {**CONCERT, "summary": "Otra", "venue_name": "Pque. Municipal"}
    page = read(rosa.send(NEW, **other, do="publish").text)
    assert problem_at(page, "venue_name") == "Se parece a un lugar que ya está. Di si es el mismo o es otro."
    assert [each.attrs["value"] for each in page.one("fieldset", cls="asked").all("input")] == [
        "parque-municipal",
        "new",
    ]
    assert count_of(house, Event) == 1
    rosa.press(NEW, **other, venue_is="parque-municipal", do="publish")
    assert count_of(house, Venue) == 1
    rosa.press(NEW, **{**other, "summary": "Tercera", "key": "k3"}, venue_is="new", do="publish")
    assert count_of(house, Venue) == 2


def test_venues_are_found_by_words_in_any_order_those_of_ones_own_district_first(rosa: Desk, house: House) -> None:
    with house.deed() as session:
        by = an_officer(session, "miraflores", now=rosa.now)
        place = {"name": "Anfiteatro del Parque Kennedy", "kind": "parque"}
        an_event(session, by=by, now=rosa.now, host="miraflores", venue=place)
    rosa.send(NEW, **CONCERT, do="publish")
    found = rosa.client.get("/office/venues/suggestions?q=parque&home=barranco").text
    assert found == "Parque Municipal\nAnfiteatro del Parque Kennedy (Miraflores)"
    there = {**CONCERT, "summary": "Otra", "venue_name": "Anfiteatro del parque kennedy (Miraflores)"}
    rosa.press(NEW, **there, do="publish")
    assert rosa.event("otra").venue.district.slug == "miraflores"  # type: ignore[union-attr]


def test_a_date_of_the_list_is_moved(rosa: Desk) -> None:
    page = read(rosa.send(NEW, **SATURDAYS, do="preview").text)
    form = form_in(page, NEW)
    place = form["move_from"].index("2026-12-26")
    for name, value in (("move_day", "2026-12-27"), ("move_hour", "11:00")):
        form[name] = [value if number == place else "" for number in range(len(form["move_from"]))]
    moved = read(rosa.post(NEW, {**form, "do": "preview"}).text)
    assert moved.one("fieldset", cls="plan").one("legend").text == "5 fechas"
    rosa.post(NEW, {**form_in(moved, NEW), "do": "publish"})
    dates = [f"{each.span.start:%d/%m %H:%M}" for each in dates_of(rosa.event("noche-de-valses"))]
    assert dates == ["05/12 19:30", "12/12 19:30", "19/12 19:30", "27/12 11:00", "02/01 19:30"]


def test_a_page_that_looks_while_one_chooses_is_given_the_dates_alone(rosa: Desk, house: House) -> None:
    form = {**form_in(rosa.open(NEW), NEW), **SATURDAYS}
    answer = rosa.post(f"{NEW}/when", form)
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert read(answer.text).one("fieldset", cls="plan").one("legend").text == "5 fechas"
    wrong = rosa.post(f"{NEW}/when", {**form, "until": "", "summary": ""})
    assert problem_at(read(wrong.text), "until")
    assert count_of(house, Event) == 0


@pytest.mark.parametrize(("typed", "held"), [("", date(2026, 12, 5)), ("2026-12-03", date(2026, 12, 3))])
def test_a_date_is_held_until_the_day_that_was_said_else_until_the_event(rosa: Desk, typed: str, held: date) -> None:
    assert rosa.send(NEW, **CONCERT, hold_until=typed, do="hold").status_code == 303
    event = rosa.event("noche-de-valses")
    assert (event.status, event.hold_until) == (Status.TENTATIVE, held)


@pytest.mark.parametrize("typed", ["2026-12-06", "2026-11-01", "pronto"])
def test_a_hold_that_cannot_be_is_said_at_its_date(rosa: Desk, typed: str) -> None:
    page = read(rosa.send(NEW, **CONCERT, hold_until=typed, do="hold").text)
    assert problem_at(page, "hold_until")


def test_an_officer_of_two_districts_chooses_which_one_hosts_s13(app: Flask, house: House, now: datetime) -> None:
    luis = Desk(app, house, now, "miraflores", "san-isidro")
    assert luis.send(NEW, **CONCERT, host="san-isidro", do="draft").status_code == 303
    assert luis.event("noche-de-valses").host.slug == "san-isidro"


def test_nobody_posts_for_another_district_or_without_one_s13_s16(
    app: Flask, house: House, now: datetime, rosa: Desk
) -> None:
    assert rosa.send(NEW, **CONCERT, host="miraflores", do="publish").status_code == 403
    facilitator = Desk(app, house, now, facilitator=True)
    facilitator.open(NEW, status=403)
    assert count_of(house, Event) == 0


def test_what_the_form_does_not_offer_cannot_be_slipped_in_s14(rosa: Desk) -> None:
    slipped: Fields = {
        "uid": "mine@example.org",
        "status": "confirmed",
        "version": "9",
        "slug": "otro",
        "sequence": "7",
    }
    rosa.send(NEW, **CONCERT, **slipped, do="draft")
    event = rosa.event("noche-de-valses")
    assert (event.status, event.sequence, event.version) == (Status.DRAFT, 0, 1)
    assert not event.uid.startswith("mine")


def test_a_form_from_elsewhere_posts_nothing_s19(rosa: Desk, house: House) -> None:
    form = form_in(rosa.open(NEW), NEW) | CONCERT
    forged = {**form, "csrf_token": "x.y", "do": "publish"}
    assert rosa.post(NEW, forged).status_code == 403
    assert count_of(house, Event) == 0


def test_text_that_looks_like_markup_is_text_s20(rosa: Desk, citizen: FlaskClient) -> None:
    rosa.send(NEW, **{**CONCERT, "summary": "<script>alert(1)</script> & Cía."}, do="publish")
    page = rosa.open("/office/events/script-alert-1-script-cia")
    assert page.one("h1").text.startswith("<script>alert(1)</script> & Cía.")
    assert visit(citizen, "/events/script-alert-1-script-cia").one("h1").text == "<script>alert(1)</script> & Cía."


def test_last_years_event_is_copied_to_the_same_day_of_the_week_this_year(rosa: Desk, house: House) -> None:
    with house.deed() as session:
        event = an_event(
            session, by=rosa.viewer, now=rosa.now, start="2025-12-06T19:30", end="2025-12-06T21:00",
            rrule="FREQ=WEEKLY;UNTIL=20251227T235959", exdates=["2025-12-20T19:30"], description="Con la banda",
        )  # fmt: skip
    page = rosa.open(f"{NEW}?from={event.slug}")
    form = form_in(page, NEW)
    assert (form["summary"], form["description"], form["venue_name"]) == (
        ["Retreta en el parque"],
        ["Con la banda"],
        ["Parque Municipal"],
    )
    assert page.one("fieldset", cls="plan").one("legend").text == "3 fechas"
    rosa.press(NEW, f"{NEW}?from={event.slug}", do="publish")
    dates = [f"{each.span.start:%a %d/%m/%y}" for each in dates_of(rosa.event("retreta-en-el-parque-2"))]
    assert dates == ["Sat 05/12/26", "Sat 12/12/26", "Sat 26/12/26"]


def test_a_hold_whose_words_are_not_shown_is_not_copied_s17(rosa: Desk, house: House) -> None:
    with house.deed() as session:
        by = an_officer(session, "miraflores", now=rosa.now)
        hold = an_event(session, by=by, now=rosa.now, host="miraflores", status=Status.TENTATIVE)
    assert rosa.client.get(f"{NEW}?from={hold.slug}").status_code == 404


def test_what_helps_people_to_come_is_said_quietly_and_stops_nobody(rosa: Desk) -> None:
    answer = rosa.send(NEW, **{**CONCERT, "free": "", "disciplines": [""]}, do="publish")
    page = rosa.open(answer.location)
    assert (
        "Para que la gente venga, ayuda decir cuánto cuesta, qué accesibilidad tiene, qué habrá, qué disciplina es"
        in " ".join(page.texts("p", cls="quiet"))
    )
