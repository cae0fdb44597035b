"""The doors of the house: every route declares who may come in, and what it takes and gives (S12).

A room is one file of pages; `app.create_app` opens the rooms listed in `web.rooms`. What a door declares is
enforced in `web.guarding` before the view runs, and by `web.security` on the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import wraps
from typing import Any, TypeAlias, TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map, Rule

from calendar_service.domain.access import Viewer
from calendar_service.entrance.refusals import Refusal
from calendar_service.services.again import again
from calendar_service.services.house import House

View: TypeAlias = Callable[..., ResponseReturnValue]
V = TypeVar("V", bound=View)

FORM_BYTES = 500_000
"""The largest body a door takes unless it says otherwise (S30)."""


class Policy(Enum):
    """Who may come in.

    `MANAGER` is who manages any district, and the facilitator; `TOKEN` means that the secret in the path is
    the authority; `OPERATOR` is an address listed in CALENDAR_METRICS_ALLOW.
    """

    PUBLIC = "public"
    OFFICER = "officer"
    MANAGER = "manager"
    FACILITATOR = "facilitator"
    TOKEN = "token"  # noqa: S105 - the name of a policy
    OPERATOR = "operator"


class Number(IntegerConverter):
    """A number in an address, as large as one of a row may be: a larger one names nothing, in neither database."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int = 2**31 - 1) -> None:  # noqa: A002 - Werkzeug's
        super().__init__(map, fixed_digits=fixed_digits, min=min, max=max)


class Route(Rule):
    """A rule that only reads addresses: `addresses` writes them, so what would build one is not made until asked for.

    Werkzeug compiles a function for it twice per rule, which took most of the time in which an application opens.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - Werkzeug's
        make = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:  # noqa: ANN401 - of any converter
            return make(append_unknown)(rule, **values)

        return build


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One route. `csrf=False` needs `because`: the reason why a form from elsewhere may be taken (S19).

    `step_up`: the password is asked for again before the form is taken (S10).
    `twice`: what is asked once more before something is taken away that nothing brings back (R25).
    `framed`: other sites may frame it, and no cookie is set or read (S23). `private`: never stored, no
    referrer, not indexed (S27); every door but a public one is private. `body` is the largest body in bytes.
    `resumes`: its form is shown again as it was when the button says `resume`, and nothing is done.
    `repeats`: what it answers to a stranger follows from address, language and the state of the public agenda, and is
    given again (`entrance.repeating`).
    """

    rule: str
    methods: tuple[str, ...]
    endpoint: str
    view: View
    policy: Policy
    room: Room
    csrf: bool = True
    because: str = ""
    framed: bool = False
    step_up: bool = False
    twice: str = ""
    private: bool = False
    body: int = FORM_BYTES
    resumes: bool = False
    repeats: bool = False


@dataclass(slots=True)
class Room:
    """The routes of one subject.

    `prefix` and `refuse` are for rooms that answer errors in a form of their own (the API, feeds): every
    refusal under the prefix goes to `refuse`. `recognise` tells who asks, if not by the session's cookie.
    """

    name: str
    prefix: str = ""
    refuse: Callable[[Refusal], ResponseReturnValue] | None = None
    recognise: Callable[[], Viewer] | None = None
    doors: list[Door] = field(default_factory=list)

    def get(self, rule: str, *, policy: Policy, **options: Any) -> Callable[[V], V]:  # noqa: ANN401 - Door's fields
        """A page that changes nothing; HEAD comes with it."""
        return self.route(rule, methods=("GET",), policy=policy, **options)

    def post(self, rule: str, *, policy: Policy, **options: Any) -> Callable[[V], V]:  # noqa: ANN401 - Door's fields
        """A form that does something: its token and origin are checked before the view runs."""
        return self.route(rule, methods=("POST",), policy=policy, **options)

    def route(
        self, rule: str, *, methods: tuple[str, ...], policy: Policy, **options: Any  # noqa: ANN401 - Door's fields
    ) -> Callable[[V], V]:  # fmt: skip
        """Any other methods. `options` are fields of `Door`."""

        def hang(view: V) -> V:
            endpoint = f"{self.name}.{view.__name__}"
            options["private"] = options.get("private", False) or policy is not Policy.PUBLIC
            door = Door(rule=rule, methods=methods, endpoint=endpoint, view=view, policy=policy, room=self, **options)
            if not door.csrf and not door.because:
                raise TypeError(f"{endpoint}: a door without csrf says because of what")
            self.doors.append(door)
            return view

        return hang

    def open(self, app: Flask) -> None:
        """Hang every door of the room into the application. OPTIONS is not answered unless a door says so."""
        for door in self.doors:
            app.add_url_rule(
                door.rule, endpoint=door.endpoint, view_func=_persistent(door.view), methods=door.methods,
                provide_automatic_options=False,
            )  # fmt: skip
            app.extensions["doors"][door.endpoint] = door


def _persistent(view: View) -> View:
    """A view that is asked again when the database broke its deed off (R7), or when it met a row that is damaged and
    that is set aside now: the request is still all there. Of a form nothing may stand yet: it is not done twice.
    """

    @wraps(view)
    def persistent(**names: Any) -> ResponseReturnValue:  # noqa: ANN401 - what stands in the path
        house: House = current_app.extensions["house"]
        aside = house.database.aside
        before = aside.deeds

        def ask() -> ResponseReturnValue:
            for file in request.files.values():
                file.seek(0)
            return view(**names)

        def mends(wrong: Exception) -> bool:
            if isinstance(wrong, HTTPException) or not aside.look():
                return False
            return request.method in ("GET", "HEAD") or aside.deeds == before

        return again(ask, mends=mends)

    return persistent
