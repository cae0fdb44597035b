"""What programs ask of a site: robots, site map, icon."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from flask import Response

from calendar_service import addresses as to
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, text
from calendar_service.entrance.assets import asset
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import browsing, places

room = Room("machines")
HOUR = 3_600
CLOSED = ("/office/", "/mail/", "/subscribe", "/embed?", "/print.pdf")


@room.get("/robots.txt", policy=Policy.PUBLIC)
def robots() -> Response:
    """Everything but desks and letters; feeds stay open, since calendar programs obey this, too."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {_absolute('/sitemap.xml')}"]
    return text("\n".join(lines) + "\n", max_age=HOUR)


@room.get("/sitemap.xml", policy=Policy.PUBLIC)
def sitemap() -> Response:
    """Every public event with its last change, and the places (S17: nothing else)."""
    with asking.reading() as session:
        events = browsing.public_addresses(session)
        clusters = [to.cluster(each.slug) for each in places.existing_clusters(session)]
    body = "".join(_entries([(to.event(slug), changed.date().isoformat()) for slug, changed in events], clusters))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return text(f"{head}{body}</urlset>\n", mimetype="application/xml", max_age=HOUR)


def _entries(events: list[tuple[str, str]], clusters: list[str]) -> Iterator[str]:
    districts = [to.district(each.slug) for each in asking.metropolis().districts]
    fixed = (to.home(), to.events(), to.districts(), to.clusters(), to.about(), to.open_data(), to.privacy())
    for path in (*fixed, *districts, *clusters):
        yield f"<url><loc>{escape(_absolute(path))}</loc></url>\n"
    for path, changed in events:
        yield f"<url><loc>{escape(_absolute(path))}</loc><lastmod>{changed}</lastmod></url>\n"


@room.get("/favicon.ico", policy=Policy.PUBLIC)
def favicon() -> Response:
    """Where browsers look that do not read what the page says."""
    return moved(asset("icon.svg"))


def _absolute(path: str) -> str:
    return to.absolute(asking.house().settings.base_url, path)
