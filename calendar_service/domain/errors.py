"""What can go wrong, as a handful of errors that carry a code and values.

The sentence for a code is made at the edge (`words.sentence`), in the reader's language.
One table in the web and one in the API turn each class into an HTTP status.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with one field of what was entered. `field` is the API's name for it."""

    field: str
    code: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict)


class DomainError(Exception):
    """Something a person can act on. `code` names the sentence, `values` fill it."""

    def __init__(self, code: str, **values: Any) -> None:  # noqa: ANN401 - whatever the sentence shows
        super().__init__(code)
        self.code = code
        self.values = values


class Mendable(DomainError):
    """Something that can be tried otherwise, or again, from where one is: a form says so beside what was typed.

    After the others (`NotFound`, `Forbidden`, `Gone`) there is nothing left to be shown.
    """


class Invalid(Mendable):
    """What was entered cannot be taken: every problem at once, next to its field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("invalid", count=len(problems))
        self.problems = problems

    @classmethod
    def of(cls, name: str, code: str, **values: Any) -> Invalid:  # noqa: ANN401 - whatever the sentence shows
        """One problem with one field."""
        return cls([Problem(field=name, code=code, values=values)])


class NotFound(DomainError):
    """There is no such thing, or the asker may not know of it: the two are never told apart (S18)."""

    def __init__(self, what: str = "page") -> None:
        super().__init__("not_found", what=what)


class Damaged(NotFound):
    """There is such an event, and everybody may see it, but a hand in the database left it so that it cannot be."""

    def __init__(self) -> None:
        DomainError.__init__(self, "event_damaged")


class Forbidden(DomainError):
    """The asker may see the thing, but not do this to it."""


class WrongState(Mendable):
    """The deed does not fit what the thing is now (cancelling a draft, answering twice)."""


class Stale(Mendable):
    """The thing changed since the asker last saw it. `current` is its version now (rule 8)."""

    def __init__(self, *, current: int | None = None) -> None:
        super().__init__("stale", current=current)
        self.current = current


class Duplicate(Mendable):
    """There is one already."""


class Busy(Mendable):
    """The database is locked or away; the same deed may work in a moment (R5, R13)."""


class Overtaken(Exception):
    """The database broke the deed off for another's sake: nothing of it stands, it is done again at once (R7).

    No DomainError: nobody is told of it. `services.again` does the deed again, and in the end makes it Busy.
    """


class Unfetched(Mendable):
    """A calendar elsewhere could not be fetched; the code says why, and never what the server said (S37)."""


class TooMany(Mendable):
    """Too many tries; `retry_after` is in whole seconds (S3, S29). Its sentence says `wait` in words."""

    def __init__(self, code: str = "too_many", *, retry_after: int) -> None:
        super().__init__(code, retry_after=retry_after, wait=timedelta(seconds=retry_after))
        self.retry_after = retry_after


class Gone(DomainError):
    """It was public once and was withdrawn (HTTP 410)."""
