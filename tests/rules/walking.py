"""Every address that anybody may read: the URL map, each blank filled with all that could stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import BuildError, Rule
from werkzeug.test import TestResponse

from calendar_service.entrance.doors import Door, Policy

CHANGING = re.compile(r'nonce(?:=|-)"?[\w+/=-]+|name="csrf_token" value="[^"]+"|\b[0-9a-f]{16}\b')
"""What is another at every answer: nonces, forms' tokens, numbers of incidents."""

ANYWHERE: Mapping[str, Sequence[Any]] = {
    "uid": ["none@calendario.limacultura.pe"], "year": [2026], "number": [12, 49], "volume": [1], "digest": ["0" * 64],
    "name": ["site.css", "districts"], "kind": ["csv", "json"], "format_": ["ics", "atom", "json", "csv"],
}  # fmt: skip
"""What may stand in an address, whatever is on."""


def public_rules(app: Flask) -> list[Rule]:
    """The routes that anybody may read."""
    doors: Mapping[str, Door] = app.extensions["doors"]
    public = (rule for rule in app.url_map.iter_rules() if doors[rule.endpoint].policy is Policy.PUBLIC)
    return sorted((rule for rule in public if "GET" in (rule.methods or ())), key=lambda each: each.rule)


def addresses(app: Flask, blanks: Mapping[str, Sequence[Any]]) -> Iterator[tuple[Rule, str]]:
    """Every public route with each of its addresses. A blank that is not listed fails: list what may stand there."""
    for rule in public_rules(app):
        names = sorted(rule.arguments)
        unknown = [name for name in names if not blanks.get(name)]
        assert unknown == [], f"{rule.rule}: what may stand for {unknown}?"
        filled = (dict(zip(names, values, strict=True)) for values in product(*(blanks[name] for name in names)))
        built = [path for path in map(partial(_built, app, rule), filled) if path]
        assert built, f"{rule.rule}: nothing that is listed may stand there"
        for path in built:
            yield rule, path


def _built(app: Flask, rule: Rule, values: dict[str, Any]) -> str | None:
    """The address of a route, if it takes these values."""
    try:
        return app.url_map.bind("agenda.example").build(rule.endpoint, values, method="GET")
    except BuildError:
        return None


def read(client: FlaskClient, path: str) -> TestResponse:
    """An answer to somebody who signed in nowhere; what breaks inside fails the test."""
    return client.get(path, headers={"Accept-Language": "es"})


def text_of(answer: TestResponse) -> str:
    """What an answer says; of a picture, bytes that only compare."""
    return answer.get_data().decode(errors="replace")


def lasting(answer: TestResponse) -> str:
    """What an answer says, without what is another at every answer."""
    return f"{answer.status_code} {CHANGING.sub('', text_of(answer))}"
