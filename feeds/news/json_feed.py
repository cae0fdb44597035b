"""Entries as a JSON Feed (version 1.1, jsonfeed.org), with what an event has besides under `_event`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from feeds.body import Body
from feeds.news.atom import moment
from feeds.news.entries import About, Entry

VERSION = "https://jsonfeed.org/version/1.1"


def write(about: About, entries: Iterable[Entry]) -> Body:
    """The feed, the last changed first. The format has no place for the feed's own date of change."""
    itself = {"feed_url": about.itself} if about.itself else {}
    feed = {
        "version": VERSION, "title": about.title, "description": about.description, "home_page_url": about.page,
        **itself, "language": about.language, "authors": [{"name": about.author}],
        "items": [_item(entry) for entry in entries],
    }  # fmt: skip
    return Body(json.dumps(feed, ensure_ascii=False, indent=1).encode(), (b"\n",))


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id, "url": entry.url, "title": entry.title, "summary": entry.summary, "content_text": entry.text,
        "date_published": moment(entry.published), "date_modified": moment(entry.updated), "tags": list(entry.tags),
        "authors": [{"name": entry.author}],
        "_event": {"start": entry.start, "end": entry.end, "timezone": entry.timezone, "status": entry.status},
    }  # fmt: skip
