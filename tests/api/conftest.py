"""The API under test: the whole application over a real database, its clock standing still."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from calendar_service.app import create_app
from calendar_service.config.settings import SHIPPED_METROPOLIS, MailRate, Settings
from calendar_service.db.engine import Database
from calendar_service.domain.people import Officer, Role
from calendar_service.services.house import House
from calendar_service.services.people import tokens
from tests.builders import an_officer

BASE_URL = "https://agenda.example"
ROOT = "/api/v1"


class Program:
    """A program that asks the API, with a token or without; it speaks English and keeps no cookie."""

    def __init__(self, app: Flask, token: str = "") -> None:
        self.client: FlaskClient = app.test_client(use_cookies=False)
        self.token = token

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's own
        """Ask; `path` begins after /api/v1. Headers given win over our own."""
        headers = {"Accept-Language": "en", **more.pop("headers", {})}
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        answer = self.client.open(ROOT + path, method=method, base_url=BASE_URL, headers=headers, **more)
        answer.request.environ["wsgi.input"].close()  # a large form is a file, which the client leaves open
        return answer

    def get(self, path: str, **more: Any) -> TestResponse:  # noqa: ANN401
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:  # noqa: ANN401
        return self.ask("POST", path, json={} if body is None else body, **more)

    def patch(self, path: str, body: Any, *, version: object = None, **more: Any) -> TestResponse:  # noqa: ANN401
        return self.ask("PATCH", path, json=body, headers=_seen(version), **more)

    def put(self, path: str, body: Any, *, version: object = None, **more: Any) -> TestResponse:  # noqa: ANN401
        return self.ask("PUT", path, json=body, headers=_seen(version), **more)

    def delete(self, path: str, **more: Any) -> TestResponse:  # noqa: ANN401
        return self.ask("DELETE", path, **more)


def _seen(version: object) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def fields(answer: TestResponse) -> list[tuple[str, str]]:
    """The (field, code) of everything that an answer says is wrong."""
    assert answer.mimetype == "application/problem+json"
    return [(each["field"], each["code"]) for each in answer.get_json()["errors"]]


def settings_for(url: str, folder: Path, *, base_url: str = BASE_URL) -> Settings:
    """The settings of production."""
    return Settings(
        database_url=url, data_dir=folder, base_url=base_url, secrets=(b"s" * 32,), metropolis=SHIPPED_METROPOLIS,
        timezone=None, locale=None, mail=None, mail_from="agenda@agenda.example", mail_bounces="",
        mail_rate=MailRate(), trusted_proxies=0,
        metrics_allow=("127.0.0.0/8",),
    )  # fmt: skip


@pytest.fixture
def app(lima: Database, tmp_path: Path, now: datetime) -> Flask:
    """The application; what goes wrong inside fails the test."""
    settings = settings_for(lima.url, tmp_path)
    made = create_app(House(settings=settings, installation=lima.installation, database=lima, clock=lambda: now))
    made.config["PROPAGATE_EXCEPTIONS"] = True
    return made


@pytest.fixture
def anybody(app: Flask) -> Program:
    """A program without a token."""
    return Program(app)


@pytest.fixture
def barranco(app: Flask, lima: Database, now: datetime) -> Program:
    """The program of Barranco, the host of most events here."""
    return program_of(app, lima, "barranco", now=now)


@pytest.fixture
def surco(app: Flask, lima: Database, now: datetime) -> Program:
    """The program of a neighbour."""
    return program_of(app, lima, "santiago-de-surco", now=now)


def program_of(
    app: Flask, database: Database, district: str, *, now: datetime, role: Role = Role.OFFICER, read_only: bool = False
) -> Program:  # fmt: skip
    """A program with a token of an officer of a district."""
    with database.deed() as session:
        viewer = an_officer(session, district, now=now, role=role)
        officer = session.scalars(select(Officer).where(Officer.id == viewer.officer_id)).one()
        session.refresh(officer, ["memberships"])
        secret = tokens.make_token(session, officer, district=district, read_only=read_only, now=now)
    return Program(app, secret)


@pytest.fixture
def concert() -> dict[str, Any]:
    """A free concert on Saturday 5 December 2026, 7:30 to 9 p. m., as a program posts it."""
    return {
        "summary": "Retreta en el parque", "start": "2026-12-05T19:30", "end": "2026-12-05T21:00",
        "venue": {"name": "Parque Municipal", "address": "Av. Grau 100", "lat": -12.1497, "lon": -77.0223,
                  "kind": "parque"},
        "disciplines": ["bandas"], "free": True, "status": "confirmed",
    }  # fmt: skip
