"""Addresses and routes are two sides of one thing: what `addresses` writes is answered, what is answered it writes."""

from __future__ import annotations

import inspect
import re
from datetime import date

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import MapAdapter

from calendar_service import addresses as to
from calendar_service.app import create_app
from calendar_service.config.reading import read_settings
from calendar_service.entrance import asking
from calendar_service.services.house import open_house

DAY = date(2026, 12, 5)
EXAMPLES = {
    "home": [to.home()],
    "events": [to.events(), to.events("free=1", page=2)],
    "event": [to.event("retreta"), to.event("retreta", "20261205T1930"), to.event("feria", "20261205")],
    "month": [to.month(DAY), to.month(date(2027, 1, 1), "free=1")],
    "week": [to.week(DAY), to.week(date(2027, 1, 1))],
    "city_map": [to.city_map(), to.city_map("when=weekend")],
    "districts": [to.districts()],
    "district": [to.district("barranco")],
    "clusters": [to.clusters()],
    "cluster": [to.cluster("malecon")],
    "organisations": [to.organisations()],
    "organisation": [to.organisation("circo-a-pulmon")],
    "venue": [to.venue("parque-municipal")],
    "subscribe": [to.subscribe("district=barranco"), to.subscribe(event="retreta")],
    "programme": [to.programme("district=barranco"), to.programme(paper="a3")],
    "programme_pdf": [to.programme_pdf("district=barranco", paper="a4", lang="es")],
    "embed": [to.embed("district=barranco", theme="dark")],
    "embed_colours": [to.embed_colours(accent="ff3d8b")],
    "embed_script": [to.embed_script()],
    "embed_demo": [to.embed_demo("free=1")],
    "offline": [to.offline()],
    "card_agenda": [to.card_agenda(lang="es")],
    "card_event": [to.card_event("retreta", date="20261205T1930", v=2)],
    "card_district": [to.card_district("barranco")],
    "card_cluster": [to.card_cluster("malecon")],
    "open_data": [to.open_data()],
    "open_data_list": [to.open_data_list("districts", "csv")],
    "about": [to.about()],
    "privacy": [to.privacy()],
    "mail_confirm": [to.mail_confirm("t-0_K")],
    "mail_stop": [to.mail_stop("t-0_K")],
    "mail_manage": [to.mail_manage("t-0_K")],
    "static": [to.static("site.css"), to.static("icons/a.svg", version="1")],
    "picture": [to.picture("0" * 32, "card"), to.picture("0" * 32, "full", "webp")],
    "feed_all": [to.feed_all()],
    "feed_district": [to.feed_district("barranco", query="full=1")],
    "feed_cluster": [to.feed_cluster("malecon")],
    "feed_selection": [to.feed_selection("free=1")],
    "feed_event": [to.feed_event("retreta"), to.feed_event("retreta", "20261205T1930")],
    "feed_private": [to.feed_private("a" * 22), to.feed_private("a" * 22, "csv", "lang=en")],
    "site_map": [to.site_map("places"), to.site_map("events-1")],
    "api_page": [to.api_page()],
    "office": [to.office(), to.office("login"), to.office("events", "retreta", "edit")],
    "api": [to.api("events"), to.api("events", "7c2f@calendario.example")],
}
"""Of each function of `addresses` that gives a path, some that it gives."""

PARTS = {"absolute", "with_query", "webcal"}
"""What addresses are made of or turned into."""

FOR_MACHINES = {
    "/healthz", "/readyz", "/metrics", "/robots.txt", "/sitemap.xml", "/manifest.webmanifest", "/service-worker.js",
    "/favicon.ico",
    "/api/v1/openapi.json",
}  # fmt: skip
"""Known by their names: no page of ours links to them by a function."""

GENERAL = ("/office/", "/api/v1/")
"""`office()` and `api()` write whatever stands below these."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application over a database that nobody asks."""
    folder = tmp_path_factory.mktemp("addresses")
    return create_app(open_house(read_settings({"CALENDAR_DATA_DIR": str(folder)})))


@pytest.fixture(scope="module")
def routes(app: Flask) -> MapAdapter:
    return app.url_map.bind("agenda.example", url_scheme="https")


def rule_of(routes: MapAdapter, address: str) -> str:
    """The rule that answers an address; fails when none does, or only by a redirect."""
    path = address.partition("?")[0]
    try:
        rule, _ = routes.match(path, method="GET", return_rule=True)
    except HTTPException as refusal:
        pytest.fail(f"{path}: {refusal!r}")
    return str(rule)


def test_every_function_has_its_examples() -> None:
    functions = {
        name
        for name, each in inspect.getmembers(to, inspect.isfunction)
        if each.__module__ == to.__name__ and not name.startswith("_")
    }
    assert functions == EXAMPLES.keys() | PARTS


@pytest.mark.parametrize("function", EXAMPLES)
def test_what_a_function_writes_is_answered(routes: MapAdapter, function: str) -> None:
    for address in EXAMPLES[function]:
        rule_of(routes, address)


def test_whatever_is_answered_has_a_function(app: Flask, routes: MapAdapter) -> None:
    written = {rule_of(routes, address) for addresses in EXAMPLES.values() for address in addresses}
    answered = {str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    alone = {rule for rule in answered - written - FOR_MACHINES if not rule.startswith(GENERAL)}
    assert alone == set()


def test_a_slug_cannot_leave_its_place() -> None:
    """Whatever a name holds, it stays one part of the path."""
    for nasty in ("a/b", "a?b", "a#b", "a b", "..%2f", "ñandú"):
        for write in (to.event, to.district, to.cluster, to.venue, to.mail_stop, to.feed_district, to.feed_event):
            path = write(nasty)
            assert re.fullmatch(r"[A-Za-z0-9/._%~-]+", path)
            assert path.count("/") == write("x").count("/")


def test_queries_are_joined_and_empty_ones_left_out() -> None:
    assert to.with_query("/events") == "/events"
    assert to.with_query("/events", "free=1") == "/events?free=1"
    assert to.with_query("/events", "free=1", page=2, said=None, q="") == "/events?free=1&page=2"
    assert to.events("free=1", page=1) == "/events?free=1"
    assert to.week(date(2027, 1, 1)) == "/calendar/2026/W53"
    assert to.webcal("https://agenda.example/feeds/all.ics") == "webcal://agenda.example/feeds/all.ics"


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_a_number_that_no_row_can_have_names_nothing_s31(routes: MapAdapter, number: int) -> None:
    """No database is asked for it, which would answer with an error of ours."""
    assert rule_of(routes, "/sitemaps/events-1.xml") == "/sitemaps/events-<int:volume>.xml"
    for path in (f"/sitemaps/events-{number}.xml", f"/office/people/{number}"):
        with pytest.raises(NotFound):
            routes.match(path, method="GET")


@pytest.mark.parametrize(("given", "page"), [
    ("", 1), ("page=3", 3), ("page=0", 1), ("page=-1", 1), ("page=x", 1), ("page=%D9%A3", 1), (f"page={10**30}", 1),
])  # fmt: skip
def test_a_page_that_no_list_can_have_is_the_first_s30(app: Flask, given: str, page: int) -> None:
    with app.test_request_context(f"/office/people?{given}&before={given[5:]}"):
        assert asking.page_number() == page
        assert asking.number("before") in (0, 3)
