"""What the API can do: each route is declared once, with what it takes and gives (S12).

From the declaration come its door (token, method, size), the preflight of what is public, the OpenAPI document and
the page at `/api/`. Texts are Spanish and marked for translation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from flask import Response

from calendar_service.api import conditions, problems, tokens
from calendar_service.api.answers import preflight
from calendar_service.entrance import asking
from calendar_service.entrance.doors import FORM_BYTES, Policy, Room

PREFIX = "/api/v1"
ROOT = "/api/"

View = TypeVar("View", bound=Callable[..., Response])
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a query or path. `schema` is JSON Schema; `repeats`: it may stand several times."""

    name: str
    says: str
    schema: Schema = field(default_factory=lambda: {"type": "string"})
    repeats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """What an operation takes and gives, in the names of `schemas`.

    `takes` is the schema of its body (`body_needed` unless it may be left out), `takes_files` the media types of a file
    that it takes instead, `largest` the most bytes of either; `gives` is the schema of its answer, empty
    when there is nothing to say; `refuses` the statuses of its refusals beside those that every operation has.
    `version` is `required` where If-Match must say which version was seen, `heeded` where it may.
    `officers`: also reading it needs a token.
    """

    summary: str
    query: tuple[Parameter, ...] = ()
    takes: str = ""
    takes_files: tuple[str, ...] = ()
    body_needed: bool = True
    largest: int = FORM_BYTES
    gives: str = ""
    status: int = 200
    refuses: tuple[int, ...] = ()
    version: str = ""
    officers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A declared route: its path as OpenAPI writes it, `/events/{uid}`."""

    name: str
    method: str
    path: str
    says: Says

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"

    @property
    def needs_token(self) -> bool:
        """Whether nobody may ask it without a token."""
        return self.writes or self.says.officers


class ApiRoom:
    """The operations of one subject, and their doors."""

    def __init__(self, name: str) -> None:
        self.room = Room(f"api-{name}", prefix=ROOT, refuse=problems.refuse, recognise=tokens.recognise)
        self.operations: list[Operation] = []

    def get(self, path: str, says: Says) -> Callable[[View], View]:
        """What is public is read without a token, from any site."""

        def hang(view: View) -> View:
            self._declare(view.__name__, "GET", path, says)
            if says.officers:
                self.room.get(_rule(path), policy=Policy.OFFICER)(view)
                return view
            self.room.get(_rule(path), policy=Policy.PUBLIC)(_recognised(view))
            self.room.route(_rule(path), methods=("OPTIONS",), policy=Policy.PUBLIC)(_preflight_of(view))
            return view

        return hang

    def change(self, method: str, path: str, says: Says) -> Callable[[View], View]:
        """What changes something needs a token that may write."""

        def hang(view: View) -> View:
            self._declare(view.__name__, method, path, says)
            door = self.room.route(_rule(path), methods=(method,), policy=Policy.OFFICER, body=says.largest)
            door(_guarded(view, says))
            return view

        return hang

    def _declare(self, name: str, method: str, path: str, says: Says) -> None:
        self.operations.append(Operation(name=name, method=method, path=path, says=says))


def _rule(path: str) -> str:
    return PREFIX + re.sub(r"{(\w+)}", r"<\1>", path)


def _recognised(view: View) -> View:
    @wraps(view)
    def recognised(**values: str) -> Response:
        asking.viewer()  # whoever sends a token that does not work is told so, also where none is needed
        return view(**values)

    return recognised  # type: ignore[return-value] # the same view, with something before it


def _guarded(view: View, says: Says) -> View:
    @wraps(view)
    def guarded(**values: str) -> Response:
        tokens.may_write()
        if says.version == "required":
            conditions.require()
        return view(**values)

    return guarded  # type: ignore[return-value] # the same view, with something before it


def _preflight_of(view: View) -> Callable[..., Response]:
    def answer(**_: str) -> Response:
        return preflight()

    answer.__name__ = f"{view.__name__}_preflight"
    return answer
