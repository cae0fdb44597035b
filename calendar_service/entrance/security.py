"""What every answer wears (S22–S27, S52), and which hosts are ours (S26)."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from flask import Response, g, request

from calendar_service.config.settings import Settings, is_loopback
from calendar_service.entrance import asking
from calendar_service.entrance.doors import Door

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(\d{0,5}))?", re.ASCII)
"""A name or an address, and a port. Two Host headers, which RFC 9112 refuses, come from the web server as one that is
neither."""
LAST_PORT = 65_535
YEAR = 31_536_000
PUBLIC_SECONDS = 60
PERMISSIONS = "camera=(), microphone=(), payment=(), usb=(), interest-cohort=(), geolocation=(self)"


ASKED_EACH_TIME = "private, no-cache"
"""What a private answer says that its owner's program alone may keep, to ask whether it changed (S42)."""


def is_trusted_host(host: str, settings: Settings) -> bool:
    """Whether a Host header (with or without a port) names us: with a loopback base URL any loopback name."""
    named = HOST.fullmatch(host)
    if not named or int(named[2] or 0) > LAST_PORT:
        return False
    name = named[1].strip("[]").rstrip(".").lower()
    if settings.is_loopback:
        return is_loopback(name)
    return name == urlsplit(settings.base_url).hostname


def csp_nonce() -> str:
    """The nonce of this answer: only scripts that carry it run (S22)."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(12)
    return str(g.csp_nonce)


def worn_always(settings: Settings) -> dict[str, str]:
    """The headers of every answer, whatever it is."""
    headers = {
        "X-Content-Type-Options": "nosniff", "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
    }  # fmt: skip
    if settings.is_https:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    return headers


def dress(response: Response) -> Response:
    """Put on the headers that every answer wears; runs after every request, errors included."""
    door, settings = asking.door(), asking.house().settings
    headers = response.headers
    headers.update(worn_always(settings))
    headers.setdefault("Referrer-Policy", _referrer(door))
    if response.mimetype == "text/html":
        headers["Content-Security-Policy"] = _content_policy(door)
    _storing(response, door)
    return response


def _referrer(door: Door | None) -> str:
    return "no-referrer" if door and door.private else "strict-origin-when-cross-origin"


def _content_policy(door: Door | None) -> str:
    ancestors = "*" if door and door.framed else "'none'"
    return (
        f"default-src 'self'; script-src 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self' data:; "
        f"worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )


def _storing(response: Response, door: Door | None) -> None:
    """Private answers are never stored, a citizen's page for a minute, an officer's view never shared."""
    if door and door.private:
        if response.headers.get("Cache-Control") != ASKED_EACH_TIME:
            response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    elif "Cache-Control" in response.headers or response.mimetype != "text/html":
        response.headers.setdefault("Cache-Control", "no-cache")
    elif response.status_code >= 400 or "Set-Cookie" in response.headers or asking.session_token():  # noqa: PLR2004
        response.headers["Cache-Control"] = "private, no-cache"
    else:
        response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Save-Data"))
        if not (door and door.framed):
            response.vary.add("Cookie")


def request_path() -> str:
    """The path and query as they were asked, for the way back after signing in."""
    return request.full_path.rstrip("?")
