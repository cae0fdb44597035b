"""The web under test: the whole application over a real database, its clock standing still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from calendar_service.app import create_app
from calendar_service.config.settings import SHIPPED_METROPOLIS, MailRate, Settings
from calendar_service.db.engine import Database
from calendar_service.services.house import House
from calendar_service.words import Words
from tests.web.season import Season

BASE_URL = "https://agenda.example"


class Browser(FlaskClient):
    """A client that comes to the base URL's host and speaks Spanish unless told otherwise."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's own
        kwargs.setdefault("base_url", BASE_URL)
        kwargs.setdefault("buffered", True)  # whatever it is made of is closed
        answer = super().open(*args, **kwargs)
        answer.request.environ["wsgi.input"].close()  # a large form is a file, which werkzeug leaves open
        return answer


def settings_for(database: Database, folder: Path, **changed: Any) -> Settings:  # noqa: ANN401 - its fields
    """The settings of production, changed where a test says so."""
    given: dict[str, Any] = {
        "database_url": database.url, "data_dir": folder, "base_url": BASE_URL, "secrets": (b"s" * 32,),
        "metropolis": SHIPPED_METROPOLIS, "timezone": None, "locale": None, "mail": None,
        "mail_from": "agenda@agenda.example", "mail_bounces": "", "mail_rate": MailRate(), "trusted_proxies": 0,
        "metrics_allow": ("127.0.0.0/8",),
    }  # fmt: skip
    return Settings(**(given | changed))


@pytest.fixture(autouse=True)
def strict_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error without a sentence is a failure here."""
    monkeypatch.setattr(Words, "strict", True)


@pytest.fixture
def house(lima: Database, tmp_path: Path, now: datetime) -> House:
    """A house over a loaded database, on SQLite and on PostgreSQL; its clock stands at `now`."""
    settings = settings_for(lima, tmp_path)
    return House(settings=settings, installation=lima.installation, database=lima, clock=lambda: now)


@pytest.fixture
def app(house: House) -> Flask:
    """The application; what goes wrong inside fails the test."""
    made = create_app(house)
    made.test_client_class = Browser
    made.config["PROPAGATE_EXCEPTIONS"] = True
    return made


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A browser that keeps its cookies."""
    with app.test_client() as browser:
        yield browser


@pytest.fixture
def season(house: House, now: datetime) -> Season:
    """What is on: empty until a test posts."""
    return Season(house, now)
