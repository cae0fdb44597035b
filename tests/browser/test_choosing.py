"""A real browser on the citizens' pages: choices without a reload, back and forward, arrow keys, what fits a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from calendar_service.db.engine import Database
from tests.builders import an_event, an_officer
from tests.sites import Site, opened

PHONE: ViewportSize = {"width": 360, "height": 740}
Contexts = Callable[..., BrowserContext]

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("copies", ["sqlite"], indirect=True)]


@pytest.fixture
def site(lima: Database, tmp_path: Path, now: datetime) -> Iterator[Site]:
    """Monday, 30 November 2026, 19:30 in Lima: three things tonight, two at the weekend, one of them not free."""
    with opened(lima, tmp_path, now=now) as site:
        with site.house.deed() as session:
            by = an_officer(session, "barranco", now=now)
            for hour in (20, 21, 22):
                at = f"2026-11-30T{hour}"
                an_event(session, by=by, now=now, summary=f"A las {hour}", start=f"{at}:00", end=f"{at}:50")
            an_event(session, by=by, now=now, summary="Retreta")
            an_event(session, by=by, now=now, summary="Recital", free=False, price="15")
        yield site


def opened_page(site: Site, new_context: Contexts, path: str) -> Page:
    page = new_context(locale="es-PE", viewport=PHONE).new_page()
    page.goto(site.url + path)
    page.evaluate("window.loadedOnce = true")
    return page


def test_choices_need_no_reload_and_back_leads_back(site: Site, new_context: Contexts) -> None:
    page = opened_page(site, new_context, "/events")
    page.get_by_role("link", name="gratis").click()
    expect(page).to_have_url(f"{site.url}/events?free=1")
    expect(page.get_by_role("status")).to_have_text("4 fechas")
    page.get_by_role("link", name="este fin de semana").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gratis · este fin de semana")
    expect(page.locator("li.row")).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("status")).to_have_text("4 fechas")
    page.locator(".chosen").get_by_role("link", name="gratis").click()
    expect(page.get_by_role("status")).to_have_text("5 fechas")
    assert page.evaluate("window.loadedOnce")


def test_what_is_ticked_in_the_form_counts_at_once_and_the_form_stays_open(site: Site, new_context: Contexts) -> None:
    page = opened_page(site, new_context, "/events")
    page.locator(".filters > summary").click()
    page.get_by_role("checkbox", name="gratis").check()
    expect(page).to_have_url(f"{site.url}/events?free=1")
    expect(page.get_by_role("checkbox", name="gratis")).to_be_focused()
    assert page.evaluate("window.loadedOnce")


def test_arrow_keys_go_from_district_to_district(site: Site, new_context: Contexts) -> None:
    page = opened_page(site, new_context, "/map")
    page.locator("a.cell[aria-label^=Lince]").focus()
    walked = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        walked.append(page.locator("a.cell:focus").get_attribute("aria-label"))
    assert walked == ["San Borja: 0 fechas", "La Molina: 0 fechas", "San Borja: 0 fechas", "Lince: 0 fechas"]


def test_a_phone_shows_the_day_of_a_month_that_is_touched_also_without_script(
    site: Site, new_context: Contexts
) -> None:
    page = new_context(locale="es-PE", viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(f"{site.url}/calendar/2026/12")
    days, seen = page.get_by_label("Días del mes"), page.locator(".days h2:visible")
    expect(seen).to_have_text("sábado 5 diciembre")  # the only day with something on
    days.get_by_role("link", name="25 0 fechas", exact=True).click()
    expect(seen).to_have_text("viernes 25 diciembre")
    expect(days).to_be_in_viewport()
    page.get_by_role("link", name="Ver todos los días").click()
    expect(seen).to_have_text("sábado 5 diciembre")


def test_a_cell_is_as_large_as_a_finger_on_a_phone(site: Site, new_context: Contexts) -> None:
    page = opened_page(site, new_context, "/map")
    box = page.locator("a.cell").first.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 40


def test_the_first_phone_screen_shows_today_and_the_weekend(site: Site, new_context: Contexts) -> None:
    page = opened_page(site, new_context, "/")
    ends = page.evaluate("""() => [...document.querySelectorAll("li.row h2, li.row h4")]
        .map((each) => [each.textContent.trim(), each.getBoundingClientRect().bottom])""")
    seen = [title for title, bottom in ends if bottom <= PHONE["height"]]
    assert seen == ["A las 20", "A las 21", "A las 22", "Retreta"]


def test_near_me_rounds_where_one_stands_before_it_enters_an_address_s43(site: Site, new_context: Contexts) -> None:
    here = {"latitude": -12.149372, "longitude": -77.021894}
    page = new_context(locale="es-PE", viewport=PHONE, permissions=["geolocation"], geolocation=here).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.goto(f"{site.url}/events?free=1")
    page.get_by_role("button", name="cerca de mí").click()
    expect(page).to_have_url(f"{site.url}/events?free=1&sort=near&near=-12.15,-77.02")
    expect(page.locator(".best .far").first).to_have_text("a menos de 1 km")
    assert [each for each in asked if "12.149" in each or "77.021" in each] == []


def test_where_the_position_is_refused_a_district_is_asked_for(site: Site, new_context: Contexts) -> None:
    page = opened_page(site, new_context, "/events")
    page.get_by_role("button", name="cerca de mí").click()
    expect(page.get_by_label("Cerca de")).to_be_focused()
    expect(page.locator("[data-unplaced]")).to_have_text("Tu teléfono no dice dónde estás: elige un distrito")
