"""A real browser without a network: the last agenda stays readable and says its age; the desk leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from calendar_service.db.engine import Database
from tests.builders import an_event, an_officer
from tests.sites import Site, opened

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("copies", ["sqlite"], indirect=True)]

KEPT = "async () => (await (await caches.open('pages')).keys()).map(each => new URL(each.url).pathname)"
READY = "async () => { await navigator.serviceWorker.ready; return Boolean(navigator.serviceWorker.controller) }"


@pytest.fixture
def site(lima: Database, tmp_path: Path, now: datetime) -> Iterator[Site]:
    with opened(lima, tmp_path, now=now) as site:
        with site.house.deed() as session:
            an_event(session, by=an_officer(session, "barranco", now=now), now=now, summary="Retreta",
                     start="2026-12-05T19:30", end="2026-12-05T21:00")  # fmt: skip
        yield site


def test_what_was_read_is_read_again_without_a_network_and_nothing_private_is_kept(
    site: Site, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(locale="es-PE", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site.url}/")
    page.wait_for_function(READY)
    page.goto(f"{site.url}/events")
    page.goto(f"{site.url}/office/login")
    page.goto(f"{site.url}/subscribe")
    page.goto(f"{site.url}/mail/stop/x")
    page.goto(f"{site.url}/about")
    page.wait_for_function(f"({KEPT})().then(kept => ['/events', '/about'].every(each => kept.includes(each)))")
    assert sorted(page.evaluate(KEPT)) == ["/", "/about", "/events", "/offline"]

    context.set_offline(True)
    page.goto(f"{site.url}/events")
    expect(page.get_by_role("link", name="Retreta")).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text("Sin conexión. Esto se guardó")
    page.goto(f"{site.url}/districts")
    expect(page.get_by_role("heading", level=1)).to_have_text("No hay conexión")
    expect(page.locator("[data-kept-list] a", has_text="Qué es esto")).to_be_visible()

    context.set_offline(False)
    page.goto(f"{site.url}/events")
    expect(page.locator("[data-kept-note]")).to_be_hidden()
