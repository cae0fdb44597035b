"""What holds on every public page, found by walking the URL map: a page that is added tomorrow is held to it too.

One h1, a title, its language, one canonical address that leads to it; no inline script without a nonce and no
inline handler or style (S22); nothing loaded from, and no form sent to, another site (S50).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.rules.walking import ANYWHERE, addresses
from tests.web.conftest import BASE_URL
from tests.web.pages import Element, read, visit
from tests.web.season import Season

BLANKS = {
    **ANYWHERE, "slug": ["barranco", "malecon", "retreta", "parque-municipal"], "recurrence_id": ["20261205T1930"],
}  # fmt: skip
NO_PAGE_OF_THE_AGENDA = ("/office/", "/api/", "/embed", "/feeds/", "/static/", "/offline")
LOADING = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data",
           "form": "action", "embed": "src", "video": "src", "audio": "src"}  # fmt: skip
"""Elements that load something, or send something, without being followed."""
JUST_NAMED = {"canonical", "alternate", "next", "prev"}


@pytest.fixture
def lively(season: Season) -> Season:
    """Something on every page."""
    event = season.post(
        "Retreta", rrule="FREQ=WEEKLY;COUNT=3", booking_url="https://entradas.example/", description="Uno"
    )
    season.jointly(event, "miraflores")
    season.post("Muestra", host="miraflores", start="2026-11-10", end="2027-01-20")
    season.cluster("Malecon", "barranco", "miraflores")
    return season


def pages(app: Flask, client: FlaskClient) -> list[str]:
    """The addresses of every public page that there is."""
    found = []
    for _, path in addresses(app, BLANKS):
        if not path.startswith(NO_PAGE_OF_THE_AGENDA):
            answer = client.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                found.append(path)
    return found


@pytest.mark.one_database
def test_every_public_page_is_whole_and_keeps_to_itself_s22_s50(app: Flask, lively: Season) -> None:
    stranger = app.test_client(use_cookies=False)
    walked = pages(app, stranger)
    assert len(walked) > 12  # and it is pages that were walked
    for path in walked:
        shown = {language: visit(stranger, f"{path}?lang={language}") for language in ("es", "en")}
        for language, page in shown.items():
            assert [*_missing(page, language), *_scripts(page), *_foreign(page)] == [], path
        (canonical,) = _canonical(shown["es"])
        assert _canonical(visit(stranger, canonical.removeprefix(BASE_URL))) == [canonical], path
        english = f"{canonical}{'&' if '?' in canonical else '?'}lang=en"
        assert (_canonical(shown["en"]), _elsewhere(shown["es"])) == ([english], _elsewhere(shown["en"])), path
        assert _elsewhere(shown["es"]) == {"es": canonical, "en": english, "x-default": canonical}, path


def _missing(page: Element, language: str) -> Iterator[str]:
    for tag in ("h1", "title", "main"):
        if len(page.all(tag)) != 1 or not page.one(tag).text:
            yield f"not one <{tag}>"
    if page.one("html").attrs.get("lang") != language:
        yield "another language"
    if page.one("head").one("title").text.startswith("·"):
        yield "a title without a name"
    found = _canonical(page)
    if len(found) != 1 or not found[0].startswith(f"{BASE_URL}/") or ("lang=" in found[0]) != (language == "en"):
        yield f"canonical: {found}"


def _canonical(page: Element) -> list[str]:
    return [each.attrs["href"] for each in page.all("link") if each.attrs["rel"] == "canonical"]


def _elsewhere(page: Element) -> dict[str, str]:
    """Where the page stands in each language."""
    return {each.attrs["hreflang"]: each.attrs["href"] for each in page.all("link") if "hreflang" in each.attrs}


def _scripts(page: Element) -> Iterator[str]:
    for each in page.all("script"):
        if each.attrs.get("type") != "application/ld+json" and not each.attrs.get("nonce"):
            yield f"a script without a nonce: {each.text[:40]}"
    for each in page.all():
        yield from (f"<{each.tag} {name}>" for name in each.attrs if name.startswith("on") or name == "style")
        if each.attrs.get("href", "").strip().lower().startswith(("javascript:", "data:", "vbscript:")):
            yield f"href={each.attrs['href'][:40]}"
    yield from ("<style>" for _ in page.all("style"))


def _foreign(page: Element) -> Iterator[str]:
    for each in page.all():
        if each.tag in LOADING and each.attrs.get("rel") not in JUST_NAMED:
            where = urljoin(f"{BASE_URL}/", each.attrs.get(LOADING[each.tag], ""))
            if not where.startswith(f"{BASE_URL}/"):
                yield f"<{each.tag}> {where}"
        elsewhere = each.tag == "a" and urlsplit(each.attrs.get("href", "")).netloc not in ("", "agenda.example")
        if elsewhere and "noopener" not in each.attrs.get("rel", ""):
            yield f"a hold on the page for {each.attrs['href']}"


BAD = """<html lang="en"><head><title> · Lima</title><link rel="canonical" href="/x?lang=en">
<link rel="stylesheet" href="https://fonts.example/a.css"><script>alert(1)</script><style>p {}</style></head>
<body><main><h1>A</h1><h1>B</h1><p style="color: red" onclick="x()"></p><a href="javascript:x()">x</a>
<a href="https://elsewhere.example/">y</a><img src="//pixel.example/a.gif"><form action="https://a.example/"></form>
</main></body></html>"""


def test_a_page_that_does_all_of_it_wrong_would_be_noticed() -> None:
    page = read(BAD)
    found = [*_missing(page, "es"), *_scripts(page), *_foreign(page)]
    assert found == [
        "not one <h1>", "another language", "a title without a name", "canonical: ['/x?lang=en']",
        "a script without a nonce: alert(1)", "<p style>", "<p onclick>", "href=javascript:x()", "<style>",
        "<link> https://fonts.example/a.css", "a hold on the page for https://elsewhere.example/",
        "<img> https://pixel.example/a.gif", "<form> https://a.example/",
    ]  # fmt: skip
