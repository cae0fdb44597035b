"""A real browser walks every page that a citizen may open: no fault that a program finds, nothing over the edge,
small, nothing from elsewhere; and does the five main tasks by keyboard alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Response, ViewportSize, expect
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.events import Event
from calendar_service.services.status import statuses
from tests.browser.axe import WCAG, faults
from tests.builders import an_event, an_officer
from tests.sites import Site, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.parametrize("copies", ["sqlite"], indirect=True),
]

Contexts = Callable[..., BrowserContext]
NARROW, PHONE = ViewportSize(width=320, height=640), ViewportSize(width=360, height=740)
PAGE, VISIT = 30_000, 100_000
"""Bytes of an answer's body as it travels: a page, and everything of a first visit without posters."""
EVENT, SERIES = "/events/concierto-en-la-plaza", "/events/taller-de-marinera"
PAGES = (
    "/", "/events", "/events?discipline=musica&free=1&when=month", "/events?q=nada-de-nada", "/calendar/2026/12",
    "/calendar/2026/W49", "/map", EVENT, SERIES, f"{SERIES}/20261212T1000", "/events/feria-cancelada", "/districts",
    "/districts/barranco", "/districts/ancon", "/clusters", "/venues/parque-municipal", "/organisations", "/subscribe",
    "/subscribe?district=barranco", "/subscribe?event=concierto-en-la-plaza", "/print?district=barranco", "/embed",
    "/embed?background=003366&accent=ffcc00", "/embed/demo", "/data", "/about", "/privacy", "/offline", "/api/",
    "/nada", "/office/login",
)  # fmt: skip


SEASON: tuple[dict[str, Any], ...] = (
    {"summary": "Concierto en la plaza", "abstract": "Valses y marineras.", "description": "Con **banda**."},
    {"summary": "Taller de marinera", "start": "2026-12-05T10:00", "end": "2026-12-05T12:00",
     "rrule": "FREQ=WEEKLY;COUNT=20"},
    {"summary": "Feria del 29 de noviembre", "start": "2026-11-29T10:00", "end": "2026-11-29T12:00"},
    {"summary": "Muestra de otorrinolaringología electroencefalográfica", "start": "2026-11-10", "end": "2027-01-20"},
)  # fmt: skip


@pytest.fixture
def site(lima: Database, tmp_path: Path, now: datetime) -> Iterator[Site]:
    """An evening at the end of November: a concert, a series, an exhibition, a fair that is off."""
    with opened(lima, tmp_path, now=now) as site:
        before = now - timedelta(days=9)
        with site.house.deed() as session:
            by = an_officer(session, "barranco", now=before)
            for said in SEASON:
                an_event(session, by=by, now=before, **said)
            off = an_event(session, by=by, now=before, summary="Feria cancelada")
            statuses.cancel(session, off, reason="Por la lluvia", by=by, now=before)
        yield site


def test_no_page_has_a_fault_that_a_program_finds_or_runs_over_the_edge_or_loads_from_elsewhere(
    site: Site, new_context: Contexts
) -> None:
    """WCAG 2.2 AA (axe), light and dark; reflow at 320 pixels (1.4.10); letters of twice the size (1.4.4); S50."""
    page = new_context(locale="es-PE", viewport=NARROW, service_workers="block").new_page()
    strangers: list[str] = []
    faulty: dict[str, list[str]] = {}
    page.on("request", lambda asked: strangers.append(asked.url) if _elsewhere(asked, site) else None)
    for path in PAGES:
        page.set_viewport_size(NARROW)
        page.goto(site.url + path)
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        found = faults(page, [*WCAG, "best-practice"])
        found += [*_wide(page, NARROW, "100%"), *_wide(page, PHONE, "200%")]
        faulty |= {path: found} if found else {}
    assert (faulty, strangers) == ({}, [])


def test_no_word_is_torn_beside_a_poster_nor_on_the_card_of_an_event_without_one(
    site: Site, new_context: Contexts
) -> None:
    with site.house.deed() as session:
        concert = session.scalars(select(Event).where(Event.slug == "concierto-en-la-plaza")).one()
        concert.picture_digest, concert.picture_width, concert.picture_height = "0" * 64, 480, 600
    page = new_context(locale="es-PE", viewport=NARROW, service_workers="block").new_page()
    torn: dict[tuple[str, int], list[str]] = {}
    for path in (EVENT, "/events/feria-del-29-de-noviembre"):
        page.goto(site.url + path)
        for width in (320, 360, 768):
            page.set_viewport_size({"width": width, "height": 740})
            if found := page.evaluate(TORN):
                torn[path, width] = found
    assert torn == {}


TORN = """() => {
    const torn = [], texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const range = document.createRange(), text = texts.currentNode;
        for (const word of text.data.matchAll(/\\p{L}+/gu)) {
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const lines = new Set([...range.getClientRects()].map(each => each.top));
            if (lines.size > 1) torn.push(word[0]);
        }
    }
    return torn;
}"""


def _elsewhere(asked: Request, site: Site) -> bool:
    return not asked.url.startswith((site.url, "data:"))


def _wide(page: Page, window: ViewportSize, letters: str) -> Iterator[str]:
    """Whether the page runs over the edge of a window, with letters of a size."""
    page.set_viewport_size(window)
    page.evaluate("size => { document.documentElement.style.fontSize = size }", letters)
    if (width := page.evaluate("document.documentElement.scrollWidth")) > window["width"]:
        yield f"{width} pixels wide with letters of {letters}"


def test_a_page_and_a_first_visit_stay_within_their_budgets(site: Site, new_context: Contexts) -> None:
    for path in ("/", "/events", "/calendar/2026/12", "/map", EVENT, "/subscribe", "/print"):
        context = new_context(locale="es-PE", service_workers="block")
        page, sizes = context.new_page(), dict[str, int]()

        def weigh(answer: Response, sizes: dict[str, int] = sizes) -> None:
            sizes[answer.url] = int(answer.headers.get("content-length", 0))

        page.on("response", weigh)
        page.goto(site.url + path)
        context.close()
        assert 0 < sizes[site.url + path] <= PAGE, (path, sizes)
        assert sum(sizes.values()) <= VISIT, (path, sizes)


# The five main tasks, by keyboard alone


class Keys:
    """A person without a mouse: tabs to what she wants, presses it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, name: str, *, tag: str = "") -> None:
        """Tab until something of this name has the focus, and is seen to have it."""
        self.page.wait_for_load_state()  # an address changes when its page has only begun to come
        for _ in range(150):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(FOCUSED, [name, tag]):
                assert self.page.evaluate(SEEN), f"the focus on {name} is not seen"
                return
        pytest.fail(f"{name} is not reached by keyboard")

    def press(self, name: str, *, tag: str = "") -> None:
        self.to(name, tag=tag)
        self.page.keyboard.press("Enter")


FOCUSED = """([name, tag]) => {
    const at = document.activeElement, label = at.labels?.[0]?.textContent ?? "";
    const said = [at.textContent, label, at.ariaLabel ?? ""].map(each => each.trim());
    return (!tag || at.matches(tag)) && said.some(each => each.startsWith(name));
}"""
SEEN = """() => {
    const at = document.activeElement, around = at.closest("li") ?? at;
    const looks = [getComputedStyle(at), getComputedStyle(at, "::after"), getComputedStyle(around)];
    return looks.some(look => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2);
}"""


def test_the_five_main_tasks_are_done_by_keyboard_alone(site: Site, new_context: Contexts) -> None:
    """Find what is on, search, look at a date, take a calendar, ask for a reminder."""
    page = new_context(locale="es-PE", service_workers="block").new_page()
    keys = Keys(page)
    page.goto(f"{site.url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"

    keys.press("Eventos")
    expect(page).to_have_url(f"{site.url}/events")
    keys.to("Buscar", tag="input")
    page.keyboard.type("concierto")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/events?q=concierto")

    keys.press("Concierto en la plaza")
    expect(page.get_by_role("heading", level=1)).to_have_text("Concierto en la plaza")
    with page.expect_download() as taken:
        keys.to("Apple u otro", tag="a")
        page.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".ics")

    keys.press("Recordármelo por correo")
    expect(page).to_have_url(f"{site.url}/subscribe?event=concierto-en-la-plaza")
    keys.to("Tu correo", tag="input")
    page.keyboard.type("ana@correo.example")
    keys.to("Acepto", tag="input")
    page.keyboard.press("Space")
    keys.press("Pedir los avisos", tag="button")
    expect(page.get_by_role("status").first).to_contain_text("Revisa tu correo")
