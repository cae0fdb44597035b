"""Counts in this process who follows which feeds, and writes it down now and then, and when the process ends."""

from __future__ import annotations

import logging
import threading
from datetime import date
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from calendar_service.domain.errors import Busy
from calendar_service.services.house import House
from calendar_service.services.syndication.following import MOST_AT_ONCE, Tally, write_down

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

EVERY = 60.0
"""Seconds between two writings; whatever was not written when a process is killed asks again within hours."""
LAST = 100
"""Rather early among what a process does when it ends."""

log = logging.getLogger(__name__)


class Counting:
    """Made once per process; begins no thread before the first poll."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._proxies = house.settings.trusted_proxies
        self._tally = Tally(house.installation)
        self._began = False
        self._desk, self._ended = threading.Lock(), threading.Event()

    def note(self, environ: WSGIEnvironment, scope: str, *, day: date) -> None:
        """Somebody asked for a feed of this scope and was answered."""
        self.count(scope, day=day, address=self.address(environ), agent=environ.get("HTTP_USER_AGENT", ""))

    def count(self, scope: str, *, day: date, address: str, agent: str) -> None:
        """The same of an asker who is known by address and program."""
        self._tally.count(scope, address=address, user_agent=agent, day=day)
        if not self._began:
            self._begin()

    def address(self, environ: WSGIEnvironment) -> str:
        """The asker's address as the proxies that are counted say it; theirs where there are none."""
        here: str = environ.get("REMOTE_ADDR", "")
        if not self._proxies:
            return here
        said: list[str] = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        return said[-self._proxies].strip() if len(said) >= self._proxies else here

    def _begin(self) -> None:
        with self._desk:
            if not self._began:
                self._began = True
                Finalize(None, self.end, exitpriority=LAST)  # as atexit, but also in a process that was forked
                threading.Thread(target=self._write_now_and_then, name="followers", daemon=True).start()

    def _write_now_and_then(self) -> None:
        while not self._ended.wait(EVERY):
            self.write()

    def end(self) -> None:
        """Write down what is left; runs when the process ends, SIGTERM included."""
        self._ended.set()
        self.write()

    def write(self) -> None:
        """Write down who asked since the last time, a bounded number of rows in one deed."""
        taken = list(self._tally.taken().items())
        for start in range(0, len(taken), MOST_AT_ONCE):
            batch = dict(taken[start : start + MOST_AT_ONCE])
            try:
                with self._house.deed() as session:
                    write_down(session, batch)
            except Busy:
                self._tally.give_back(batch)
            except Exception:
                log.exception("followers could not be written down")
