"""What the documentation points to is there: files, headings, settings, commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calendar_service.cli.commands import COMMANDS
from calendar_service.config.reading import NAMES

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("calendar_service/data/**/*.md")])
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)")
FILE = re.compile(r"`((?:bench|calendar_service|docs|feeds|requirements|templates|tests)/[\w./-]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SETTING = re.compile(r"\bCALENDAR_[A-Z_]*[A-Z]\b")
COMMAND = re.compile(r"\bcalendar-service ([a-z]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_points_to_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    linked = [(page.parent / file if file else page, heading) for file, heading in LINK.findall(CODE.sub("", text))]
    assert [str(file) for file, _ in linked if not file.exists()] == []
    assert [heading for file, heading in linked if heading and heading not in _headings(file)] == []
    assert [file for file in FILE.findall(text) if not (ROOT / file).exists()] == []


def _headings(page: Path) -> set[str]:
    titles = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_settings_and_commands_are_told_and_no_others_are() -> None:
    every = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert {*SETTING.findall(every)} == NAMES
    assert {*COMMAND.findall(every)} == {*COMMANDS} - {"up", "demo"}  # `make run` says both
