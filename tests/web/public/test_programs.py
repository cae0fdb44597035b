"""What is said of calendar programs has one home: the page renders it, the docs repeat it word for word."""

from __future__ import annotations

from pathlib import Path

from calendar_service.web.public.taking_along.programs import PROGRAMS, said
from calendar_service.words import words

DOCS = Path(__file__).parents[3] / "docs" / "feeds.md"


def test_the_docs_say_of_calendar_programs_what_the_page_says() -> None:
    english = words("en")
    rows = [f"| {' | '.join(row)} |" for common in (True, False) for row in said(english, common=common)]
    text = DOCS.read_text(encoding="utf-8")
    table = text[text.index("| program | asks again |") :].partition("\n\n")[0].split("\n")
    assert table[2:] == rows
    assert len(rows) == len(PROGRAMS)
