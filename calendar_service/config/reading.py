"""Settings: read once from the environment. Nonsense is refused with a sentence (R18)."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from calendar_service.config.keys import kept_secrets, keys_in, make_folder
from calendar_service.config.mails import mail_bounces, mail_from, mail_rate, mail_server
from calendar_service.config.refusing import parted, refuse
from calendar_service.config.settings import SHIPPED_METROPOLIS, Settings, default_database, is_loopback
from calendar_service.formats import is_locale, is_zone

MAX_PROXIES = 5
NAMES = frozenset({
    "CALENDAR_DATABASE_URL", "CALENDAR_DATA_DIR", "CALENDAR_BASE_URL", "CALENDAR_SECRET_KEY", "CALENDAR_METROPOLIS",
    "CALENDAR_TIMEZONE", "CALENDAR_LOCALE", "CALENDAR_MAIL_URL", "CALENDAR_MAIL_FROM", "CALENDAR_MAIL_BOUNCES",
    "CALENDAR_MAIL_RATE", "CALENDAR_MAIL_WARMUP", "CALENDAR_TRUSTED_PROXIES", "CALENDAR_METRICS_ALLOW",
})  # fmt: skip
"""Every setting there is, beside HOST and PORT."""


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting. Makes the data folder and its secret when they are missing. Raises BadSetting."""
    given = os.environ if environ is None else environ
    data_dir = Path(given.get("CALENDAR_DATA_DIR") or "var").absolute()
    base_url = _base_url(given)
    database_url = _database_url(given, data_dir)
    told: dict[str, Any] = {
        "metropolis": _metropolis(given), "timezone": _timezone(given), "locale": _locale(given),
        "mail": mail_server(given), "mail_from": mail_from(given, base_url),
        "mail_bounces": mail_bounces(given), "mail_rate": mail_rate(given),
        "trusted_proxies": _proxies(given), "metrics_allow": _networks(given),
    }  # fmt: skip
    # Last, as it touches the disk: who mistyped a setting finds no folder made elsewhere.
    keys = _secrets(given, data_dir, database_url, base_url)
    return Settings(database_url=database_url, data_dir=data_dir, base_url=base_url, secrets=keys, **told)


def unknown_settings(environ: Mapping[str, str]) -> list[str]:
    """Names that begin as ours do and mean nothing: most likely a slip of the pen."""
    return sorted(name for name in environ if name.startswith("CALENDAR_") and name not in NAMES)


def _base_url(given: Mapping[str, str]) -> str:
    host, port = given.get("HOST") or "127.0.0.1", given.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):  # noqa: PLR2004 - ports
        refuse("PORT", f"{port!r} is not a port between 1 and 65535")
    if any(sign.isspace() or sign in "/?#@[]" for sign in host):
        refuse("HOST", f"{host!r} is not a name or an address of this machine")
    name = f"[{host}]" if ":" in host else host
    url = given.get("CALENDAR_BASE_URL") or f"http://{name}:{port}"
    parts = parted(url)
    foreign = parts.query or parts.fragment or parts.username or any(sign.isspace() for sign in url)
    if parts.scheme not in ("http", "https") or not parts.hostname or foreign:
        refuse("CALENDAR_BASE_URL", f"{url!r} is not an address like https://agenda.example.org")
    if parts.path.strip("/"):
        refuse("CALENDAR_BASE_URL", "the service lives at the root of its host, so the address has no path")
    return f"{parts.scheme}://{parts.netloc}"


def _database_url(given: Mapping[str, str], data_dir: Path) -> str:
    url = given.get("CALENDAR_DATABASE_URL") or default_database(data_dir)
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        refuse("CALENDAR_DATABASE_URL", "only sqlite:///… and postgresql://… are known")
    if url.partition("?")[0].removeprefix("sqlite:///") in ("", ":memory:"):
        refuse("CALENDAR_DATABASE_URL", "a database in memory would be another one in each process; name a file")
    if not parted(url).scheme:
        refuse("CALENDAR_DATABASE_URL", "its host or port cannot be read")
    return url


def _secrets(given: Mapping[str, str], data_dir: Path, database_url: str, base_url: str) -> tuple[bytes, ...]:
    """Today's key, and those before it that are still read."""
    text = given.get("CALENDAR_SECRET_KEY")
    told = keys_in(text.encode(), "CALENDAR_SECRET_KEY") if text else ()
    shared = not database_url.startswith("sqlite")
    if not told and shared and not is_loopback(urlsplit(base_url).hostname or ""):
        refuse("CALENDAR_SECRET_KEY", "must be set when several processes share a PostgreSQL database")
    make_folder(data_dir)
    return told or kept_secrets(data_dir)


def _metropolis(given: Mapping[str, str]) -> Path:
    folder = Path(given.get("CALENDAR_METROPOLIS") or SHIPPED_METROPOLIS)
    if not (folder / "metropolis.toml").is_file():
        refuse("CALENDAR_METROPOLIS", f"there is no metropolis.toml in {folder}")
    return folder


def _timezone(given: Mapping[str, str]) -> str | None:
    name = given.get("CALENDAR_TIMEZONE") or ""
    if name and not is_zone(name):
        refuse("CALENDAR_TIMEZONE", f"{name!r} is not a time zone like America/Lima")
    return name or None


def _locale(given: Mapping[str, str]) -> str | None:
    name = (given.get("CALENDAR_LOCALE") or "").replace("-", "_")
    if name and not is_locale(name):
        refuse("CALENDAR_LOCALE", f"{name!r} is not a locale like es_PE")
    return name or None


def _proxies(given: Mapping[str, str]) -> int:
    count = given.get("CALENDAR_TRUSTED_PROXIES") or "0"
    if not (count.isascii() and count.isdigit()) or int(count) > MAX_PROXIES:
        refuse("CALENDAR_TRUSTED_PROXIES", f"{count!r} is not a count from 0 to {MAX_PROXIES}")
    return int(count)


def _networks(given: Mapping[str, str]) -> tuple[str, ...]:
    listed = (given.get("CALENDAR_METRICS_ALLOW") or "127.0.0.0/8 ::1/128").replace(",", " ").split()
    for each in listed:
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError:
            refuse("CALENDAR_METRICS_ALLOW", f"{each!r} is not an address or network")
    return tuple(listed)
