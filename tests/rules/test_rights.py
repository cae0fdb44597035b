"""S13: the matrix of docs/rights.md holds, for each role and each deed, through the page and through the API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from calendar_service.api.rooms import API_ROOMS
from calendar_service.db.engine import Session
from calendar_service.db.queries.people import officers
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Host, Status
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.people import Membership, Officer
from calendar_service.entrance.doors import Policy
from calendar_service.services.house import House
from calendar_service.services.network import sharing
from calendar_service.services.people import signing_in, tokens
from calendar_service.services.status import binning, taking_down
from calendar_service.web.rooms import ROOMS
from tests.builders import a_district, an_event, an_officer
from tests.rules.making import FILE, MADE, Making
from tests.web.conftest import BASE_URL
from tests.web.desk import TOKEN

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "rights.md"
ROLES = ("nobody", "stranger", "asked", "cohost", "host", "manager", "facilitator")
HOMES = {"stranger": "comas", "asked": "miraflores", "cohost": "chorrillos", "host": "barranco", "manager": "barranco"}
DONE = range(200, 400)
OWN_PAGE = "/office/account"
LEFT = "said=municipality-left"
"""Whoever leaves her last district is shown the door, done as it is."""
ASKS_WHO = (Policy.OFFICER, Policy.MANAGER, Policy.FACILITATOR)


@dataclass(frozen=True, slots=True)
class Row:
    """One deed: how it is asked on the page and of the API, and what becomes of it for each role."""

    thing: str
    deed: str
    page: str
    api: str
    cells: dict[str, str]


def rows() -> Iterator[Row]:
    """The table of the document."""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        parts = [each.strip() for each in line.strip("|").split(" | ")]
        if len(parts) == 4 + len(ROLES) and parts[0] not in ("thing", "---"):
            thing, deed, page, api, *cells = parts
            yield Row(thing, deed, page.strip("`"), api.strip("` "), dict(zip(ROLES, cells, strict=True)))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role: her browser, and a token for a program of hers."""

    client: FlaskClient
    form: str
    token: str


class World:
    """A district that hosts, with everybody around it; for each try a fresh event."""

    def __init__(self, app: Flask, house: House, now: datetime) -> None:
        self.app, self.house, self.now, self.numbers = app, house, now, count()
        self.ids: dict[str, int] = {}
        with house.deed() as session:
            self.poster = an_officer(session, "barranco", now=now)
            self.receiver = an_officer(session, "comas", now=now)
            self.network = Viewer(facilitator=True)
            secrets = {role: self._admit(session, role) for role in ROLES if role != "nobody"}
        nobody = Person(app.test_client(), "", "")
        self.people = {"nobody": nobody} | {role: self._person(*given) for role, given in secrets.items()}

    def _admit(self, session: Session, role: str) -> tuple[str, str]:
        officer = self._officer(session, role)
        self.ids[role] = officer.id
        return self._keys(session, officer, role)

    def _keys(self, session: Session, officer: Officer, role: str) -> tuple[str, str]:
        """A session's secret, her password just typed again (S10), and an API token (none for the facilitator)."""
        token = ""
        if role in HOMES:
            token = tokens.make_token(session, officer, district=HOMES[role], now=self.now)
        secret = signing_in.start(session, officer, now=self.now)
        session.flush()
        for each in signing_in.sign_ins_of(session, officer.id, now=self.now):
            each.proved = self.now
        return secret, token

    def _officer(self, session: Session, name: str) -> Officer:
        officer = Officer(
            address=f"{name}@example.pe", name=name, password_hash="-", created=self.now,
            facilitator=name == "facilitator",
        )  # fmt: skip
        officer.memberships = []
        if name != "facilitator":
            officer.memberships.append(self._membership(session, name))
        session.add(officer)
        session.flush()
        return officer

    def _membership(self, session: Session, name: str) -> Membership:
        home = a_district(session, HOMES.get(name, "barranco"))
        return Membership(district_id=home.id, role="manager" if name == "manager" else "officer", since=self.now)

    def _person(self, secret: str, token: str) -> Person:
        client = self.app.test_client()
        client.set_cookie("__Host-session", secret, domain="agenda.example", secure=True)
        found = TOKEN.search(client.get(OWN_PAGE).text)
        assert found
        return Person(client, found[1], token)

    def bring_back(self, role: str) -> None:
        """Who has left her district is in it again, with a session and a token as before."""
        with self.house.deed() as session:
            officer = officers.officer_by_id(session, self.ids[role])
            officer.memberships.append(self._membership(session, role))
            given = self._keys(session, officer, role)
        self.people[role] = self._person(*given)

    def read_only(self) -> str:
        """The token of a program that may only read, of an officer of the district that hosts."""
        with self.house.deed() as session:
            officer = officers.officer_by_id(session, self.poster.officer_id or 0)
            return tokens.make_token(session, officer, district="barranco", read_only=True, now=self.now)

    def names(self, thing: str) -> dict[str, str]:
        """What the blanks of an address stand for, once the thing is there."""
        number = next(self.numbers)
        with self.house.deed() as session:
            person = self._officer(session, f"person{number}")
            event = self._event(session, thing, number)
            names = {"event": event.slug, "uid": event.uid, "version": str(event.version), "person": str(person.id)}
            names |= {"home": str(event.host_id), "address": f"nueva{number}@example.pe"}
            made = MADE.get(thing)
            return names | (made(Making(session, self.now, number, person, self.poster)) if made else {})

    def _event(self, session: Session, thing: str, number: int) -> Event:
        status = {"draft": Status.DRAFT, "binned": Status.DRAFT, "hold": Status.TENTATIVE}.get(thing, Status.CONFIRMED)
        event = an_event(session, by=self.poster, now=self.now, summary=f"Cosa {number}", status=status)
        for district, state in (("miraflores", Consent.INVITED), ("chorrillos", Consent.ACCEPTED)):
            host = Host(district_id=a_district(session, district).id, state=state, asked=self.now)
            host.district = a_district(session, district)
            event.hosts.append(host)
        session.flush()
        if thing in ("shared", "shown"):
            sharing.propose(session, event, ["comas"], by=self.poster, now=self.now)
        if thing == "shown":
            sharing.answer(session, event, "comas", accept=True, by=self.receiver, now=self.now)
        if thing == "binned":
            binning.discard(session, event, by=self.poster, now=self.now)
        if thing == "taken down":
            taking_down.take_down(session, event, reason="Engaña", by=self.network, now=self.now)
        return event

    def on_page(self, asked: str, role: str) -> TestResponse:
        method, path, *fields = asked.split(" ")
        person = self.people[role]
        if method == "GET":
            return person.client.get(path)
        form: dict[str, Any] = dict(each.split("=", 1) for each in fields)
        form |= {name: (BytesIO(FILE), "agenda.csv") for name, value in form.items() if value == "@"}
        form["csrf_token"] = person.form or self._strangers_form()
        return person.client.post(path, data=form, headers={"Origin": BASE_URL})

    def _strangers_form(self) -> str:
        found = TOKEN.search(self.people["nobody"].client.get("/office/login").text)
        assert found
        return found[1]

    def by_program(self, asked: str, token: str, version: str) -> TestResponse:
        method, path, *body = asked.split(" ", 2)
        headers = ({} if method == "GET" else {"If-Match": f'"{version}"'}) | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )
        more: dict[str, Any] = {} if method in ("GET", "DELETE") else _body(*body)
        client = self.app.test_client(use_cookies=False)
        return client.open(f"/api/v1{path}", method=method, headers=headers, base_url=BASE_URL, **more)


def _body(text: str = "{}") -> dict[str, Any]:
    return {"data": FILE, "content_type": "text/csv"} if text == "@" else {"json": json.loads(text)}


def outcome(answer: TestResponse) -> str:
    """What became of it, in the words of the table."""
    led = answer.headers.get("Location", "")
    if ("/office/login" in led and LEFT not in led) or "Tu sesión había terminado" in answer.text:
        return "sign in"
    if answer.status_code in DONE:
        return "yes"
    return {401: "sign in", 403: "no", 404: "hidden", 410: "gone"}.get(answer.status_code, str(answer.status_code))


def test_the_document_says_every_role_of_every_deed() -> None:
    found = list(rows())
    assert len(found) >= 48
    words = {cell for row in found for cell in row.cells.values()}
    assert words == {"yes", "no", "hidden", "sign in", "gone"}


OF_HER_OWN = (
    "seen", "account", "account/password", "account/mails", "account/address", "account/sessions/end-others",
    "account/second-factor", "account/second-factor/begin", "account/second-factor/codes",
    "account/second-factor/end", "tokens", "feeds", "organisations/new",
)  # fmt: skip
"""Forms of the desk with which an officer does something to her own account, or enters an organisation."""
TRIED_OUT = ("events/new/preview", "events/new/when", "clashes", "import/done")
"""What only looks, or takes in what the row before it looked at."""
OF_THE_TOKEN = ("GET /shares", "GET /agreements", "POST /agreements", "GET /outcomes")
"""What a program asks or agrees for the one district of its token."""
DATE = "/events/{uid}/occurrences/{recurrence_id}"
SAME_AS = {
    "PUT /events/{uid}": "PATCH /events/{uid}", "PUT /events/{uid}/image": "PATCH /events/{uid}",
    f"DELETE {DATE}": f"PUT {DATE}",
}  # fmt: skip
"""Deeds of one service, by its one check."""


def stands(rule: str, asked: Iterable[str], *methods: str) -> bool:
    """Whether an address of the table, asked by one of the methods, is of a route."""
    pattern = re.sub(r"[<{][^>}]+[>}]", "[^/]+", rule)
    return any(
        re.fullmatch(pattern, path.partition("?")[0])
        for method, path, *_ in (each.split(" ") for each in asked if each) if method in methods
    )  # fmt: skip


def test_every_form_of_the_desk_stands_in_the_table() -> None:
    """What is read under the same address is tried there: whoever may not open the form may not send it."""
    asked = [each.page for each in rows()]
    doors = [door for room in ROOMS for door in room.doors if door.policy in ASKS_WHO and "POST" in door.methods]
    listed = {f"/office/{each}" for each in (*OF_HER_OWN, *TRIED_OUT)}
    assert [
        each.rule for each in doors if each.rule not in listed and not stands(each.rule, asked, "POST", "GET")
    ] == []
    assert listed <= {each.rule for each in doors}


def test_every_deed_of_the_api_stands_in_the_table() -> None:
    asked = [each.api for each in rows()]
    operations = [each for room in API_ROOMS for each in room.operations if each.needs_token]
    names = {f"{each.method} {each.path}" for each in operations}
    assert {*OF_THE_TOKEN, *SAME_AS, *SAME_AS.values()} <= names
    missing = {f"{each.method} {each.path}" for each in operations if not stands(each.path, asked, each.method)}
    assert missing - {*OF_THE_TOKEN, *SAME_AS} == set()


@pytest.mark.one_database
def test_each_role_may_do_what_the_table_says_and_nothing_else_s13(app: Flask, house: House, now: datetime) -> None:
    world = World(app, house, now)
    wrong = [
        f"{row.thing}, {row.deed}, {channel}, {each}"
        for row in rows()
        for channel, asked in (("page", row.page), ("API", row.api))
        if asked
        for each in tried(world, row, channel, asked)
    ]
    assert wrong == []


def tried(world: World, row: Row, channel: str, asked: str) -> Iterator[str]:
    """Each role whose deed does not end as the table says. What was done is done to a fresh thing the next time."""
    names: dict[str, str] = {}
    for role, told in row.cells.items():
        if channel == "API" and role == "facilitator":
            continue
        names = names or world.names(row.thing)
        filled = filled_in(asked, names)
        if channel == "page":
            answer = world.on_page(filled, role)
        else:
            answer = world.by_program(filled, world.people[role].token, names["version"])
        seen = outcome(answer)
        if row.deed == "leave" and seen == "yes":
            world.bring_back(role)
        if seen == "yes" and not asked.startswith("GET"):
            names = {}
        if seen != told and (channel, told, seen) != ("API", "sign in", "hidden"):
            yield f"{role}: {seen} instead of {told}"


def filled_in(asked: str, names: dict[str, str]) -> str:
    return re.sub(r"{([a-z]+)}", lambda blank: names[blank[1]], asked)


@pytest.mark.one_database
def test_a_read_only_token_reads_what_its_officer_reads_and_changes_nothing_s11_s13(
    app: Flask, house: House, now: datetime
) -> None:
    world = World(app, house, now)
    token = world.read_only()
    wrong = []
    for row in rows():
        if row.api and row.cells["host"] == "yes":
            names = world.names(row.thing)
            answer = world.by_program(filled_in(row.api, names), token, names["version"])
            expected = "yes" if row.api.startswith("GET") else "no"
            wrong += [f"{row.thing}, {row.deed}: {outcome(answer)}"] if outcome(answer) != expected else []
    assert wrong == []
