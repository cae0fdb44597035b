"""The few cookies there are: an officer's session, a form's seed, and the language somebody chose (S25)."""

from __future__ import annotations

from datetime import timedelta

from flask import Response

from calendar_service.config.settings import Settings

LANGUAGE = "lang"
LANGUAGE_KEPT = timedelta(days=365)


def name_of(name: str, settings: Settings) -> str:
    """The name under which a cookie with authority travels: `__Host-…` with an https base URL."""
    return f"__Host-{name}" if settings.is_https else name


def keep(response: Response, name: str, value: str, *, settings: Settings, lasting: timedelta | None) -> None:
    """Set a cookie with authority; without `lasting` it ends with the browser."""
    response.set_cookie(
        name_of(name, settings), value, max_age=lasting, path="/", secure=settings.is_https, httponly=True,
        samesite="Lax",
    )  # fmt: skip


def forget(response: Response, name: str, *, settings: Settings) -> None:
    """Take a cookie away."""
    response.delete_cookie(name_of(name, settings), path="/", secure=settings.is_https, httponly=True, samesite="Lax")


def keep_language(response: Response, language: str, *, settings: Settings) -> None:
    """Remember the language that somebody chose."""
    response.set_cookie(
        LANGUAGE, language, max_age=LANGUAGE_KEPT, path="/", secure=settings.is_https, httponly=True,
        samesite="Lax",
    )  # fmt: skip
