"""Entries as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from feeds.body import Body
from feeds.news.entries import About, Entry

ATOM = "http://www.w3.org/2005/Atom"
DATED = b"%04d-%02d-%02dT%02d:%02d:%02dZ"
_PLACE = "0001-01-01T00:00:00Z"
"""Stands where the feed's own date of change will; it is the first thing in the feed, so nothing is mistaken for it."""

register_namespace("", ATOM)


def write(about: About, entries: Iterable[Entry]) -> Body:
    """The feed, the last changed first."""
    feed = Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": about.language})
    _add(feed, "updated", _PLACE)
    _add(feed, "id", f"urn:uuid:{about.key}")
    _add(feed, "title", about.title)
    _add(feed, "subtitle", about.description)
    if about.itself:
        _add(feed, "link", rel="self", type="application/atom+xml", href=about.itself)
    _add(feed, "link", rel="alternate", type="text/html", href=about.page)
    _person(feed, about.author)
    for entry in entries:
        _entry(feed, entry)
    text = tostring(feed, encoding="unicode", xml_declaration=False)
    before, _, after = text.partition(_PLACE)
    return Body(f'<?xml version="1.0" encoding="utf-8"?>\n{before}'.encode(), (f"{after}\n".encode(),), DATED)


def _entry(feed: Element, entry: Entry) -> None:
    element = SubElement(feed, f"{{{ATOM}}}entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "link", rel="alternate", type="text/html", href=entry.url)
    _add(element, "published", moment(entry.published))
    _add(element, "updated", moment(entry.updated))
    _person(element, entry.author)
    for tag in entry.tags:
        _add(element, "category", term=tag)
    _add(element, "summary", entry.summary)
    _add(element, "content", entry.text, type="text")


def _person(parent: Element, name: str) -> None:
    _add(SubElement(parent, f"{{{ATOM}}}author"), "name", name)


def _add(parent: Element, name: str, text: str = "", **attributes: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}", attributes).text = text or None


def moment(instant: datetime) -> str:
    """RFC 3339, in UTC, whole seconds."""
    return (DATED % instant.utctimetuple()[:6]).decode()
