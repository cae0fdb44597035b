"""Who asks what somebody else is asking already stands in line behind her, and keeps no thread meanwhile.

After a change a hundred readers want the same list or feed, and one thread makes it. If the others waited for it in
threads of their own there would soon be none left for anything else; made by each of them it would cost that many
times as much. So of one question one is answered at a time, and mostly the others get what was made for her.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from calendar_service.entrance.repeating import ARRIVED

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from calendar_service.cli.running.behind import Behind, Exchange, Run

Question = tuple[str, str]
ASKED = "calendar.question"
OWN = ("/api/", "/office")
"""Rooms whose answers are for whoever asks alone."""


class Lines:
    """The lines before the threads that answer: one for each question that is being answered."""

    def __init__(self, run: Run, behind: Callable[[Run], Behind]) -> None:
        self._run, self._behind = run, behind(self._answer)
        self._waiting: dict[Question, deque[tuple[Exchange, WSGIEnvironment]]] = {}
        self._desk = threading.Lock()

    def give(self, exchange: Exchange, environ: WSGIEnvironment) -> None:
        """Have a request answered: soon, or after those who ask the same."""
        question = question_of(environ)
        if question is not None:
            environ[ASKED], environ[ARRIVED] = question, time.monotonic()
            with self._desk:
                line = self._waiting.get(question)
                if line is not None:
                    line.append((exchange, environ))
                    return
                self._waiting[question] = deque()
        self._behind.give(exchange, environ)

    def _answer(self, exchange: Exchange, environ: WSGIEnvironment) -> None:
        try:
            self._run(exchange, environ)
        finally:
            if ASKED in environ:
                self._go_on(environ[ASKED])

    def _go_on(self, question: Question) -> None:
        """The next of a line, behind those who wait for other answers."""
        with self._desk:
            line = self._waiting[question]
            if not line:
                del self._waiting[question]
                return
            following = line.popleft()
        self._behind.give(*following)


def question_of(environ: WSGIEnvironment) -> Question | None:
    """What is asked, where many ask it alike: no more than is needed to know that, as a line shares no answer."""
    path: str = environ["PATH_INFO"]
    if path.startswith(OWN) or "HTTP_AUTHORIZATION" in environ or "session" in environ.get("HTTP_COOKIE", ""):
        return None
    return path, environ.get("QUERY_STRING", "")
