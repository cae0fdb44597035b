"""The forms an answer takes: a page, a way on, a text."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request

from calendar_service import addresses as to
from calendar_service.words import mark

NOTICES: dict[str, str] = {"signed-out": mark("Cerraste tu sesión.")}
"""What is said once after a form, by the code that stands in `?said=`; rooms add theirs with `notices`."""


def notices(**said: str) -> None:
    """Add notices: `notices(event_posted=mark("Publicado."))` is shown after `?said=event-posted`.

    Every room speaks under codes of its own: of two that used the same one, one would say what the other did.
    """
    for name, text in said.items():
        code = name.replace("_", "-")
        if NOTICES.setdefault(code, text) != text:
            raise TypeError(f"{code}: another room says something else by this")


def page(template: str, *, status: int = 200, **context: Any) -> Response:  # noqa: ANN401 - whatever the page shows
    """A page, in the language of the request."""
    return make_response(render_template(template, **context), status)


def see_other(path: str, *, said: str = "") -> Response:
    """The way on after a form was done (303); `said` is the code of a notice shown there."""
    return make_response(redirect(to.with_query(*_parted(path), said=said), 303))


def moved(path: str) -> Response:
    """The lasting new address of what was asked (301), with the query it was asked with."""
    return make_response(redirect(to.with_query(path, request.query_string.decode("ascii", "replace")), 301))


def text(body: str, *, mimetype: str = "text/plain", status: int = 200, max_age: int | None = None) -> Response:
    """A plain text or another format, in UTF-8."""
    answer = Response(body, status=status, mimetype=mimetype)
    if max_age is not None:
        answer.headers["Cache-Control"] = f"public, max-age={max_age}"
    return answer


def notice() -> str:
    """The text of the notice that the address asks for; empty when there is none."""
    return NOTICES.get(request.args.get("said", ""), "")


def _parted(path: str) -> tuple[str, str]:
    base, _, query = path.partition("?")
    return base, query
