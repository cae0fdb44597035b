"""What an installation is told from outside, checked and frozen."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

SHIPPED_METROPOLIS = Path(__file__).resolve().parent.parent / "data" / "lima"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed over. `tls` is `starttls`, `implicit` or `none`."""

    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    tls: str = "starttls"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRate:
    """How many mails may go to one domain in a minute and on a day; None: as many as there are.

    `warmup` is the first day of a new sender, of whom mailbox providers expect few mails at first.
    """

    per_minute: int | None = None
    per_day: int | None = None
    warmup: date | None = None

    @property
    def is_free(self) -> bool:
        """Whether nothing is held back."""
        return self == MailRate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation is told from outside.

    `mail` is None when mails become files in the data folder, `mail_bounces` is empty when nobody reads what comes
    back.
    """

    database_url: str = field(repr=False)
    data_dir: Path
    base_url: str
    secrets: tuple[bytes, ...] = field(repr=False)
    metropolis: Path
    timezone: str | None
    locale: str | None
    mail: MailServer | None
    mail_from: str
    mail_bounces: str
    mail_rate: MailRate
    trusted_proxies: int
    metrics_allow: tuple[str, ...]

    @property
    def is_loopback(self) -> bool:
        """Whether the service is reached on this machine alone: the demo lives only there."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def is_https(self) -> bool:
        """Whether cookies are Secure and HSTS is sent."""
        return self.base_url.startswith("https://")

    @property
    def has_default_database(self) -> bool:
        """Whether the embedded database in the data folder is used."""
        return self.database_url == default_database(self.data_dir)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if host in LOOPBACK_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def default_database(data_dir: Path) -> str:
    """The address of the embedded database."""
    return f"sqlite:///{data_dir / 'calendar.sqlite'}"
