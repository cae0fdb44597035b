"""A real browser at the desk: an officer posts, a citizen finds it. On a phone, without script, by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from calendar_service.db.engine import Database
from calendar_service.db.queries.people.officers import officer_by_address
from calendar_service.services.network import clusters
from calendar_service.services.people import signing_in
from tests.browser.axe import faults
from tests.builders import PASSWORD, an_account, an_event
from tests.sites import Site, opened

ROSA = "rosa@barranco.example"
PHONE = {"width": 360, "height": 740}
Contexts = Callable[..., BrowserContext]

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("copies", ["sqlite"], indirect=True)]


@pytest.fixture
def site(lima: Database, tmp_path: Path, now: datetime) -> Iterator[Site]:
    """Lima on the evening of 30 November 2026; Rosa has an account, and a concert was in the park."""
    with opened(lima, tmp_path, now=now) as site:
        with site.house.deed() as session:
            by = signing_in.viewer_of(an_account(session, ROSA, now=now))
            an_event(session, by=by, now=now, start="2026-11-21T19:30", end="2026-11-21T21:00")
        yield site


class Hands:
    """An officer's hands: counts what she fills in, taps and chooses."""

    def __init__(self, page: Page) -> None:
        self.page, self.moves = page, 0

    def fill(self, label: str, text: str) -> None:
        self.moves += 1
        self._field(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        self.moves += 1
        self._field(label).select_option(label=option)

    def tick(self, label: str) -> None:
        self.moves += 1
        self._field(label).check()

    def tap(self, text: str) -> None:
        """A button, a link, or what is folded away."""
        self.moves += 1
        main = self.page.locator("main")
        found = main.get_by_role("button", name=text, exact=True).or_(main.get_by_role("link", name=text, exact=True))
        found.or_(main.locator("summary", has_text=text)).locator("visible=true").first.click()

    def _field(self, label: str) -> Locator:
        return self.page.locator("main").get_by_label(label, exact=True).locator("visible=true").first


def at_the_desk(site: Site, new_context: Contexts, **options: object) -> Hands:
    """Rosa, signed in, on the first page of her desk."""
    page = new_context(locale="es-PE", **options).new_page()
    page.goto(f"{site.url}/office/")
    page.fill("#address", ROSA)
    page.fill("#password", PASSWORD)
    page.locator("main").get_by_role("button", name="Entrar", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hola, Rosa")
    return Hands(page)


def post_a_series(hands: Hands) -> None:
    """Five Saturdays without the one after Christmas."""
    hands.tap("Publicar un evento")
    hands.fill("Título", "Taller de marinera")
    hands.fill("Fecha", "2026-12-05")
    hands.fill("Empieza", "10:00")
    hands.fill("Termina", "12:00")
    hands.tap("Se repite o tiene varias fechas")
    hands.choose("Se repite", "Cada semana")
    hands.fill("Hasta el", "2027-01-02")
    hands.fill("Lugar", "Parque Municipal")
    hands.tap("Ver las fechas")
    plan = hands.page.locator("#plan")
    expect(plan.locator("legend")).to_have_text("5 fechas")
    expect(plan.locator("b")).to_have_text("Cada sábado hasta el 2 de enero de 2027")
    plan.get_by_role("checkbox", name="sáb. 26 de diciembre").check()
    hands.tap("Publicar")


@pytest.mark.parametrize("script", [True, False])
def test_an_officer_posts_a_series_and_a_citizen_finds_it_on_the_list_and_in_the_feed(
    site: Site, new_context: Contexts, script: bool
) -> None:
    """Works without script, on a phone of 360 × 740."""
    hands = at_the_desk(site, new_context, java_script_enabled=script, viewport=PHONE)
    post_a_series(hands)
    expect(hands.page.get_by_role("status")).to_have_text("Publicado. Ya está en la agenda y en los calendarios.")

    citizen = new_context(locale="es-PE", java_script_enabled=script, viewport=PHONE).new_page()
    citizen.goto(f"{site.url}/events")
    titles = citizen.get_by_role("link", name="Taller de marinera")
    expect(titles).to_have_count(4)
    titles.first.click()
    expect(citizen.get_by_role("heading", level=1)).to_have_text("Taller de marinera")

    feed = citizen.request.get(f"{site.url}/feeds/districts/barranco.ics")
    lines = feed.text().replace("\r\n ", "").splitlines()
    said = sorted(each for each in lines if each.startswith(("SUMMARY:Taller", "RRULE", "EXDATE")))
    assert said == [
        "EXDATE;TZID=America/Lima:20261226T100000", "RRULE:FREQ=WEEKLY;UNTIL=20270103T045959Z;BYDAY=SA",
        "SUMMARY:Taller de marinera",
    ]  # fmt: skip
    again = citizen.request.get(feed.url, headers={"If-None-Match": feed.headers["etag"]})
    assert again.status == 304


def test_a_one_date_event_takes_at_most_twelve_fields_taps_and_choices(site: Site, new_context: Contexts) -> None:
    hands = at_the_desk(site, new_context, viewport=PHONE)
    hands.tap("Publicar un evento")
    hands.fill("Título", "Noche de valses")
    hands.fill("Fecha", "2026-12-05")
    hands.fill("Empieza", "19:30")
    hands.fill("Termina", "21:00")
    hands.fill("Lugar", "Parque Municipal")
    hands.choose("Disciplina", "Música")
    hands.choose("Formato", "Concierto")
    hands.choose("Para quién", "Familias")
    hands.tick("Ingreso libre")
    hands.tap("Publicar")
    expect(hands.page.get_by_role("status")).to_contain_text("Publicado.")
    assert hands.moves == 11


def test_a_joint_event_of_six_dates_takes_at_most_twenty_five(site: Site, new_context: Contexts) -> None:
    with site.house.deed() as session:
        rosa = signing_in.viewer_of(officer_by_address(session, ROSA))  # type: ignore[arg-type]
        luis = signing_in.viewer_of(
            an_account(session, "luis@miraflores.example", now=site.clock.now, districts={"miraflores": "officer"})
        )
        made = {"name": "Malecón", "members": ["miraflores", "chorrillos"], "proposer": "barranco"}
        clusters.propose(session, by=rosa, now=site.clock.now, **made)  # type: ignore[arg-type]
        clusters.answer(session, "malecon", "miraflores", accept=True, by=luis, now=site.clock.now)
    hands = at_the_desk(site, new_context, viewport=PHONE)
    hands.tap("Publicar un evento")
    hands.fill("Título", "Ruta de murales")
    hands.fill("Fecha", "2026-12-05")
    hands.fill("Empieza", "10:00")
    hands.fill("Termina", "13:00")
    hands.tap("Se repite o tiene varias fechas")
    for number, day in enumerate(("06", "12", "13", "19", "20"), 1):
        hands.fill(f"Otra fecha, {number}", f"2026-12-{day}")
    hands.fill("Lugar", "Parque Municipal")
    hands.choose("Disciplina", "Artes visuales")
    hands.choose("Formato", "Visita guiada o recorrido")
    hands.choose("Para quién", "Familias")
    hands.tick("Ingreso libre")
    hands.tap("Publicar")
    hands.tap("Invitar a otras municipalidades")
    hands.tick("Malecón Barranco, Miraflores")
    hands.tap("Invitar")
    expect(hands.page.locator("#hosts + ul")).to_have_text("Miraflores por responder")
    assert hands.moves == 20


def test_dates_that_come_late_take_nothing_back_that_was_chosen_meanwhile(site: Site, new_context: Contexts) -> None:
    """As on a slow line: the first dates are on their way while the next thing is chosen, and the hand is elsewhere."""
    hands = at_the_desk(site, new_context)
    held: list[Route] = []
    hands.page.clock.install(time=site.clock.now)
    hands.page.route("**/when", lambda route: held.append(route))  # noqa: PLW0108 - it asks how many arguments
    hands.page.goto(f"{site.url}/office/events/new")
    hands.page.clock.pause_at(site.clock.now + timedelta(days=1))
    hands.fill("Fecha", "2026-12-05")
    with hands.page.expect_request("**/when"):
        hands.fill("Empieza", "10:00")
        hands.page.clock.run_for(1_000)
    hands.tap("Se repite o tiene varias fechas")
    hands.choose("Se repite", "Cada semana")
    hands.fill("Lugar", "Parque Municipal")
    with hands.page.expect_event("requestfinished"):
        held[0].continue_()
    hands.fill("Hasta el", "2027-01-02")
    with hands.page.expect_request("**/when"):
        hands.fill("Lugar", "Parque Municipal")
        hands.page.clock.run_for(1_000)
    held[1].continue_()
    expect(hands.page.locator("#plan legend")).to_have_text("5 fechas")


def test_what_was_typed_is_kept_for_its_officer_alone_and_goes_when_she_signs_out(
    site: Site, new_context: Contexts
) -> None:
    new = f"{site.url}/office/events/new"
    page = at_the_desk(site, new_context, bypass_csp=True).page
    typed = "Object.keys(localStorage).filter(key => key.startsWith('typed'))"
    page.goto(new)
    page.evaluate("localStorage.setItem('typed 0 /office/events/new', JSON.stringify({at: Date.now(), fields: []}))")
    page.get_by_label("Título", exact=True).fill("Noche de valses")
    page.wait_for_function(f"{typed}.length === 2")
    page.goto(new)
    page.get_by_role("button", name="Recuperarlo").click()
    expect(page.get_by_label("Título", exact=True)).to_have_value("Noche de valses")
    page.locator("summary", has_text="Más").first.click()
    page.get_by_role("button", name="Salir").click()
    expect(page).not_to_have_url(new)
    page.wait_for_function(f"{typed}.length === 1")
    assert page.evaluate(typed) == ["typed 0 /office/events/new"]


def test_an_error_gets_the_focus_and_leads_to_its_field_and_the_menu_closes_by_keyboard(
    site: Site, new_context: Contexts
) -> None:
    hands = at_the_desk(site, new_context)
    hands.tap("Publicar un evento")
    hands.fill("Título", "Noche de valses")
    hands.tap("Publicar")
    page = hands.page
    expect(page.locator(".problems")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".problems a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#start_date")).to_be_focused()
    expect(page.get_by_label("Título", exact=True)).to_have_value("Noche de valses")
    page.focus(".office-nav summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".office-nav summary"), "the menu lies over nothing any more").to_be_focused()
    expect(page.locator(".office-nav details[open]")).to_have_count(0)


def test_the_form_is_filled_in_and_sent_by_keyboard_alone(site: Site, new_context: Contexts) -> None:
    """Enter in a field looks at the dates and posts nothing; the focus stays when a date is taken out or moved."""
    page = at_the_desk(site, new_context).page
    page.goto(f"{site.url}/office/events/new")
    page.focus("#summary")
    page.keyboard.type("Noche de valses")
    page.keyboard.press("Enter")
    expect(page.locator(".problems")).to_be_focused()
    expect(page).to_have_url(f"{site.url}/office/events/new#plan")
    page.focus("#said")
    page.keyboard.type("cada sábado de diciembre a las 7:30 p. m.")
    page.keyboard.press("Tab")
    legend = page.locator("#plan legend")
    expect(legend).to_have_text("4 fechas")
    page.focus("#off-2026-12-12")
    page.keyboard.press("Space")
    expect(legend).to_have_text("3 fechas")
    expect(page.locator("#off-2026-12-12")).to_be_focused()
    page.focus("#move-2026-12-19")
    page.keyboard.press("Enter")
    page.fill("#day-2026-12-19", "2026-12-20")
    expect(page.locator("#plan li")).to_contain_text(["5", "12", "19", "20", "26"])
    expect(page.locator("#plan")).to_be_focused()
    expect(page.locator("#plan details[open]")).to_have_count(0)
    page.get_by_role("button", name="Guardar borrador").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Borrador guardado.")


def test_the_other_text_is_beside_ones_own_on_a_phone(site: Site, new_context: Contexts) -> None:
    """R4: two windows of one officer are enough."""
    hands = at_the_desk(site, new_context, viewport=PHONE)
    edit = f"{site.url}/office/events/retreta-en-el-parque/edit"
    page, other = hands.page, hands.page.context.new_page()
    page.goto(edit)
    other.goto(edit)
    other.get_by_label("Título", exact=True).fill("Su título")
    other.get_by_role("button", name="Guardar cambios").click()
    hands.fill("Título", "Mi título")
    hands.tap("Guardar cambios")
    expect(page.locator(".compare legend")).to_have_text("Título")
    expect(page.get_by_role("radio", name="Lo guardado ahora: Su título")).not_to_be_checked()
    expect(page.get_by_label("Título", exact=True)).to_have_value("Mi título")
    hands.tap("Guardar cambios")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mi título")


EVENT = "/office/events/retreta-en-el-parque"
PAGES = ("/office/", "/office/events?show=past", "/office/events/new", EVENT, f"{EVENT}/edit", f"{EVENT}/history",
         f"{EVENT}/cohosts", f"{EVENT}/dates/20261121T1930", "/office/invitations", "/office/clusters",
         "/office/clusters/new", "/office/venues", "/office/venues/parque-municipal", "/office/templates",
         "/office/report?from=2026-11-01&to=2026-11-30")  # fmt: skip


def test_the_pages_of_the_desk_have_no_fault_that_a_program_finds(site: Site, new_context: Contexts) -> None:
    """WCAG 2.2 AA, with everything unfolded; nothing runs over the edge of a phone."""
    page = at_the_desk(site, new_context, viewport=PHONE).page
    for path in PAGES:
        page.goto(site.url + path)
        page.evaluate(
            "document.querySelectorAll('main section details, main form details').forEach(d => d.open = true)"
        )
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
        assert (path, faults(page)) == (path, [])


TOUCHED = "button, select, summary, input:not([type=checkbox], [type=radio], [type=hidden]), textarea, label.box"
SMALL = """touched => [...document.querySelectorAll(`main :is(${touched})`)]
    .filter(each => each.offsetParent && each.getBoundingClientRect().height < 43.5)
    .map(each => each.outerHTML.slice(0, 120))"""


def test_what_is_touched_is_large_enough(site: Site, new_context: Contexts) -> None:
    """44 px for fields, buttons and what is unfolded; ticks have their label."""
    page = at_the_desk(site, new_context, viewport=PHONE).page
    for path in PAGES:
        page.goto(site.url + path)
        assert page.evaluate(SMALL, TOUCHED) == [], path
