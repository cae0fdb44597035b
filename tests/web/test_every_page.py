"""What holds on every citizens' page: one address for each, small, well formed, said to a screen reader."""

from __future__ import annotations

import gzip
import re
from datetime import date
from functools import cache
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as listening

from calendar_service import addresses as to
from tests.web.pages import Element, visit
from tests.web.season import Season

pytestmark = pytest.mark.one_database

PATHS = (
    "/", "/events", "/events?q=taller&free=1&when=month", "/calendar/2026/12", "/calendar/2026/W49", "/events/taller",
    "/events/taller/20261212T1930", "/map", "/map?free=1",
    "/districts", "/districts/barranco", "/clusters", "/clusters/malecon",
    "/venues/parque-municipal", "/about", "/privacy",
)  # fmt: skip
KILOBYTE = 1_000


@pytest.fixture
def lively(season: Season) -> Season:
    """Enough of everything for every page to show something."""
    event = season.post("Taller", rrule="FREQ=WEEKLY;COUNT=30", abstract="Para todos.", description="Con *ganas*.")
    season.jointly(event, "miraflores")
    season.post("Muestra", host="miraflores", start="2026-11-10", end="2027-01-20")
    season.post("Festival", start="2026-12-04", end="2026-12-06")
    season.post("Al lado", host="miraflores")
    season.cluster("Malecon", "barranco", "miraflores")
    return season


@pytest.mark.every_database
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_page_is_well_formed_and_says_what_it_is(client: FlaskClient, lively: Season, language: str) -> None:
    for path in PATHS:
        page = visit(client, f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert _faults(page, language) == [], path


def _faults(page: Element, language: str) -> list[str]:
    """What a screen reader or a validator would stumble over."""
    ids = [each.attrs["id"] for each in page.all() if "id" in each.attrs]
    pointed = [each.attrs["aria-labelledby"] for each in page.all() if "aria-labelledby" in each.attrs]
    return [
        *(f"not one <{tag}>" for tag in ("h1", "main", "title") if len(page.all(tag)) != 1),
        *(["no title"] if not page.one("title").text else []),
        *(["another language"] if page.one("html").attrs["lang"] != language else []),
        *(["no way past the banner"] if page.one("body").hrefs()[0] != "#main" else []),
        *(f"twice #{each}" for each in set(ids) if ids.count(each) > 1),
        *(f"points to nothing: {each}" for each in set(pointed) - set(ids)),
        *_skipped_heading_levels(page),
        *(f"without a name: {each}" for each in _unnamed(page)),
    ]


def _skipped_heading_levels(page: Element) -> list[str]:
    levels = [int(each.tag[1]) for each in page.all() if re.fullmatch(r"h[1-6]", each.tag)]
    return [f"h{a} h{b}" for a, b in pairwise(levels) if b > a + 1]


def _unnamed(page: Element) -> list[str]:
    """Links without a text, fields without a label."""
    links = [each.attrs.get("href", "") for each in page.all("a") if not each.text]
    labelled = {each.attrs.get("for") for each in page.all("label")}
    inside = {id(field) for label in page.all("label") for field in label.all("input")}
    fields = [each for tag in ("input", "select", "textarea") for each in page.all(tag)]
    bare = [
        each.attrs.get("name", "?")
        for each in fields
        if each.attrs.get("type") != "hidden" and each.attrs.get("id") not in labelled and id(each) not in inside
    ]
    return links + bare


def test_every_link_of_ours_leads_somewhere(client: FlaskClient, lively: Season) -> None:
    ours = {each.partition("#")[0] for path in PATHS for each in visit(client, path).hrefs() if each.startswith("/")}
    lost = {each: client.get(each).status_code for each in ours - {""}}
    assert {each: status for each, status in lost.items() if status not in (200, 303)} == {}


def test_a_page_is_small(client: FlaskClient, lively: Season) -> None:
    """At most 30 kB compressed with everything needed to read it; all files of a first visit at most 100 kB."""

    @cache
    def size_of(file: str) -> int:
        return len(client.get(file, headers={"Accept-Encoding": "gzip"}).data)

    for path in PATHS:
        body = client.get(path, headers={"Accept-Encoding": "gzip"}).data
        page = visit(client, path)
        files = [each.attrs["href"] for each in page.all("link") if each.attrs["rel"] in ("stylesheet", "icon")]
        files += [each.attrs["src"] for each in page.all("script") if "src" in each.attrs]
        sizes = {each: size_of(each) for each in files}
        sheet = next(size for name, size in sizes.items() if "site.css" in name)
        assert len(body) + sheet <= 30 * KILOBYTE, path
        assert len(body) + sum(sizes.values()) <= 100 * KILOBYTE, path
        assert gzip.decompress(body)


@pytest.mark.every_database
@pytest.mark.parametrize(("path", "queries"), [
    ("/", 9), ("/events", 6), ("/calendar/2026/12", 4), ("/districts", 2), ("/map", 2), ("/districts/barranco", 8),
    ("/events/taller", 9), ("/venues/parque-municipal", 6), ("/clusters/malecon", 6), ("/about", 0),
])  # fmt: skip
def test_the_number_of_queries_of_a_page_does_not_grow_rule_11(
    client: FlaskClient, lively: Season, path: str, queries: int
) -> None:
    engine = lively.house.database.engine

    def count() -> int:
        asked: list[str] = []

        def hear(*args: object) -> None:
            asked.append(str(args[2]))

        listening.listen(engine, "before_cursor_execute", hear)
        visit(client, path)
        listening.remove(engine, "before_cursor_execute", hear)
        return len([each for each in asked if each.startswith(("SELECT", "WITH"))])

    before = count()
    for number in range(3):
        event = lively.post(f"Otro {number}", rrule="FREQ=DAILY;COUNT=9", start="2026-12-05T10:00")
        lively.jointly(event, "miraflores")
    assert (before, count()) == (queries, queries)


def test_addresses_and_routes_agree(app: Flask) -> None:
    """Every address that a citizen is given has a route, and means the page that it says."""
    router = app.url_map.bind("agenda.example")
    day = date(2026, 12, 5)
    given = {
        to.home(): "home.home", to.events(): "events.listing", to.event("x"): "event.event",
        to.event("x", "20261205"): "event.occurrence", to.month(day): "calendar.month", to.week(day): "calendar.week",
        to.districts(): "places.districts", to.district("x"): "places.district", to.clusters(): "places.clusters",
        to.cluster("x"): "places.cluster", to.venue("x"): "places.venue", to.about(): "about.about",
        to.privacy(): "about.privacy", to.static("x.css"): "assets.static",
    }  # fmt: skip
    assert {path: router.match(path)[0] for path in given} == given
