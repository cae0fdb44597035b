"""Asks a reader of news what it sees in feeds (Atom, JSON Feed); runs in the foreign readers' environment, not in ours.

`ask_news.py FILE…` prints a JSON list: for each file its `version`, `refused` (why, else null), `title` and `entries`.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def seen(path: str) -> dict[str, Any]:
    feed = import_module("feedparser_rs").parse(Path(path).read_bytes(), sanitize_html=False)
    entries = [
        [each.id, each.title, each.link, each.author, [tag.term for tag in each.tags], each.published, each.updated,
         each.summary, [content.value for content in each.content]]
        for each in feed.entries
    ]  # fmt: skip
    refused = str(feed.bozo_exception) if feed.bozo else None
    return {"version": str(feed.version), "refused": refused, "title": feed.feed.title, "entries": entries}


if __name__ == "__main__":
    sys.stdout.write(json.dumps([seen(path) for path in sys.argv[1:]]))
