"""How mail leaves: the server, who writes, where it comes back to, how fast."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

from calendar_service.config.refusing import bare, parted, refuse
from calendar_service.config.settings import MailRate, MailServer

MOST_BEFORE_AT = 23
"""Letters of the mailbox for bounces before the @: what is added to it for each mail leaves so much of the 64."""
MOST_MAILS = 1_000_000
MAIL_PORTS = {"starttls": 587, "implicit": 465, "none": 25}


def mail_server(given: Mapping[str, str]) -> MailServer | None:
    """Where mail is handed over; None: to files in the data folder. Raises BadSetting."""
    url = given.get("CALENDAR_MAIL_URL")
    if not url:
        return None
    parts = parted(url)
    asked = parse_qs(parts.query)
    tls = asked.pop("tls", ["starttls"])[-1]
    if parts.scheme != "smtp" or not parts.hostname or asked or tls not in MAIL_PORTS:
        refuse("CALENDAR_MAIL_URL", "is not of the form smtp://user:pass@host:port?tls=starttls|implicit|none")
    port = parts.port or MAIL_PORTS[tls]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(host=parts.hostname, port=port, user=user, password=password, tls=tls)


def mail_from(given: Mapping[str, str], base_url: str) -> str:
    """Who writes: what the setting says, or `agenda@` the host. Raises BadSetting."""
    host = urlsplit(base_url).hostname or ""
    address = given.get("CALENDAR_MAIL_FROM") or f"agenda@{'localhost' if ':' in host else host}"
    return bare(address, "CALENDAR_MAIL_FROM", like="agenda@example.org")


def mail_bounces(given: Mapping[str, str]) -> str:
    """The mailbox where mails come back to, of which addresses with a plus are made. Raises BadSetting."""
    address = given.get("CALENDAR_MAIL_BOUNCES") or ""
    if not address:
        return ""
    local, _, host = bare(address, "CALENDAR_MAIL_BOUNCES", like="agenda-bounces@example.org").partition("@")
    if not local or not host or not address.isascii() or "+" in local or len(local) > MOST_BEFORE_AT:
        why = f"{address!r} must have 1 to {MOST_BEFORE_AT} plain letters before the @, none of them a plus"
        refuse("CALENDAR_MAIL_BOUNCES", why)
    return address


def mail_rate(given: Mapping[str, str]) -> MailRate:
    """How fast: for instance `60/minute 2000/day`, and the first day of a new sender. Raises BadSetting."""
    text, limits = given.get("CALENDAR_MAIL_RATE") or "", {}
    for count, _, unit in (each.partition("/") for each in text.split()):
        if unit not in ("minute", "day") or unit in limits or not _is_count(count):
            refuse("CALENDAR_MAIL_RATE", f"{text!r} is not of the form 60/minute 2000/day")
        limits[unit] = int(count)
    return MailRate(per_minute=limits.get("minute"), per_day=limits.get("day"), warmup=_warmup(given))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) <= MOST_MAILS


def _warmup(given: Mapping[str, str]) -> date | None:
    text = given.get("CALENDAR_MAIL_WARMUP") or ""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        refuse("CALENDAR_MAIL_WARMUP", f"{text!r} is not a day like 2026-12-01")
