"""What an officer has beside her password: an app that shows codes (RFC 6238), and codes on paper (S6)."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from calendar_service.domain.columns import Base, Instant, Slug


class SecondFactor(Base, kw_only=True, eq=False, repr=False):
    """The secret that an officer's app shares with us, sealed with the installation's key.

    Unlike every other secret it must be read again, so a hash will not do: who has the database alone has nothing.
    It counts from `confirmed` on; `last_step` is that of the last code used, as each code counts once.
    """

    __tablename__ = "second_factor"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    nonce: Mapped[str]
    sealed: Mapped[str]
    created: Mapped[Instant]
    confirmed: Mapped[Instant | None] = mapped_column(default=None)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base, kw_only=True, eq=False, repr=False):
    """A code on paper that stands in for the app, once; kept as a hash."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    code_hash: Mapped[str]
    used: Mapped[Instant | None] = mapped_column(default=None)


class NetworkRule(Base, kw_only=True, eq=False, repr=False):
    """A rule that the network has set for itself: it holds while its row is there."""

    __tablename__ = "network_rule"

    name: Mapped[Slug] = mapped_column(primary_key=True)
    since: Mapped[Instant]


SECOND_FACTOR = "second-factor"
"""Who manages a district's officers or facilitates the network needs a second factor."""
