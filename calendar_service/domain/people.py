"""Who: officers, their memberships, and the secrets that let them in.

Every secret is kept as a SHA-256 hash of a 128-bit random text: what is stored cannot be used (S4, S7, S8, S11).
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Details, Instant, LongText, Slug
from calendar_service.domain.territory.places import District


class Role(StrEnum):
    """What an officer may do in a district. Facilitator is a right of the network, not of a district."""

    OFFICER = "officer"
    MANAGER = "manager"
    FACILITATOR = "facilitator"


class Officer(Base, kw_only=True, eq=False, repr=False):
    """A person with an account. `address` is folded to lower case; `deactivated` ends everything at once."""

    __tablename__ = "officer"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    address: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[Slug] = mapped_column(default="es")
    facilitator: Mapped[bool] = mapped_column(default=False)
    created: Mapped[Instant]
    deactivated: Mapped[Instant | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(init=False, default=1)

    memberships: Mapped[list[Membership]] = relationship(
        init=False, lazy="raise", back_populates="officer", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Membership(Base, kw_only=True, eq=False, repr=False):
    """An officer's role (officer or manager) in a district."""

    __tablename__ = "membership"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), init=False, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), primary_key=True, index=True)
    role: Mapped[Slug] = mapped_column(default=Role.OFFICER)
    since: Mapped[Instant]

    officer: Mapped[Officer] = relationship(init=False, lazy="raise", back_populates="memberships")
    district: Mapped[District] = relationship(init=False, lazy="raise")


class Invitation(Base, kw_only=True, eq=False, repr=False):
    """A link bound to an address, a district and a role; one use, seven days, revocable (S7).

    Its token is derived from `nonce` and the installation's key when the link is written.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    nonce: Mapped[str]
    address: Mapped[str] = mapped_column(index=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), default=None)
    role: Mapped[Slug]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    created: Mapped[Instant]
    expires: Mapped[Instant]
    used: Mapped[Instant | None] = mapped_column(default=None)
    revoked: Mapped[Instant | None] = mapped_column(default=None)

    district: Mapped[District | None] = relationship(init=False, lazy="raise")
    invited_by: Mapped[Officer | None] = relationship(init=False, lazy="raise")


class PasswordReset(Base, kw_only=True, eq=False, repr=False):
    """A link that sets a new password: one use, sixty minutes, dies with a newer one (S8).

    Its token is derived from `nonce` and the installation's key when the link is written.
    """

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    nonce: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    created: Mapped[Instant]
    expires: Mapped[Instant]
    used: Mapped[Instant | None] = mapped_column(default=None)

    officer: Mapped[Officer] = relationship(init=False, lazy="raise")


class AddressChange(Base, kw_only=True, eq=False, repr=False):
    """An officer's wish to sign in by another address: one link goes to the new one, and once that was followed another
    to the `former` one, which takes it back (S10).

    Both tokens are derived from `nonce` and the installation's key when their mails are written.
    """

    __tablename__ = "address_change"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    back_hash: Mapped[str] = mapped_column(unique=True)
    nonce: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    address: Mapped[str]
    former: Mapped[str]
    created: Mapped[Instant]
    expires: Mapped[Instant]
    used: Mapped[Instant | None] = mapped_column(default=None)
    undone: Mapped[Instant | None] = mapped_column(default=None)

    officer: Mapped[Officer] = relationship(init=False, lazy="raise")


class SignIn(Base, kw_only=True, eq=False, repr=False):
    """A server-side session of an officer (S4, S5). `client` is a family such as "Firefox, Android", never more.

    `proved` is when she last typed her password again (S10). One that waits for the code of her second factor, until
    `waits_until`, lets nobody in: the code begins another in its place.
    """

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    created: Mapped[Instant]
    last_seen: Mapped[Instant]
    expires: Mapped[Instant]
    client: Mapped[str] = mapped_column(default="")
    proved: Mapped[Instant | None] = mapped_column(default=None)
    waits_until: Mapped[Instant | None] = mapped_column(default=None)
    ended: Mapped[Instant | None] = mapped_column(default=None)

    officer: Mapped[Officer] = relationship(init=False, lazy="raise")


class ApiToken(Base, kw_only=True, eq=False, repr=False):
    """A secret for programs: bound to an officer and one district, shown once (S11)."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    prefix: Mapped[Slug]
    token_hash: Mapped[str] = mapped_column(unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    read_only: Mapped[bool] = mapped_column(default=False)
    created: Mapped[Instant]
    expires: Mapped[Instant]
    last_used: Mapped[Instant | None] = mapped_column(default=None)
    revoked: Mapped[Instant | None] = mapped_column(default=None)

    officer: Mapped[Officer] = relationship(init=False, lazy="raise")
    district: Mapped[District] = relationship(init=False, lazy="raise")


class PrivateFeed(Base, kw_only=True, eq=False, repr=False):
    """A calendar of an officer's own, for one of her devices; whoever has its address reads it (S42).

    `selection` is a canonical query string; None for her districts and their neighbours, whichever they are then.
    """

    __tablename__ = "private_feed"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    name: Mapped[str]
    selection: Mapped[LongText | None] = mapped_column(default=None)
    created: Mapped[Instant]
    rotated: Mapped[Instant | None] = mapped_column(default=None)
    last_used: Mapped[Instant | None] = mapped_column(default=None)
    revoked: Mapped[Instant | None] = mapped_column(default=None)

    officer: Mapped[Officer] = relationship(init=False, lazy="raise")


class IdempotencyKey(Base, kw_only=True, eq=False, repr=False):
    """A key under which a program asked for a deed, and what it was answered, so that asking again does nothing (R6).

    `fingerprint` is the digest of what was asked. `claim` names the request that is at work on it until
    `claimed_until`; after that another may take over. `status` is None while nothing was answered; `headers` and
    `body` are the answer.
    """

    __tablename__ = "idempotency_key"

    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    claim: Mapped[str]
    claimed_until: Mapped[Instant]
    created: Mapped[Instant] = mapped_column(index=True)
    status: Mapped[int | None] = mapped_column(default=None)
    headers: Mapped[Details] = mapped_column(default_factory=dict)
    body: Mapped[LongText] = mapped_column(default="")


class Throttle(Base, kw_only=True, eq=False, repr=False):
    """How often something was tried: `key` is a purpose and a keyed hash of who tried (S3, S29)."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    since: Mapped[Instant]
    blocked_until: Mapped[Instant | None] = mapped_column(default=None)
