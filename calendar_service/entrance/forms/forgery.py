"""Against forged forms (S19): a token in the form bound to a cookie, and the place the form came from.

The token is a keyed hash over a fresh nonce and a seed: the officer's session, or for strangers a random
cookie that is set only where a form is shown. Fresh for each page, so that compression tells nothing of it.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Request, Response, g, request

from calendar_service.config.settings import Settings
from calendar_service.entrance import asking, cookies, security

SEED = "form"
SEED_KEPT = timedelta(hours=12)
FIELD = "csrf_token"


def form_token() -> str:
    """The token for a form of this page; the cookie it is bound to is set with the answer."""
    g.has_form = True
    nonce = secrets.token_urlsafe(9)
    return f"{nonce}.{_sign(nonce, _seed(), asking.house().installation.secret)}"


def has_form() -> bool:
    """Whether this answer holds a token, and so is one browser's alone."""
    return "has_form" in g


def is_ours(asked: Request) -> bool:
    """Whether a form was made by us, for this browser, and sent from one of our pages."""
    nonce, _, signature = asked.form.get(FIELD, "").partition(".")
    seed = asking.session_token() or _seed_cookie()
    keys = asking.house().installation.secrets
    signed = bool(seed) and any(
        hmac.compare_digest(signature.encode(), _sign(nonce, seed, each).encode()) for each in keys
    )
    return signed and came_from_us(asked, asking.house().settings)


def came_from_us(asked: Request, settings: Settings) -> bool:
    """Whether the browser says that one of our pages sent this; a browser that says nothing is believed.

    Pages with no-referrer send `Origin: null`: then the browser's Sec-Fetch-Site decides.
    """
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = asked.headers.get("Origin")
    if origin in (None, "null"):
        return True
    parts = urlsplit(origin or "")
    return security.is_trusted_host(parts.netloc, settings)


def surely_came_from_us(asked: Request) -> bool:
    """Whether the browser says so itself; one that says nothing is not believed here."""
    origin = asked.headers.get("Origin")
    says = asked.headers.get("Sec-Fetch-Site") == "same-origin" or origin not in (None, "null")
    return says and came_from_us(asked, asking.house().settings)


def keep_seed(response: Response) -> None:
    """Set the cookie of a form that was shown to a stranger."""
    if fresh := g.get("form_seed"):
        cookies.keep(response, SEED, fresh, settings=asking.house().settings, lasting=SEED_KEPT)


def _seed() -> str:
    known = asking.session_token() or _seed_cookie()
    if known:
        return known
    if "form_seed" not in g:
        g.form_seed = secrets.token_urlsafe(16)
    return str(g.form_seed)


def _seed_cookie() -> str:
    return request.cookies.get(cookies.name_of(SEED, asking.house().settings), "")


def _sign(nonce: str, seed: str, key: bytes) -> str:
    return hmac.new(key, f"form\n{nonce}\n{seed}".encode(), sha256).hexdigest()[:40]
