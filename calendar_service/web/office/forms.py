"""A form that could not be taken is shown again: what was typed is kept, and each problem stands at its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict

from calendar_service.domain.errors import DomainError, Invalid
from calendar_service.entrance import asking, errors
from calendar_service.entrance.answers import page
from calendar_service.text import number_in

Form = MultiDict[str, str]
"""What was typed, by the names of fields, of which some stand several times."""
Data = dict[str, Any]
"""What it means, by the names of what is entered."""

EMPTY: dict[str, Any] = {"told": "", "problems": [], "typed": {}}
"""What a form's template is given when nothing was typed yet."""


def again(template: str, wrong: DomainError, **context: Any) -> Response:  # noqa: ANN401 - whatever the page shows
    """The form with what was typed (as `typed`), and what is wrong with it."""
    return page_after(template, wrong, **{"typed": request.form} | context)


def page_after(template: str, wrong: DomainError | None, **context: Any) -> Response:  # noqa: ANN401 - as above
    """A page with what is wrong with what was sent to it, if anything: the problems of its fields, and a sentence
    (`told`) for the rest.
    """
    if wrong is None:
        return page(template, **{"told": "", "problems": []} | context)
    refusal = errors.refusal_of(wrong)
    told = "" if isinstance(wrong, Invalid) else asking.words().sentence(refusal.code, **refusal.values)
    answer = page(template, status=refusal.status, **{"told": told, "problems": list(refusal.problems)} | context)
    answer.headers.update(refusal.headers)
    return answer


def typed(name: str) -> str:
    """What stands in a field of the form that was sent; empty when it is not there."""
    return request.form.get(name, "")


def seen(form: Mapping[str, str]) -> int:
    """The version that the editor saw; one that never was when the form does not say it."""
    return number_in(form.get("seen", "")) or 0


def revision_seen(form: Mapping[str, str]) -> int:
    """The number of the latest revision when the editor was shown the form; 0 when it does not say it."""
    return number_in(form.get("revision", "")) or 0
