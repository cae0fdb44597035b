"""S17: drafts and holds appear nowhere public, S15: nor does a co-host before it accepts, nor what was withdrawn.

Walks the whole URL map: a route that is added tomorrow is walked too, or fails until somebody says how.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from itertools import product
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import HoldShows, Status
from calendar_service.domain.network.clusters import Consent
from calendar_service.services.status import statuses
from calendar_service.services.status.taking_down import take_down
from tests.rules.walking import ANYWHERE, addresses, lasting, public_rules, read, text_of
from tests.web.season import Season

DATE = "20261205T1930"
NETWORK = Viewer(facilitator=True)
HIDDEN = ("quetzalborrador", "quetzalreserva", "quetzalabierta")
"""In every text of a draft, a hold, and a hold that shows all to other officers."""
SECRET = (*HIDDEN, "quetzalretirado", "quetzalquitado")
"""And in a withdrawn event's, and in one that the network took down."""
PUBLIC = "quetzalpublico"


def words(stem: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the API
    """An event whose every text is unmistakable: titles, notes, addresses, its venue."""
    texts = ("summary", "abstract", "description", "place_note", "price_text", "internal_note",
             "date_reason")  # fmt: skip
    links = {name: f"https://{stem}.example/{name}" for name in ("booking_url", "online_url")}
    venue = {"name": f"{stem} venue", "address": f"{stem} address", "lat": -12.15, "lon": -77.02, "kind": "plaza"}
    return {each: f"{stem} {each}" for each in texts} | links | {"venue": venue, "free": False} | fields


def slugs(stem: str) -> tuple[str, str]:
    """Of the event and of its venue."""
    return f"{stem}-summary", f"{stem}-venue"


@pytest.fixture
def published(season: Season) -> Season:
    """A confirmed event, with one district that co-hosts and one only asked to; one withdrawn, one taken down."""
    season.cluster("Malecon", "barranco", "miraflores")
    season.cluster("Propuesta", "barranco", "comas", state=Consent.INVITED)
    event = season.post(**words(PUBLIC, rrule="FREQ=WEEKLY;COUNT=3"))
    season.jointly(event, "miraflores")
    season.jointly(event, "comas", Consent.INVITED)
    season.post(**words("quetzalretirado"))
    with season.house.deed() as session:
        gone = event_by_slug(session, "quetzalretirado-summary")
        statuses.cancel(
            session, gone, reason="quetzalretirado reason", withdraw=True, by=season.officers["barranco"],
            now=season.now,
        )  # fmt: skip
    season.post(**words("quetzalquitado"))
    with season.house.deed() as session:
        harmful = event_by_slug(session, "quetzalquitado-summary")
        take_down(session, harmful, reason="quetzalquitado reason", by=NETWORK, now=season.now)
    return season


def hide(season: Season) -> None:
    """A draft, a hold, and a hold that shows other officers everything; all joint, in a venue of their own."""
    hidden = (
        season.post(**words("quetzalborrador", status=Status.DRAFT)),
        season.post(**words("quetzalreserva", status=Status.TENTATIVE)),
        season.post(**words("quetzalabierta", status=Status.TENTATIVE, hold_shows=HoldShows.FULL)),
    )
    for event in hidden:
        season.jointly(event, "miraflores")


QUERIES = (
    "", "full=1&cancelled=visible", "lang=en", "q=quetzal&when=month", "profile=rich&alarm=PT2H", "district=miraflores",
    "cluster=malecon&from=2026-12-01&to=2026-12-31", "near=barranco&km=50", "limit=1",
    "updated_since=2026-01-01T00:00:00Z",
)  # fmt: skip
"""Ways to ask; whoever does not know one refuses it."""


BLANKS = {**ANYWHERE, "recurrence_id": [DATE]}
"""What may stand in an address, beside a slug."""


def asked(app: Flask) -> list[str]:
    """Every public address that names none of the hidden events; those of lists, asked in every way."""
    blanks = BLANKS | {"slug": ["barranco", "comas", "malecon", *slugs(PUBLIC)]}
    return [f"{path}?{way}" if way else path for rule, path in addresses(app, blanks) for way in ways(rule, path)]


def ways(rule: Rule, path: str) -> Sequence[str]:
    if rule.arguments & {"slug", "uid", "name"}:
        return ("",)
    return QUERIES[:2] if path.endswith((".atom", ".json", ".csv")) else QUERIES


@pytest.mark.one_database
def test_what_is_not_public_changes_no_public_answer_s17(app: Flask, published: Season) -> None:
    """Not a word, not a count, not a version: after a draft and two holds every answer is what it was."""
    stranger, paths = app.test_client(use_cookies=False), asked(app)
    before = {path: lasting(read(stranger, path)) for path in paths}
    hide(published)
    after = {path: lasting(read(stranger, path)) for path in paths}
    assert [path for path in paths if before[path] != after[path]] == []
    assert {path: stem for path in paths for stem in SECRET if stem in after[path].casefold()} == {}


def test_what_is_hidden_answers_as_what_there_is_not_s18(app: Flask, published: Season) -> None:
    """Its own address, its date's, its venue's, its file's: to the letter what any other name is told."""
    hide(published)
    stranger = app.test_client(use_cookies=False)
    for stem in HIDDEN:
        for name in slugs(stem):
            nothing = f"x{name[1:]}"
            for rule, path in addresses(app, BLANKS | {"slug": [name]}):
                if "slug" in rule.arguments:
                    told = [lasting(read(stranger, each)) for each in (path, path.replace(name, nothing))]
                    assert told[0].replace(name, "") == told[1].replace(nothing, ""), path
                    assert told[0].startswith("404"), path


PATHS = ("/events", "/api/v1/events", "/api/v1/occurrences", "/feeds/selection.ics", "/subscribe")


def test_asking_for_what_is_hidden_is_asking_for_nothing_s18(app: Flask, published: Season) -> None:
    """By its venue, by its words, by its name."""
    hide(published)
    stranger = app.test_client(use_cookies=False)
    for stem, path, query in product(HIDDEN, PATHS, ("venue={}-venue", "q={}", "event={}-summary")):
        told = {
            unlabelled(lasting(read(stranger, f"{path}?{query.format(each)}")), each) for each in (stem, f"x{stem[1:]}")
        }
        assert len(told) == 1, f"{path}?{query.format(stem)}"


def unlabelled(told: str, asked_for: str) -> str:
    """An answer without what was asked for, wherever it repeats that; folded lines unfolded."""
    return OF_THE_ADDRESS.sub("", told.replace("\r\n ", "").replace(asked_for, ""))


OF_THE_ADDRESS = re.compile(
    r"(?i:\n(uid:[\w-]{36}|(?:x-apple-calendar-)?color:\S+))|(?s:<figure class=\"code\">.*?</figure>)"
)
"""Made of the address that was asked, another for each question: a calendar's UID and colour, the code to scan."""


def test_a_district_that_was_only_asked_shows_nothing_of_it_s15(app: Flask, published: Season) -> None:
    stranger = app.test_client(use_cookies=False)
    shown = {
        slug: [PUBLIC in text_of(read(stranger, path.format(slug))) for path in (
            "/districts/{}", "/feeds/districts/{}.ics", "/events?district={}", "/api/v1/events?district={}"
        )]
        for slug in ("barranco", "miraflores", "comas")
    }  # fmt: skip
    assert shown == {"barranco": [True] * 4, "miraflores": [True] * 4, "comas": [False] * 4}


def test_what_is_public_is_wherever_it_should_be(app: Flask, published: Season) -> None:
    """The other side: had the walk looked at empty pages, it would have found nothing either."""
    stranger = app.test_client(use_cookies=False)
    walked = addresses(app, BLANKS | {"slug": ["barranco", "malecon", *slugs(PUBLIC)]})
    answers = ((rule.rule, read(stranger, path)) for rule, path in walked)
    found = {rule for rule, answer in answers if answer.status_code == HTTPStatus.OK and PUBLIC in text_of(answer)}
    assert {each for each in found if not each.startswith("/feeds/")} == {
        "/", "/api/v1/events", "/api/v1/occurrences", "/api/v1/venues", "/districts/<slug>", "/clusters/<slug>",
        "/calendar/<int(fixed_digits=4):year>/<int(fixed_digits=2):number>",
        "/calendar/<int(fixed_digits=4):year>/W<int(fixed_digits=2):number>",
        "/events", "/events/<slug>", "/events/<slug>/<recurrence_id>", "/venues/<slug>",
        "/sitemaps/events-<int:volume>.xml", "/sitemaps/places.xml",
        "/embed", "/print",
    }  # fmt: skip
    feeds = {rule.rule for rule in public_rules(app) if rule.rule.startswith("/feeds/")}
    assert {each for each in found if each.startswith("/feeds/")} == feeds
    page = text_of(read(stranger, f"/events/{PUBLIC}-summary"))
    texts = ("summary", "abstract", "description", "place_note", "price_text", "venue", "address")
    assert [each for each in texts if f"{PUBLIC} {each}" not in page] == []
    assert "internal_note" not in page
