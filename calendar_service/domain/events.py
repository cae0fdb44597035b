"""What is on: events, their hosts, the occurrences they make and the ones that differ (RFC 5545, schema.org/Event)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    and_,
    false,
    literal_column,
    or_,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from calendar_service.domain.columns import Amount, Base, Codes, Instant, LongText, Moments, Slug, WallClock
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.posting.pictures import Picture
from calendar_service.domain.territory.places import District, Venue
from calendar_service.domain.times.moments import Span, recurrence_id


class Status(StrEnum):
    """Where an event stands; who sees it follows from this (see `access`).

    `discarded` is a draft in its district's bin, for thirty days: to everybody it is as if it were not (R25).
    """

    DRAFT = "draft"
    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"


PUBLIC = (Status.CONFIRMED, Status.CANCELLED)
"""The statuses that everybody sees."""


class HoldShows(StrEnum):
    """How much of a hold other districts see: that the time is taken, or everything."""

    BUSY = "busy"
    FULL = "full"


class TermKind(StrEnum):
    """What an event may carry several of: terms of a vocabulary, and organisations by the part they take."""

    DISCIPLINE = "discipline"
    AUDIENCE = "audience"
    ACCESSIBILITY = "accessibility"
    ORGANISER = "organiser"
    ALLY = "ally"


PARTS = (TermKind.ORGANISER, TermKind.ALLY)
"""The parts that organisations take (`OrganisationRole`)."""


class Event(Base, kw_only=True, eq=False, repr=False):
    """A cultural event (VEVENT). One row, one `uid`, whoever co-hosts it and in whatever feed it stands.

    `start` and `end` are wall clocks in `timezone`; of an all-day event both are midnights and
    `end` is the last day, inclusive. `rrule` is the canonical text of `recurrence.Rule`.
    `sequence` and `last_modified` rise with every change of what the VEVENT shows, `schedule_version`
    with every change that mails depend on (time, place, status), `version` with every change at all.
    `withdrawn` marks a cancelled event whose text was blanked by its host; `taken_down` is since when the network
    does not show it (its text is kept, for its own officers). `price` is None when not said in numbers.
    `picture` is stored in the three columns before it; a picture never stands without `image_alt`.
    `source_digest` is what its file last said of it as we understood it, `source_said` byte for byte.
    `searchable` is the folded text that a search looks through, `words_rule` names the rule by which it was written.
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    status: Mapped[Slug] = mapped_column(default=Status.DRAFT)
    hold_until: Mapped[date | None] = mapped_column(default=None)
    hold_shows: Mapped[Slug] = mapped_column(default=HoldShows.BUSY)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[LongText] = mapped_column(default="")
    taken_down: Mapped[Instant | None] = mapped_column(default=None)
    taken_down_why: Mapped[LongText | None] = mapped_column(default=None)

    summary: Mapped[str]
    abstract: Mapped[LongText] = mapped_column(default="")
    description: Mapped[LongText] = mapped_column(default="")
    lang: Mapped[Slug] = mapped_column(default="es")

    start: Mapped[WallClock]
    end: Mapped[WallClock | None] = mapped_column(default=None)
    all_day: Mapped[bool] = mapped_column(default=False)
    timezone: Mapped[str]
    rrule: Mapped[LongText | None] = mapped_column(default=None)
    rdates: Mapped[Moments] = mapped_column(default=())
    exdates: Mapped[Moments] = mapped_column(default=())

    format: Mapped[Slug | None] = mapped_column(default=None)
    age_from: Mapped[int | None] = mapped_column(default=None)
    age_to: Mapped[int | None] = mapped_column(default=None)
    free: Mapped[bool] = mapped_column(default=False)
    price: Mapped[Amount | None] = mapped_column(default=None)
    currency: Mapped[Slug] = mapped_column(default="")
    price_text: Mapped[str] = mapped_column(default="")
    booking_url: Mapped[LongText] = mapped_column(default="")
    languages: Mapped[Codes] = mapped_column(default=())

    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), default=None, index=True)
    place_note: Mapped[str] = mapped_column(default="")
    online_url: Mapped[LongText] = mapped_column(default="")
    outdoors: Mapped[bool | None] = mapped_column(default=None)
    public_space: Mapped[bool | None] = mapped_column(default=None)

    picture_digest: Mapped[Slug | None] = mapped_column(init=False, default=None, index=True)
    picture_width: Mapped[int | None] = mapped_column(init=False, default=None)
    picture_height: Mapped[int | None] = mapped_column(init=False, default=None)
    picture: Mapped[Picture | None] = composite("picture_digest", "picture_width", "picture_height", default=None)
    image_alt: Mapped[LongText] = mapped_column(default="", server_default=literal_column("''"))
    image_credit: Mapped[str] = mapped_column(default="", server_default=literal_column("''"))

    expected_attendance: Mapped[int | None] = mapped_column(default=None)
    internal_note: Mapped[LongText] = mapped_column(default="")
    date_reason: Mapped[LongText] = mapped_column(default="", server_default=literal_column("''"))
    source_key: Mapped[str | None] = mapped_column(default=None)
    source_uid: Mapped[LongText | None] = mapped_column(default=None)
    source_digest: Mapped[str | None] = mapped_column(default=None)
    source_said: Mapped[Slug] = mapped_column(default="", server_default=literal_column("''"))

    searchable: Mapped[LongText] = mapped_column(default="")
    words_rule: Mapped[Slug] = mapped_column(default="", server_default=literal_column("''"), index=True)

    sequence: Mapped[int] = mapped_column(default=0)
    schedule_version: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(init=False, default=1)
    created: Mapped[Instant]
    last_modified: Mapped[Instant]
    first_published: Mapped[Instant | None] = mapped_column(default=None)

    host: Mapped[District] = relationship(init=False, lazy="raise")
    venue: Mapped[Venue | None] = relationship(init=False, lazy="raise")
    terms: Mapped[list[EventTerm]] = relationship(
        init=False, lazy="raise", cascade="all, delete-orphan", order_by="EventTerm.position"
    )
    overrides: Mapped[list[Override]] = relationship(
        init=False, lazy="raise", cascade="all, delete-orphan", order_by="Override.recurrence_id"
    )
    hosts: Mapped[list[Host]] = relationship(
        init=False, lazy="raise", cascade="all, delete-orphan", order_by="Host.district_id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
    __table_args__ = (
        UniqueConstraint("source_key", "source_uid", name="uq_event_source"),
        CheckConstraint("sequence >= 0 AND schedule_version >= 0", name="counters_rise"),
        Index("ix_event_standing", "host_id", "status", "sequence", "all_day", "timezone"),
        Index("ix_event_last_modified", "last_modified"),
        Index("ix_event_expected_attendance", "expected_attendance"),
        Index(
            "ix_event_price",
            "price",
            "currency",
            sqlite_where=literal_column("price IS NOT NULL"),
            postgresql_where=literal_column("price IS NOT NULL"),
        ),
    )

    @property
    def span(self) -> Span:
        """When it is, as written: of a series, its first date."""
        return Span(start=self.start, end=self.end, all_day=self.all_day, timezone=self.timezone)

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it."""
        return self.status in PUBLIC

    @hybrid_property
    def is_bare(self) -> bool:
        """Whether the public sees no more of it than that it is off: withdrawn, or taken down by the network."""
        return self.withdrawn or self.taken_down is not None

    @is_bare.inplace.expression
    @classmethod
    def _is_bare(cls) -> ColumnElement[bool]:
        return or_(cls.withdrawn.is_(True), cls.taken_down.is_not(None))

    @hybrid_property
    def only_online(self) -> bool:
        """Whether it has a link and no place: it is nowhere near."""
        return bool(self.online_url) and self.venue_id is None and not self.place_note

    @only_online.inplace.expression
    @classmethod
    def _only_online(cls) -> ColumnElement[bool]:
        return and_(cls.online_url != "", cls.venue_id.is_(None), cls.place_note == "")

    @property
    def is_off(self) -> bool:
        """Whether it takes place no more, as far as the public knows."""
        return self.status == Status.CANCELLED or self.taken_down is not None

    @property
    def repeats(self) -> bool:
        """Whether it has more than one date."""
        return bool(self.rrule or self.rdates)

    @property
    def cohosts(self) -> list[Host]:
        """The co-hosts that have accepted: the only ones ever shown (S15)."""
        return [each for each in self.hosts if each.state == Consent.ACCEPTED]

    def terms_of(self, kind: TermKind) -> tuple[str, ...]:
        """The slugs that it carries of one vocabulary, in the order in which they were given."""
        return tuple(each.slug for each in self.terms if each.kind == kind)

    @property
    def disciplines(self) -> tuple[str, ...]:
        """Slugs of disciplines, the main one first."""
        return self.terms_of(TermKind.DISCIPLINE)

    @property
    def organisations(self) -> list[tuple[str, str]]:
        """Slugs of the organisations that take part, each with its role: organisers first."""
        return [(slug, str(role)) for role in PARTS for slug in self.terms_of(role)]

    @property
    def audiences(self) -> tuple[str, ...]:
        """Slugs of audiences, the main one first."""
        return self.terms_of(TermKind.AUDIENCE)

    @property
    def accessibility(self) -> tuple[str, ...]:
        """Codes of accessibility features."""
        return self.terms_of(TermKind.ACCESSIBILITY)

    @property
    def filed_under(self) -> str:
        """Its disciplines and its audiences in one text, as `read_filing` reads it."""
        return f"{' '.join(self.disciplines)}|{' '.join(self.audiences)}"


class EventTerm(Base, kw_only=True, eq=False, repr=False):
    """One term of a vocabulary that an event carries; `position` keeps the order given."""

    __tablename__ = "event_term"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), init=False, primary_key=True)
    kind: Mapped[Slug] = mapped_column(primary_key=True)
    slug: Mapped[Slug] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_event_term_kind_slug", "kind", "slug", "event_id"),)


class Override(Base, kw_only=True, eq=False, repr=False):
    """One occurrence that differs. `recurrence_id` is its original time; None means "as the event has it".

    `status` is confirmed or cancelled; `start` and `end` are wall clocks as on the event.
    """

    __tablename__ = "override"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), init=False, primary_key=True)
    recurrence_id: Mapped[Slug] = mapped_column(primary_key=True)
    start: Mapped[WallClock | None] = mapped_column(default=None)
    end: Mapped[WallClock | None] = mapped_column(default=None)
    status: Mapped[Slug] = mapped_column(default=Status.CONFIRMED)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), default=None)
    reason: Mapped[LongText] = mapped_column(default="")

    venue: Mapped[Venue | None] = relationship(init=False, lazy="raise")


class Host(Base, kw_only=True, eq=False, repr=False):
    """A district asked to co-host an event, its answer and its own contribution; leaving keeps the row."""

    __tablename__ = "host"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), init=False, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), primary_key=True, index=True)
    state: Mapped[Slug] = mapped_column(default=Consent.INVITED)
    contribution: Mapped[LongText] = mapped_column(default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    asked: Mapped[Instant]
    answered: Mapped[Instant | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)

    district: Mapped[District] = relationship(init=False, lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


def read_filing(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The disciplines and the audiences of what is filed under this, each in the order in which they were given."""
    disciplines, _, audiences = text.partition("|")
    return tuple(disciplines.split()), tuple(audiences.split())


FACETS = ("host_id", "free", "outdoors", "format", "age_from", "age_to", "only_online")
"""What each date of an event has of it for lists."""
WEIGHED = ("expected_attendance", "filed_under")
"""What each date has of it for clash advice."""


class Occurrence(Base, kw_only=True, eq=False, repr=False):
    """One date of an event, materialised in the deed that makes it; never deleted once past (the evidence).

    `recurrence_id` is the original time and never changes; `start`/`end` are where it stands now, as wall
    clocks (`end` as on the event), `start_utc`/`end_utc` as instants (the end exclusive), `first_day`/`last_day`
    the local days it touches (`several_days` unless that is one day or one night), `hour` that of its `start`, None for
    what takes all day. `district_id` is the venue's district, else the host's.
    `status` is the event's, or cancelled when this date alone is. What lists ask of its event is copied here, so that
    they read one narrow index: whether they show it to everybody (`access.is_shown`), and its FACETS; and what clash
    advice weighs (WEIGHED), so that it looks up no event.
    """

    __tablename__ = "occurrence"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    recurrence_id: Mapped[Slug]
    start: Mapped[WallClock]
    end: Mapped[WallClock | None]
    all_day: Mapped[bool]
    start_utc: Mapped[Instant]
    end_utc: Mapped[Instant]
    first_day: Mapped[date]
    last_day: Mapped[date]
    several_days: Mapped[bool]
    hour: Mapped[int | None] = mapped_column(default=None)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    status: Mapped[Slug]
    shown: Mapped[bool] = mapped_column(default=False, server_default=false())
    host_id: Mapped[int | None] = mapped_column(default=None)
    free: Mapped[bool] = mapped_column(default=False, server_default=false())
    outdoors: Mapped[bool | None] = mapped_column(default=None)
    format: Mapped[Slug | None] = mapped_column(default=None)
    age_from: Mapped[int | None] = mapped_column(default=None)
    age_to: Mapped[int | None] = mapped_column(default=None)
    only_online: Mapped[bool] = mapped_column(default=False, server_default=false())
    expected_attendance: Mapped[int | None] = mapped_column(default=None)
    filed_under: Mapped[LongText] = mapped_column(default="", server_default=literal_column("''"))

    event: Mapped[Event] = relationship(init=False, lazy="raise")
    venue: Mapped[Venue | None] = relationship(init=False, lazy="raise")

    @property
    def was_moved(self) -> bool:
        """Whether it stands at another time than it was announced for."""
        return recurrence_id(self.start, all_day=self.all_day) != self.recurrence_id

    __table_args__ = (
        UniqueConstraint("event_id", "recurrence_id", name="uq_occurrence_event_id_recurrence_id"),
        Index("ix_occurrence_start_utc", "start_utc", "id"),
        Index("ix_occurrence_end_utc", "end_utc"),
        Index("ix_occurrence_first_day", "first_day", "last_day"),
        Index("ix_occurrence_district_id", "district_id", "start_utc"),
        Index("ix_occurrence_venue_id", "venue_id", "start_utc"),
        Index(
            "ix_occurrence_lasting",
            "end_utc",
            "start_utc",
            sqlite_where=literal_column("several_days IS 1"),
            postgresql_where=literal_column("several_days IS true"),
        ),
        Index(
            "ix_occurrence_shown", "start_utc", "id", "end_utc", "event_id", "venue_id", "first_day", "several_days",
            *FACETS, "hour",
            sqlite_where=literal_column("shown IS 1"), postgresql_where=literal_column("shown IS true"),
        ),
        Index(
            "ix_occurrence_host_id", "host_id", "start_utc", "id", "end_utc", "event_id", "venue_id",
            *FACETS[1:], "hour",
            sqlite_where=literal_column("shown IS 1"), postgresql_where=literal_column("shown IS true"),
        ),
    )  # fmt: skip
