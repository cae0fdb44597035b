"""Somebody at the desk: opens pages and sends their forms as a browser does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from calendar_service.domain.access import Viewer
from calendar_service.services.house import House
from calendar_service.services.people import signing_in
from tests.builders import PASSWORD, an_account

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ROSA = "rosa@barranco.example"


def send(
    client: FlaskClient, path: str, *, form: str | None = None, headers: Mapping[str, str] | None = None, **fields: str
) -> TestResponse:
    """Open the page that holds the form (`form`, else the path itself), and send it with its token."""
    found = TOKEN.search(client.get(form or path).text)
    assert found, f"there is no form at {form or path}"
    return client.post(path, data={"csrf_token": found[1], **fields}, headers=headers)


def sign_in(client: FlaskClient, address: str = ROSA, password: str = PASSWORD, **more: str) -> TestResponse:
    return send(client, "/office/login", address=address, password=password, **more)  # type: ignore[arg-type]


def an_officer_of(
    house: House, now: datetime, address: str = ROSA, *, facilitator: bool = False, **roles: str
) -> Viewer:
    """An account with roles in districts (of Barranco, when none is given)."""
    held = roles or ({} if facilitator else {"barranco": "officer"})
    with house.deed() as session:
        return signing_in.viewer_of(an_account(session, address, now=now, districts=held, facilitator=facilitator))


def is_in(client: FlaskClient) -> bool:
    """Whether the browser is signed in."""
    return client.get("/office/").status_code == 200


def path_of(answer: TestResponse) -> str:
    """Where an answer leads, without its notice."""
    assert answer.status_code == 303, answer.text
    return re.sub(r"[?&]said=[\w-]+", "", answer.headers["Location"])
