"""What programs ask of a site: robots, site map, icon."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from flask import Response

from calendar_service import addresses as to
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, text
from calendar_service.entrance.assets import asset
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import site_map

room = Room("machines")
HOUR = 3_600
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
CLOSED = ("/office/", "/mail/", "/subscribe?", "/embed?", "/print.pdf")


@room.get("/robots.txt", policy=Policy.PUBLIC)
def robots() -> Response:
    """Everything but desks and letters; feeds stay open, since calendar programs obey this, too."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {_absolute('/sitemap.xml')}"]
    return text("\n".join(lines) + "\n", max_age=HOUR)


@room.get("/sitemap.xml", policy=Policy.PUBLIC)
def sitemap() -> Response:
    """The index of the site maps (S17: what is public, and nothing else)."""
    with asking.reading() as session:
        return _written("sitemapindex", "sitemap", site_map.volumes(session))


@room.get("/sitemaps/places.xml", policy=Policy.PUBLIC)
def places() -> Response:
    """Every page that is no event."""
    with asking.reading() as session:
        return _written("urlset", "url", site_map.places(session))


@room.get("/sitemaps/events-<int:volume>.xml", policy=Policy.PUBLIC)
def events(volume: int) -> Response:
    """A volume of public events."""
    with asking.reading() as session:
        return _written("urlset", "url", site_map.events(session, volume))


def _written(root: str, tag: str, entries: Iterable[site_map.Entry]) -> Response:
    lines = [f"<{tag}><loc>{escape(_absolute(path))}</loc>{_last(changed)}</{tag}>" for path, changed in entries]
    body = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{SCHEMA}">', *lines, f"</{root}>", ""])
    return text(body, mimetype="application/xml", max_age=HOUR)


def _last(changed: datetime | None) -> str:
    return f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""


@room.get("/favicon.ico", policy=Policy.PUBLIC)
def favicon() -> Response:
    """Where browsers look that do not read what the page says."""
    return moved(asset("icon.svg"))


def _absolute(path: str) -> str:
    return to.absolute(asking.house().settings.base_url, path)
