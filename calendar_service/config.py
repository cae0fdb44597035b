"""Settings: read once from the environment, checked, frozen. Nonsense is refused with a sentence (R18)."""

from __future__ import annotations

import errno
import ipaddress
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

SHIPPED_METROPOLIS = Path(__file__).resolve().parent / "data" / "lima"
SECRET_BYTES = 32
MAX_PROXIES = 5
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
MOST_BEFORE_AT = 23
"""Letters of the mailbox for bounces before the @: what is added to it for each mail leaves so much of the 64."""
MOST_MAILS = 1_000_000
MAIL_PORTS = {"starttls": 587, "implicit": 465, "none": 25}
NAMES = frozenset({
    "CALENDAR_DATABASE_URL", "CALENDAR_DATA_DIR", "CALENDAR_BASE_URL", "CALENDAR_SECRET_KEY", "CALENDAR_METROPOLIS",
    "CALENDAR_TIMEZONE", "CALENDAR_LOCALE", "CALENDAR_MAIL_URL", "CALENDAR_MAIL_FROM", "CALENDAR_MAIL_BOUNCES",
    "CALENDAR_MAIL_RATE", "CALENDAR_MAIL_WARMUP", "CALENDAR_TRUSTED_PROXIES", "CALENDAR_METRICS_ALLOW",
})  # fmt: skip
"""Every setting there is, beside HOST and PORT."""


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


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting. Makes the data folder and its secret when they are missing. Raises BadSetting."""
    given = os.environ if environ is None else environ
    data_dir = Path(given.get("CALENDAR_DATA_DIR") or "var").absolute()
    base_url = _base_url(given)
    database_url = _database_url(given, data_dir)
    told: dict[str, Any] = {
        "metropolis": _metropolis(given), "timezone": _timezone(given), "locale": _locale(given),
        "mail": _mail_server(given), "mail_from": _mail_from(given, base_url),
        "mail_bounces": _mail_bounces(given), "mail_rate": _mail_rate(given),
        "trusted_proxies": _proxies(given), "metrics_allow": _networks(given),
    }  # fmt: skip
    # Last, as it touches the disk: who mistyped a setting finds no folder made elsewhere.
    keys = _secrets(given, data_dir, database_url, base_url)
    return Settings(database_url=database_url, data_dir=data_dir, base_url=base_url, secrets=keys, **told)


def unknown_settings(environ: Mapping[str, str]) -> list[str]:
    """Names that begin as ours do and mean nothing: most likely a slip of the pen."""
    return sorted(name for name in environ if name.startswith("CALENDAR_") and name not in NAMES)


def _refuse(name: str, why: str) -> NoReturn:
    message = f"{name}: {why}"
    raise BadSetting(message)


def _base_url(given: Mapping[str, str]) -> str:
    host, port = given.get("HOST") or "127.0.0.1", given.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):  # noqa: PLR2004 - ports
        _refuse("PORT", f"{port!r} is not a port between 1 and 65535")
    if any(sign.isspace() or sign in "/?#@[]" for sign in host):
        _refuse("HOST", f"{host!r} is not a name or an address of this machine")
    name = f"[{host}]" if ":" in host else host
    url = given.get("CALENDAR_BASE_URL") or f"http://{name}:{port}"
    parts = _parted(url)
    foreign = parts.query or parts.fragment or parts.username or any(sign.isspace() for sign in url)
    if parts.scheme not in ("http", "https") or not parts.hostname or foreign:
        _refuse("CALENDAR_BASE_URL", f"{url!r} is not an address like https://agenda.example.org")
    if parts.path.strip("/"):
        _refuse("CALENDAR_BASE_URL", "the service lives at the root of its host, so the address has no path")
    return f"{parts.scheme}://{parts.netloc}"


def _parted(url: str) -> SplitResult:
    """An address in its parts; nothing at all when its host or port cannot be read."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def _database_url(given: Mapping[str, str], data_dir: Path) -> str:
    url = given.get("CALENDAR_DATABASE_URL") or default_database(data_dir)
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        _refuse("CALENDAR_DATABASE_URL", "only sqlite:///… and postgresql://… are known")
    if url.partition("?")[0].removeprefix("sqlite:///") in ("", ":memory:"):
        _refuse("CALENDAR_DATABASE_URL", "a database in memory would be another one in each process; name a file")
    if not _parted(url).scheme:
        _refuse("CALENDAR_DATABASE_URL", "its host or port cannot be read")
    return url


def _secrets(given: Mapping[str, str], data_dir: Path, database_url: str, base_url: str) -> tuple[bytes, ...]:
    """Today's key, and those before it that are still read."""
    text = given.get("CALENDAR_SECRET_KEY")
    told = keys_in(text.encode(), "CALENDAR_SECRET_KEY") if text else ()
    shared = not database_url.startswith("sqlite")
    if not told and shared and not is_loopback(urlsplit(base_url).hostname or ""):
        _refuse("CALENDAR_SECRET_KEY", "must be set when several processes share a PostgreSQL database")
    _make_folder(data_dir)
    return told or _kept_secrets(data_dir)


def keys_in(text: bytes, where: str) -> tuple[bytes, ...]:
    """Keys parted by spaces or lines, today's first. One alone may have spaces in it. Raises BadSetting."""
    parts = tuple(text.split())
    if parts and all(len(each) >= SECRET_BYTES for each in parts):
        return parts
    return (_long_enough(text.strip(), where),)


def _long_enough(secret: bytes, where: str) -> bytes:
    if len(secret) < SECRET_BYTES:
        _refuse(where, f"is shorter than {SECRET_BYTES} bytes")
    return secret


def secret_path(data_dir: Path) -> Path:
    """Where the keys are kept that no setting tells."""
    return data_dir / "secret"


def _kept_secrets(data_dir: Path) -> tuple[bytes, ...]:
    """The keys kept in the data folder, the first made once with mode 600 (S51)."""
    path = secret_path(data_dir)
    try:
        if not path.exists():
            make_private_file(path, secrets.token_urlsafe(SECRET_BYTES))
    except OSError as wrong:
        raise UnwritableFolder(data_dir, wrong) from wrong
    try:
        return keys_in(path.read_bytes(), f"CALENDAR_DATA_DIR: the secret in {path}")
    except OSError as wrong:
        _refuse("CALENDAR_DATA_DIR", f"the secret in {path} cannot be read ({wrong.strerror})")


def make_private_file(path: Path, text: str) -> None:
    """A file for the service alone (mode 600), made once: a file that is there already stays as it is.

    Appears whole or not at all: of two processes that start together one makes it, and both read the same.
    """
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def rotate_kept_secret(data_dir: Path) -> int:
    """Put a fresh key before those in the data folder; how many there are then. The file is always whole (R1)."""
    path = secret_path(data_dir)
    keys = [secrets.token_urlsafe(SECRET_BYTES), *(each.decode() for each in _kept_secrets(data_dir))]
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    make_private_file(draft, "\n".join(keys) + "\n")
    draft.replace(path)
    _sync_folder(data_dir)
    return len(keys)


def _sync_folder(folder: Path) -> None:
    """A name survives a power cut once its folder was synced (R1)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(data_dir: Path) -> None:
    """The data folder, for the service's own user and group alone: it holds people's addresses."""
    try:
        data_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as wrong:
        raise UnwritableFolder(data_dir, wrong) from wrong
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise UnwritableFolder(data_dir, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


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
        except (KeyError, ValueError, OSError):
            _refuse("CALENDAR_TIMEZONE", f"{name!r} is not a time zone like America/Lima")
    return name


def _locale(given: Mapping[str, str]) -> str | None:
    name = given.get("CALENDAR_LOCALE") or None
    if name is not None:
        try:
            Locale.parse(name.replace("-", "_"))
        except (ValueError, UnknownLocaleError):
            _refuse("CALENDAR_LOCALE", f"{name!r} is not a locale like es_PE")
    return name.replace("-", "_") if name else None


def _mail_server(given: Mapping[str, str]) -> MailServer | None:
    url = given.get("CALENDAR_MAIL_URL")
    if not url:
        return None
    parts = _parted(url)
    asked = parse_qs(parts.query)
    tls = asked.pop("tls", ["starttls"])[-1]
    if parts.scheme != "smtp" or not parts.hostname or asked or tls not in MAIL_PORTS:
        _refuse("CALENDAR_MAIL_URL", "is not of the form smtp://user:pass@host:port?tls=starttls|implicit|none")
    port = parts.port or MAIL_PORTS[tls]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(host=parts.hostname, port=port, user=user, password=password, tls=tls)


def _mail_from(given: Mapping[str, str], base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    address = given.get("CALENDAR_MAIL_FROM") or f"agenda@{'localhost' if ':' in host else host}"
    return _bare(address, "CALENDAR_MAIL_FROM", like="agenda@example.org")


def _mail_bounces(given: Mapping[str, str]) -> str:
    """The mailbox where mails come back to, of which addresses with a plus are made."""
    address = given.get("CALENDAR_MAIL_BOUNCES") or ""
    if not address:
        return ""
    local, _, host = _bare(address, "CALENDAR_MAIL_BOUNCES", like="agenda-bounces@example.org").partition("@")
    if not local or not host or not address.isascii() or "+" in local or len(local) > MOST_BEFORE_AT:
        why = f"{address!r} must have 1 to {MOST_BEFORE_AT} plain letters before the @, none of them a plus"
        _refuse("CALENDAR_MAIL_BOUNCES", why)
    return address


def _mail_rate(given: Mapping[str, str]) -> MailRate:
    """For instance `60/minute 2000/day`, and a date."""
    text, limits = given.get("CALENDAR_MAIL_RATE") or "", {}
    for count, _, unit in (each.partition("/") for each in text.split()):
        if unit not in ("minute", "day") or unit in limits or not _is_count(count):
            _refuse("CALENDAR_MAIL_RATE", f"{text!r} is not of the form 60/minute 2000/day")
        limits[unit] = int(count)
    return MailRate(per_minute=limits.get("minute"), per_day=limits.get("day"), warmup=_warmup(given))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) <= MOST_MAILS


def _warmup(given: Mapping[str, str]) -> date | None:
    text = given.get("CALENDAR_MAIL_WARMUP") or ""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        _refuse("CALENDAR_MAIL_WARMUP", f"{text!r} is not a day like 2026-12-01")


def _bare(address: str, name: str, *, like: str) -> str:
    if address.count("@") != 1 or any(sign in address for sign in " <>\r\n,;"):
        _refuse(name, f"{address!r} is not a bare address like {like}")
    return address


def _proxies(given: Mapping[str, str]) -> int:
    count = given.get("CALENDAR_TRUSTED_PROXIES") or "0"
    if not (count.isascii() and count.isdigit()) or int(count) > MAX_PROXIES:
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
