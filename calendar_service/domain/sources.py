"""Calendars elsewhere that a municipality has asked to be brought in every hour: their addresses, and how they fare."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Details, Instant, LongText, Slug
from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Status
from calendar_service.domain.territory.places import District

EVERY = timedelta(hours=1)
LONGEST_WAIT = timedelta(hours=24)
LONGEST_ADDRESS = 2_000
PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+|\[[0-9a-f:.]+\]")


class Source(Base, kw_only=True, eq=False, repr=False):
    """A calendar elsewhere. What it brings arrives with `status`, a draft unless set otherwise.

    `etag` and `changed` are what its server wants to be asked with, `digest` is of the file that was last taken in.
    `asked` is when its server was last asked, `fetched` when it last answered well; `failures` since then, and
    `problem` (a code, with its values) why. `report` counts what the last file brought, and names what of it was
    refused.
    """

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    address: Mapped[LongText]
    key: Mapped[Slug] = mapped_column(unique=True)
    status: Mapped[Slug] = mapped_column(default=Status.DRAFT)
    added: Mapped[Instant]
    due: Mapped[Instant]
    etag: Mapped[LongText] = mapped_column(default="")
    changed: Mapped[LongText] = mapped_column(default="")
    digest: Mapped[Slug] = mapped_column(default="")
    asked: Mapped[Instant | None] = mapped_column(default=None)
    fetched: Mapped[Instant | None] = mapped_column(default=None)
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[Slug] = mapped_column(default="")
    values: Mapped[Details] = mapped_column(default_factory=dict)
    report: Mapped[Details] = mapped_column(default_factory=dict)

    district: Mapped[District] = relationship(init=False, lazy="raise")

    __table_args__ = (Index("ix_source_due", "due"),)

    @property
    def is_well(self) -> bool:
        """Whether the last thing that was tried went well."""
        return not self.problem

    def wait(self) -> timedelta:
        """How long until it is asked again: an hour, doubled with each failure, a day at most (R16)."""
        return min(EVERY * (1 << min(self.failures, 10)), LONGEST_WAIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a server: an address, and what it said last of its file."""

    address: str
    etag: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it answered; `body` is None when nothing has changed since (304)."""

    body: bytes | None
    etag: str = ""
    changed: str = ""


Fetch = Callable[[Asked], Answer]
"""Asks a server. Raises Unfetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address that may be asked, taken apart once: what was checked is what is asked (S37)."""

    scheme: Literal["http", "https"]
    host: str
    path: str

    @property
    def port(self) -> int:
        """That of its scheme; no other is asked."""
        return PORTS[self.scheme]

    @property
    def text(self) -> str:
        """In one form."""
        return f"{self.scheme}://{self.host}{self.path}"

    def onward(self, location: str) -> Address:
        """Where a redirect leads. Raises Invalid; from https nobody is led to http."""
        next_one = read_address(urljoin(self.text, location))
        if self.scheme == "https" and next_one.scheme != "https":
            raise Invalid.of("address", "source_downgrade")
        return next_one


def read_address(text: str) -> Address:
    """An address as somebody typed it: http, https or webcal, without a password, on the usual port. Raises Invalid."""
    typed = text.strip()
    try:
        parts = urlsplit(typed)
        scheme = {"webcal": "https", "webcals": "https"}.get(parts.scheme, parts.scheme)
        host = (parts.hostname or "").encode("idna").decode().lower()
        port = parts.port
    except ValueError as wrong:
        raise Invalid.of("address", "source_address") from wrong
    host = f"[{host}]" if ":" in host else host
    usual = PORTS.get(scheme)
    if usual is None or not _HOST.fullmatch(host) or len(typed) > LONGEST_ADDRESS or not typed.isprintable():
        raise Invalid.of("address", "source_address")
    if parts.username is not None or parts.password is not None:
        raise Invalid.of("address", "source_password")
    if port not in (None, usual):
        raise Invalid.of("address", "source_port")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?") if parts.query else ""
    return Address(scheme="https" if scheme == "https" else "http", host=host, path=path + query)
