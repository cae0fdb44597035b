"""What feeds hang on: revisions of scopes, versions of feeds, kept texts of events, former slugs."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from calendar_service.domain.columns import Base, Instant, LongText, Slug

BY_KEY = {"sqlite_with_rowid": False}
"""What every poll asks lies in the order of its key, and not beside an index of it: one tree to go down, not two."""

EVERYTHING = "all"
"""The key of the scope that rises with every published change."""


def district_scope(slug: str) -> str:
    """The key of a district's scope."""
    return f"district/{slug}"


def cluster_scope(slug: str) -> str:
    """The key of a cluster's scope."""
    return f"cluster/{slug}"


DESKS = "desk"
"""The key of the scope that rises with every change of what is not public."""


def desk_scope(slug: str) -> str:
    """The key of the scope of what a district plans, alone or with others."""
    return f"desk/{slug}"


class Scope(Base, kw_only=True, eq=False, repr=False):
    """What a feed is about: everything, a district, a cluster, what is planned.

    `revision` rises, in SQL and in the same transaction, with any change that the scope's feeds show.
    One table for all scopes, so that a poll asks one row whatever it polls (see docs/decisions).
    """

    __tablename__ = "scope"

    key: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)

    __table_args__ = BY_KEY


class ScopeChange(Base, kw_only=True, eq=False, repr=False):
    """That a scope was raised to a revision because of one event, its dates, its text, or where it stands.

    A revision of which no event is told may be about anything. The event's id is no foreign key: to look through
    these rows whenever an event goes would cost more than they are worth.
    """

    __tablename__ = "scope_change"

    scope_key: Mapped[str] = mapped_column(ForeignKey("scope.key"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = BY_KEY


class FeedVersion(Base, kw_only=True, eq=False, repr=False):
    """The version of a feed's body, known before its bytes are built (rule 3).

    `key` is the digest of `address`, the feed's canonical path and query (addresses are too long for an index).
    The row is current while `revision` is its scope's, `local_day` is today in the metropolis and `builder`
    (renderer's version and base URL) is ours. `changed` is when the body last changed and never falls;
    an equal body keeps its ETag. A feed that somebody asks for is brought up to date each day, so an old
    `local_day` means that nobody does.
    """

    __tablename__ = "feed_version"

    key: Mapped[Slug] = mapped_column(primary_key=True)
    address: Mapped[LongText]
    scope_key: Mapped[str] = mapped_column(ForeignKey("scope.key"), index=True)
    revision: Mapped[int]
    local_day: Mapped[date]
    builder: Mapped[str]
    etag: Mapped[str]
    changed: Mapped[Instant]

    __table_args__ = (Index("ix_feed_version_local_day", "local_day"), BY_KEY)


class Following(Base, kw_only=True, eq=False, repr=False):
    """How many calendars of one family of programs asked for a scope's feeds on a local day.

    `seen` has a bit for each of them, chosen by a keyed digest that changes with the day; several share a bit, so
    that nobody is told by it. It is dropped when the day is over, and only `calendars`, the estimate, stays.
    """

    __tablename__ = "following"

    scope_key: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    family: Mapped[Slug] = mapped_column(primary_key=True)
    calendars: Mapped[int] = mapped_column(default=0)
    seen: Mapped[bytes | None] = mapped_column(default=None)

    __table_args__ = (Index("ix_following_day", "day"),)


class KeptText(Base, kw_only=True, eq=False, repr=False):
    """The VEVENT text of an event, rendered once per change (rule 4).

    `part` is empty for what stands or falls together (one date, or a series with its exceptions), and the
    recurrence id of each date that is published by itself. `variant` is the language, and what else a reader
    may ask of the text. A row is current while `sequence` is the event's and `builder` is ours. `starts` and `ends`
    are the first and the last instant of its dates, so that a feed's window needs no look at each. `text` is whole
    lines with CRLF; empty when the event failed the writer's check and stays out of feeds (`problem` says why).
    """

    __tablename__ = "kept_text"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    variant: Mapped[Slug] = mapped_column(primary_key=True)
    part: Mapped[Slug] = mapped_column(primary_key=True, default="")
    sequence: Mapped[int]
    builder: Mapped[str]
    starts: Mapped[Instant]
    ends: Mapped[Instant]
    text: Mapped[LongText]
    problem: Mapped[LongText] = mapped_column(default="")

    __table_args__ = (Index("ix_kept_text_starts", "variant", "starts", "ends"),)


class FormerSlug(Base, kw_only=True, eq=False, repr=False):
    """A slug that a thing once had: its addresses answer 301 for ever. `kind` is `event`, `venue`, `cluster`…"""

    __tablename__ = "former_slug"

    kind: Mapped[Slug] = mapped_column(primary_key=True)
    slug: Mapped[Slug] = mapped_column(primary_key=True)
    target_id: Mapped[int]
