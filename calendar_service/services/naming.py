"""Names that last: slugs, each once, and UIDs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from uuid import UUID, uuid4

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import slugs_taken
from calendar_service.domain.territory.metropolis import Installation, Metropolis
from calendar_service.services.secrets import keyed_hash
from calendar_service.text import slugify

AT_FIRST = 4
"""How many slugs of one title are looked at before more are."""


def free_slug(text: str, taken: set[str]) -> str:
    """A slug of a text that nobody has: the slug itself, else with the first free number."""
    return next(slug for slug in _numbered(slugify(text)) if slug not in taken)


@dataclass(slots=True)
class Slugs:
    """Slugs for the events of one deed: such as nobody has or had, each given once."""

    session: Session
    _asked: set[str] = field(default_factory=set)
    _taken: set[str] = field(default_factory=set)

    def expect(self, titles: Iterable[str]) -> None:
        """Ask at once for what will be asked for."""
        often = Counter(map(slugify, titles))
        self._ask(name for stem, times in often.items() for name in islice(_numbered(stem), times + AT_FIRST))

    def give(self, title: str) -> str:
        """The title's slug if it is free, else the first free one with a number."""
        names, step = _numbered(slugify(title)), AT_FIRST
        while True:
            some = list(islice(names, step))
            self._ask(some)
            if free := next((each for each in some if each not in self._taken), None):
                self._taken.add(free)
                return free
            step *= 4

    def _ask(self, slugs: Iterable[str]) -> None:
        if unknown := set(slugs) - self._asked:
            self._asked |= unknown
            self._taken |= slugs_taken(self.session, unknown)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    yield from (f"{stem}-{number}" for number in count(2))


def new_uid(metropolis: Metropolis) -> str:
    """A UID for an event that starts its life here (RFC 7986 §5.3): random, under a domain that never changes."""
    return f"{uuid4()}@{metropolis.uid_domain}"


def uid_once(installation: Installation, key: str) -> str:
    """The UID of what a form posts: the same form sent twice is one event, not two. Nobody can choose it."""
    digest = keyed_hash(installation, "posted once", key)
    return f"{UUID(hex=digest, version=4)}@{installation.metropolis.uid_domain}"
