"""Templates and routes compiled once per process: each test makes an application of its own, and would compile them
anew.
"""

from __future__ import annotations

from types import CodeType
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from calendar_service.entrance.doors import Route


class _Memory(BytecodeCache):
    """What was compiled from which source, by the template's name and file."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


_MEMORY = _Memory()


class _Environment(Environment):
    def __init__(self, app: Flask, **options: Any) -> None:  # noqa: ANN401 - Jinja's
        super().__init__(app, **options, bytecode_cache=_MEMORY)


_compile = Route.compile
_ROUTES: dict[tuple[object, ...], dict[str, Any]] = {}
"""What was made of which rule, by the names of its attributes: two thirds of what it takes to begin an application."""
_MADE = ("_converters", "_trace", "_parts", "_build", "_build_unknown")


def _compile_once(route: Route) -> None:
    key = (route.rule, route.subdomain, route.is_leaf, route.merge_slashes, route.websocket)
    if key not in _ROUTES:
        _compile(route)
        _ROUTES[key] = {name: vars(route)[name] for name in _MADE}
    vars(route).update(_ROUTES[key])
    route.arguments.update(route._converters)


def remember() -> None:
    """Let every application of this process share what is compiled."""
    Flask.jinja_environment = _Environment  # type: ignore[assignment]
    Route.compile = _compile_once  # type: ignore[assignment, method-assign]
