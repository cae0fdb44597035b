"""The nouns of clash advice: what somebody plans, and what she is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calendar_service.domain.clashes import Parts
from calendar_service.domain.times.moments import Span
from calendar_service.services.network.special_days import Marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody plans: when, where, what, for whom, for how many. `uid` is its own, when it is posted already.

    `dates` are those of a series, its first (`span`) included; empty for one date alone.
    """

    span: Span
    dates: tuple[Span, ...] = ()
    district: str
    disciplines: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    expected: int | None = None
    uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One date that competes. Without `summary` it is a hold that shows no more than that the time is taken.

    `because` is what its host says of why the date stands; `times` on how many dates of a series the same event
    competes, this one being the strongest.
    """

    uid: str
    slug: str | None
    summary: str | None
    district: str
    span: Span
    held: bool
    disciplines: tuple[str, ...]
    audiences: tuple[str, ...]
    expected: int | None
    because: str
    parts: Parts
    times: int = 1

    @property
    def score(self) -> int:
        """From 0 to 100."""
        return self.parts.score


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """A date nearby that bears less: how many days away, and how many things still compete there."""

    span: Span
    days: int
    rivals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowded:
    """A date of a series with which something competes that is worth a second look: how many, the strongest score."""

    span: Span
    rivals: int
    score: int
    better: Better | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """All dates so many days and hours later (negative: before); `span` is the first of them then. Of the first
    `dates` of them, on how many something competes that is worth a second look: `before` as the series stands, `after`
    when it is moved.
    """

    span: Span
    days: int
    hours: int
    dates: int
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What competes, the strongest first (`left_off`: how many more), marked days, and better dates.

    Of a series, `looked_at` dates in all, the `crowded` ones each have a better date of their own, if there is one, and
    `shifts` say where all of it would be freer.
    """

    clashes: Sequence[Clash]
    left_off: int
    burden: int
    marked: Sequence[Marked]
    better: Sequence[Better] = ()
    crowded: Sequence[Crowded] = ()
    shifts: Sequence[Shift] = ()
    looked_at: int = 1
