"""A reader of news that we did not write sees in Atom and in JSON Feed what we wrote."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from feeds.news import atom, json_feed
from feeds.news.atom import moment
from feeds.news.entries import About, Entry, entry_of
from tests.feeds.entries import SPANISH
from tests.judges.season import hard_events
from tests.machine import need

pytestmark = pytest.mark.judges
ABOUT = About(
    key=UUID(int=1), title='Cultura: "todo" & más <3', description="ñ 🎺", page="https://agenda.example/",
    itself="https://agenda.example/feeds/all.atom", language="es", author="Lima",
)  # fmt: skip


def said(entry: Entry) -> list[object]:
    return [entry.id, entry.title, entry.url, entry.author, list(entry.tags), moment(entry.published),
            moment(entry.updated), entry.summary, [entry.text]]  # fmt: skip


def test_a_reader_of_news_sees_the_hard_season_in_either_format(tmp_path: Path) -> None:
    entries = [entry_of(event, SPANISH) for event in hard_events()]
    paths = [tmp_path / "all.atom", tmp_path / "all.json"]
    for path, format_ in zip(paths, (atom, json_feed), strict=True):
        path.write_bytes(format_.write(ABOUT, entries).written(datetime(2026, 12, 1, tzinfo=UTC)))
    asked = [need("judges"), str(Path(__file__).with_name("ask_news.py")), *map(str, paths)]
    answers = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout)
    expected = {"refused": None, "title": ABOUT.title, "entries": [said(each) for each in entries]}
    assert answers == [{"version": "atom10", **expected}, {"version": "json11", **expected}]
