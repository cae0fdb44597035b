"""Who asked to be told, and what is owed to them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Details, Instant, LongText, Slug
from calendar_service.domain.events import Event


class SubscriptionKind(StrEnum):
    """What was asked for: reminders of one event or of a selection, or a weekly digest of a selection."""

    EVENT = "event"
    SELECTION = "selection"
    DIGEST = "digest"


class SubscriptionState(StrEnum):
    """pending until the address's owner confirms, active until she stops it."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"


class Lead(StrEnum):
    """How long before an occurrence its reminder is due."""

    HOUR = "1h"
    MORNING = "morning"
    DAY = "1d"
    WEEK = "1w"


class Subscription(Base, kw_only=True, eq=False, repr=False):
    """An address that asked for mail, and for what.

    `selection` is a canonical query string (kinds selection and digest). `scope` identifies what was asked for,
    so that asking twice finds the first. Tokens are derived from `secret` and kept as hashes, one for each
    purpose (M19): the one that confirms (7 days), those that stop and manage (for ever; `former_stop_hash` is
    of the links written before the installation's secret changed). `created` is when it was last asked for anew.
    """

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    address: Mapped[str]
    folded_address: Mapped[str]
    kind: Mapped[Slug]
    scope: Mapped[Slug]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), default=None, index=True)
    selection: Mapped[LongText] = mapped_column(default="")
    lead: Mapped[Slug] = mapped_column(default=Lead.DAY)
    language: Mapped[Slug] = mapped_column(default="es")
    state: Mapped[Slug] = mapped_column(default=SubscriptionState.PENDING)
    secret: Mapped[str] = mapped_column(unique=True)
    confirm_hash: Mapped[str | None] = mapped_column(default=None, unique=True)
    confirm_expires: Mapped[Instant | None] = mapped_column(default=None)
    stop_hash: Mapped[str] = mapped_column(unique=True)
    former_stop_hash: Mapped[str | None] = mapped_column(default=None, unique=True)
    manage_hash: Mapped[str] = mapped_column(unique=True)
    created: Mapped[Instant]
    confirmed: Mapped[Instant | None] = mapped_column(default=None)
    ended: Mapped[Instant | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)

    event: Mapped[Event | None] = relationship(init=False, lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
    __table_args__ = (
        UniqueConstraint("folded_address", "scope", name="uq_subscription_scope"),
        Index("ix_subscription_state_kind", "state", "kind"),
    )


class MailConsent(Base, kw_only=True, eq=False, repr=False):
    """Proof that a person agreed: for what purpose, to which version of which text, when (S46)."""

    __tablename__ = "mail_consent"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Slug]
    text_version: Mapped[Slug]
    at: Mapped[Instant]


class BlockReason(StrEnum):
    """Why an address is not written to: its owner said so, mails to it came back, or one was called spam."""

    ASKED = "asked"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class BlockedAddress(Base, kw_only=True, eq=False, repr=False):
    """An address that is not written to, known by a keyed hash alone (S47, M20). `at`: since when, or when last."""

    __tablename__ = "blocked_address"

    address_hash: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[Slug]
    at: Mapped[Instant]


class MessageKind(StrEnum):
    """What a message says."""

    CONFIRM = "confirm"
    REMINDER = "reminder"
    DIGEST = "digest"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    INVITATION = "invitation"
    RESET = "reset"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - the name of a mail
    ADDRESS = "address"
    ADDRESS_CHANGED = "address-changed"
    ASKED = "asked"
    NEWS = "news"


class MessageState(StrEnum):
    """queued → sending → sent | failed | dropped | unknown (a person decides) | expired."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


COMPLAINED = "complained"
"""What `Message.came_back` says when somebody called it spam."""


class Message(Base, kw_only=True, eq=False, repr=False):
    """One mail owed to one address: a row with a unique key before it is a message (rule 6, M8).

    `key` is kind, folded address, event, recurrence id, lead and schedule version. `about` says what it is
    about in identifiers only; the words are made at the claim, and `body` then keeps the very bytes (M22).
    `priority` 0 goes first (confirmations, resets), 9 last (digests). `due` is when it is owed, `not_before`
    when it may be tried (later, after a refusal), `starts` when the occurrence it speaks of was to start.
    What leaves inside another message of the same address and kind is carried by it and shares its fate.
    `attempts` counts claims, `ambiguous` those of which nobody knows whether the mail went out. `came_back` is what
    another mail system said of it later: a status of RFC 3463 such as 5.1.1, or that it was called spam. `domain` is
    what stands behind the address's @, `turn` how many mails owed together with this one go there before it (M21).
    """

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    key: Mapped[LongText] = mapped_column(unique=True)
    address: Mapped[str]
    folded_address: Mapped[str] = mapped_column(index=True)
    domain: Mapped[str] = mapped_column(default="", server_default=literal_column("''"))
    turn: Mapped[int] = mapped_column(default=0, server_default=literal_column("0"))
    kind: Mapped[Slug]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), default=None, index=True)
    recurrence_id: Mapped[Slug | None] = mapped_column(default=None)
    schedule_version: Mapped[int | None] = mapped_column(default=None)
    lead: Mapped[Slug | None] = mapped_column(default=None)
    starts: Mapped[Instant | None] = mapped_column(default=None)
    about: Mapped[Details] = mapped_column(default_factory=dict)
    language: Mapped[Slug] = mapped_column(default="es")
    priority: Mapped[int] = mapped_column(default=5)
    due: Mapped[Instant]
    not_before: Mapped[Instant]
    expires: Mapped[Instant]
    created: Mapped[Instant]
    state: Mapped[Slug] = mapped_column(default=MessageState.QUEUED)
    owner: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[Instant | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    ambiguous: Mapped[int] = mapped_column(default=0)
    carried_by_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), default=None, index=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    body: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    last_error: Mapped[LongText] = mapped_column(default="")
    came_back: Mapped[Slug | None] = mapped_column(default=None)
    finished: Mapped[Instant | None] = mapped_column(default=None)

    __table_args__ = (
        Index("ix_message_state_due", "state", "priority", "due", "turn"),
        Index(
            "ix_message_came_back", "finished", "came_back",
            sqlite_where=literal_column("came_back IS NOT NULL"),
            postgresql_where=literal_column("came_back IS NOT NULL"),
        ),
    )  # fmt: skip


class Pace(Base, kw_only=True, eq=False, repr=False):
    """How many mails went to one domain: in the last minute in which any did, and on the last day (M21)."""

    __tablename__ = "pace"

    domain: Mapped[str] = mapped_column(primary_key=True)
    minute: Mapped[Instant]
    in_minute: Mapped[int]
    day: Mapped[date]
    in_day: Mapped[int]


class MailCount(Base, kw_only=True, eq=False, repr=False):
    """How many mails of a kind ended how on a day (UTC): what stays when the mails themselves go (S48)."""

    __tablename__ = "mail_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[Slug] = mapped_column(primary_key=True)
    state: Mapped[Slug] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Timetable(Base, kw_only=True, eq=False, repr=False):
    """When and where an event was, before the change that raised its schedule version above this one.

    What people were told, so that a notice can say what is different: `dates` maps a recurrence id to
    [start, end, status, place], times as the API writes them; only dates that were to come then.
    """

    __tablename__ = "timetable"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    schedule_version: Mapped[int] = mapped_column(primary_key=True)
    summary: Mapped[str]
    status: Mapped[Slug]
    dates: Mapped[Details] = mapped_column(default_factory=dict)
    kept: Mapped[Instant]


class Brake(Base, kw_only=True, eq=False, repr=False):
    """Why the whole queue stands still, and until when: the mail server is away, or refuses us (M11).

    `refusals` counts those in a row; the first mail that is accepted takes the row away.
    """

    __tablename__ = "brake"

    name: Mapped[Slug] = mapped_column(primary_key=True)
    until: Mapped[Instant]
    refusals: Mapped[int] = mapped_column(default=0)
    why: Mapped[LongText] = mapped_column(default="")


class Lease(Base, kw_only=True, eq=False, repr=False):
    """Who does what only one process may do (the clock), until when; `fence` rises with each owner (rule 7)."""

    __tablename__ = "lease"

    name: Mapped[Slug] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(default="")
    until: Mapped[Instant]
    fence: Mapped[int] = mapped_column(default=0)
    heartbeat: Mapped[Instant | None] = mapped_column(default=None)
