"""Officers in front of their browsers: signed in, reading pages, sending the forms that they find there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event
from calendar_service.domain.people import Membership, Officer
from calendar_service.services.house import House
from calendar_service.services.people import signing_in
from tests.builders import a_district
from tests.web.conftest import BASE_URL
from tests.web.pages import Element, read

Fields = dict[str, str | list[str]]


class Desk:
    """One officer and her browser."""

    def __init__(
        self, app: Flask, house: House, now: datetime, *districts: str, facilitator: bool = False,
        role: str = "officer",
    ) -> None:  # fmt: skip
        self.house, self.now, self.home = house, now, districts[0] if districts else ""
        with house.deed() as session:
            name = districts[0] if districts else "red"
            officer = Officer(
                address=f"{role}@{name}.example", name=name.capitalize(), password_hash="-", created=now,
                facilitator=facilitator,
            )  # fmt: skip
            officer.memberships = []
            for each in districts:
                home = a_district(session, each)
                officer.memberships.append(Membership(district_id=home.id, role=role, since=now))
            session.add(officer)
            session.flush()
            secret = signing_in.start(session, officer, now=now)
            self.viewer: Viewer = signing_in.viewer_of(officer)
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie("__Host-session", secret, domain="agenda.example", secure=True)

    def open(self, path: str, *, status: int = 200) -> Element:
        """Open a page and read it."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text[-3000:]
        return read(answer.text)

    def send(self, path: str, on: str = "", /, **typed: str | list[str]) -> TestResponse:
        """Fill in and send the form with the action `path` on the page `on` (else at that address)."""
        form = form_in(self.open(on or path), path)
        return self.post(path, {**form, **typed})

    def press(self, path: str, on: str = "", /, **typed: str | list[str]) -> TestResponse:
        """Send a form that must be taken."""
        answer = self.send(path, on, **typed)
        assert answer.status_code == 303, answer.text[answer.text.find("<h1") :][:3000]
        return answer

    def post(self, path: str, fields: Fields) -> TestResponse:
        """Send these fields as a browser does."""
        data: MultiDict[str, str] = MultiDict()
        for name, value in fields.items():
            data.setlist(name, value if isinstance(value, list) else [value])
        return self.client.post(path, data=data, headers={"Origin": BASE_URL})

    def event(self, slug: str) -> Event:
        """An event as now stored."""
        with self.house.reading() as session:
            return event_by_slug(session, slug)

    @contextmanager
    def changing(self, slug: str) -> Iterator[tuple[Session, Event]]:
        """A deed past the pages, on an event as now stored."""
        with self.house.deed() as session:
            yield session, event_by_slug(session, slug)


def form_in(page: Element, action: str) -> Fields:
    """What a browser would send of the form with an action, no button pressed."""
    forms = [each for each in page.all("form") if each.attrs.get("action") == action]
    assert forms, f"there is no form to {action}"
    fields: Fields = {}
    for name, value in _values(forms[0]):
        held = fields.setdefault(name, [])
        assert isinstance(held, list)
        held.append(value)
    return fields


def _values(form: Element) -> list[tuple[str, str]]:
    found = []
    for each in form.all():
        name = each.attrs.get("name", "")
        if not name or each.tag == "button":
            continue
        if each.tag == "select":
            options = each.all("option")
            chosen = [one for one in options if "selected" in one.attrs] or options[:1]
            found.append((name, chosen[0].attrs["value"]))
        elif each.tag == "textarea":
            found.append((name, "".join(str(child) for child in each.children).removeprefix("\n")))
        elif each.attrs.get("type") not in ("checkbox", "radio") or "checked" in each.attrs:
            found.append((name, each.attrs.get("value", "on")))
    return found


def value_of(page: Element, name: str) -> str | list[str]:
    """What stands in a field of the page's longest form; a list where the name stands several times."""
    forms = sorted(page.all("form"), key=lambda each: len(each.all()))
    held = [value for key, value in _values(forms[-1]) if key == name]
    return held[0] if len(held) == 1 else held


def problem_at(page: Element, name: str) -> str:
    """The sentence that stands next to a field, and that a screen reader says with it."""
    sentence = next(each for each in page.all("p", cls="error") if each.attrs["id"] == f"{name}-error")
    described = [each for each in page.all() if f"{name}-error" in each.attrs.get("aria-describedby", "").split()]
    assert [each.attrs["aria-invalid"] for each in described] == ["true"]
    return sentence.text


def count_of(house: House, table: Any) -> int:  # noqa: ANN401 - a mapped class
    """How many rows there are."""
    with house.reading() as session:
        return len(session.scalars(select(table)).all())
