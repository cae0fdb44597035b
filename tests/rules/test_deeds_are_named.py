"""Whatever is written down about a deed, somebody reads it in words: in the history of an event, in the log (S44)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from calendar_service import services
from calendar_service.web.office.events import history
from calendar_service.web.office.municipality import deeds

SERVICES = Path(services.__file__).parent
OF_EVENTS = ("record", "begin", "revise", "_move", "_to")
"""What writes a deed into an event's history, and so `event-…` into the log; `note` writes into the log alone."""
OF_OPERATORS = {"restored"}


@cache
def calls() -> list[tuple[str, str]]:
    """Which function is called with which deed, wherever that is said in so many letters."""
    texts = (path.read_text(encoding="utf-8") for path in SERVICES.rglob("*.py"))
    return [
        (_name(each.func), deed)
        for text in texts if "deed=" in text for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call)
        for given in each.keywords if given.arg == "deed" for deed in _texts(given.value)
    ]  # fmt: skip


def written(*functions: str) -> set[str]:
    return {deed for name, deed in calls() if name in functions}


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(said: ast.expr) -> Iterator[str]:
    if isinstance(said, ast.Constant):
        yield str(said.value)
    if isinstance(said, ast.IfExp):
        yield from _texts(said.body)
        yield from _texts(said.orelse)


def test_the_history_of_an_event_says_every_deed_in_words() -> None:
    found = written(*OF_EVENTS)
    assert {"venue-merged", "accept", "leave"} <= found
    assert found - history.DEEDS.keys() == set()


def test_the_log_says_every_deed_in_words_s44() -> None:
    said = written("note", "said") | {f"event-{each}" for each in history.DEEDS}
    assert said - deeds.DEEDS.keys() - OF_OPERATORS == set()
