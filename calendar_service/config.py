"""Settings: read once from the environment, checked, frozen. Nonsense is refused with a sentence (R18)."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

SHIPPED_METROPOLIS = Path(__file__).resolve().parent / "data" / "lima"
SECRET_BYTES = 32
MAX_PROXIES = 5
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


class BadSetting(ValueError):
    """A setting is wrong; the text is one sentence that names it. The start ends with exit code 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed over. `tls` is `starttls`, `implicit` or `none`."""

    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    tls: str = "starttls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation is told from outside. `mail` is None when mails become files in the data folder."""

    database_url: str = field(repr=False)
    data_dir: Path
    base_url: str
    secret: bytes = field(repr=False)
    metropolis: Path
    timezone: str | None
    locale: str | None
    mail: MailServer | None
    mail_from: str
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


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting. Makes the data folder and its secret when they are missing. Raises BadSetting."""
    given = os.environ if environ is None else environ
    data_dir = Path(given.get("CALENDAR_DATA_DIR") or "var").absolute()
    base_url = _base_url(given)
    database_url = _database_url(given, data_dir)
    return Settings(
        database_url=database_url,
        data_dir=data_dir,
        base_url=base_url,
        secret=_secret(given, data_dir, database_url, base_url),
        metropolis=_metropolis(given),
        timezone=_timezone(given),
        locale=given.get("CALENDAR_LOCALE") or None,
        mail=_mail_server(given),
        mail_from=_mail_from(given, base_url),
        trusted_proxies=_proxies(given),
        metrics_allow=_networks(given),
    )


def _refuse(name: str, why: str) -> NoReturn:
    message = f"{name}: {why}"
    raise BadSetting(message)


def _base_url(given: Mapping[str, str]) -> str:
    host, port = given.get("HOST") or "127.0.0.1", given.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:  # noqa: PLR2004 - ports
        _refuse("PORT", f"{port!r} is not a port between 1 and 65535")
    name = f"[{host}]" if ":" in host else host
    url = given.get("CALENDAR_BASE_URL") or f"http://{name}:{port}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        _refuse("CALENDAR_BASE_URL", f"{url!r} is not an address like https://agenda.example.org")
    if parts.path.strip("/"):
        _refuse("CALENDAR_BASE_URL", "the service lives at the root of its host, so the address has no path")
    return f"{parts.scheme}://{parts.netloc}"


def _database_url(given: Mapping[str, str], data_dir: Path) -> str:
    url = given.get("CALENDAR_DATABASE_URL") or default_database(data_dir)
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        _refuse("CALENDAR_DATABASE_URL", "only sqlite:///… and postgresql://… are known")
    return url


def _secret(given: Mapping[str, str], data_dir: Path, database_url: str, base_url: str) -> bytes:
    if text := given.get("CALENDAR_SECRET_KEY"):
        return _long_enough(text.encode(), "CALENDAR_SECRET_KEY")
    shared = not database_url.startswith("sqlite")
    if shared and not is_loopback(urlsplit(base_url).hostname or ""):
        _refuse("CALENDAR_SECRET_KEY", "must be set when several processes share a PostgreSQL database")
    return _kept_secret(data_dir)


def _long_enough(secret: bytes, where: str) -> bytes:
    if len(secret) < SECRET_BYTES:
        _refuse(where, f"is shorter than {SECRET_BYTES} bytes")
    return secret


def _kept_secret(data_dir: Path) -> bytes:
    """The secret kept in the data folder, made once with mode 600 (S51)."""
    path = data_dir / "secret"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        pass
    except OSError as wrong:
        raise UnwritableFolder(data_dir, wrong) from wrong
    try:
        return _long_enough(path.read_bytes().strip(), f"CALENDAR_DATA_DIR: the secret in {path}")
    except OSError as wrong:
        _refuse("CALENDAR_DATA_DIR", f"the secret in {path} cannot be read ({wrong.strerror})")


class UnwritableFolder(RuntimeError):
    """The data folder cannot be written: one sentence, exit code 1."""

    def __init__(self, folder: Path, wrong: OSError) -> None:
        super().__init__(f"CALENDAR_DATA_DIR: the folder {folder} cannot be written ({wrong.strerror})")


def _metropolis(given: Mapping[str, str]) -> Path:
    folder = Path(given.get("CALENDAR_METROPOLIS") or SHIPPED_METROPOLIS)
    if not (folder / "metropolis.toml").is_file():
        _refuse("CALENDAR_METROPOLIS", f"there is no metropolis.toml in {folder}")
    return folder


def _timezone(given: Mapping[str, str]) -> str | None:
    name = given.get("CALENDAR_TIMEZONE") or None
    if name is not None:
        try:
            ZoneInfo(name)
        except (ValueError, OSError):
            _refuse("CALENDAR_TIMEZONE", f"{name!r} is not a time zone like America/Lima")
    return name


def _mail_server(given: Mapping[str, str]) -> MailServer | None:
    url = given.get("CALENDAR_MAIL_URL")
    if not url:
        return None
    parts = urlsplit(url)
    tls = parse_qs(parts.query).get("tls", ["starttls"])[-1]
    if parts.scheme != "smtp" or not parts.hostname or tls not in ("starttls", "implicit", "none"):
        _refuse("CALENDAR_MAIL_URL", "is not of the form smtp://user:pass@host:port?tls=starttls|implicit|none")
    try:
        port = parts.port or {"starttls": 587, "implicit": 465, "none": 25}[tls]
    except ValueError:
        _refuse("CALENDAR_MAIL_URL", "its port is not a number between 1 and 65535")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(host=parts.hostname, port=port, user=user, password=password, tls=tls)


def _mail_from(given: Mapping[str, str], base_url: str) -> str:
    address = given.get("CALENDAR_MAIL_FROM") or f"agenda@{urlsplit(base_url).hostname}"
    if address.count("@") != 1 or any(sign in address for sign in " <>\r\n,;"):
        _refuse("CALENDAR_MAIL_FROM", f"{address!r} is not a bare address like agenda@example.org")
    return address


def _proxies(given: Mapping[str, str]) -> int:
    count = given.get("CALENDAR_TRUSTED_PROXIES") or "0"
    if not count.isdigit() or int(count) > MAX_PROXIES:
        _refuse("CALENDAR_TRUSTED_PROXIES", f"{count!r} is not a count from 0 to {MAX_PROXIES}")
    return int(count)


def _networks(given: Mapping[str, str]) -> tuple[str, ...]:
    listed = (given.get("CALENDAR_METRICS_ALLOW") or "127.0.0.0/8 ::1/128").replace(",", " ").split()
    for each in listed:
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError:
            _refuse("CALENDAR_METRICS_ALLOW", f"{each!r} is not an address or network")
    return tuple(listed)
