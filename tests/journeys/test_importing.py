"""Journey 5: a municipality brings events. Bytes, drafts and problems by row, reconciled, reported; twice is once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import icalendar
import pytest
from sqlalchemy import func, select

from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.events import Event
from calendar_service.services.people import signing_in, tokens
from tests.builders import PASSWORD, an_account
from tests.journeys.deeds import committed
from tests.mails import ROSA as ANA
from tests.mails import a_subscription
from tests.processes import PATIENCE, command
from tests.sites import Site
from tests.smtp import Postbox
from tests.web.pages import read

ROSA = "rosa@barranco.example"
COUNTS = ("created", "changed", "unchanged", "removed", "refused")

SERIES = """UID:zampona@google.example
DTSTAMP:20261120T120000Z
SEQUENCE:0
DTSTART;TZID=America/Lima:20261205T100000
DTEND;TZID=America/Lima:20261205T120000
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=America/Lima:20261226T100000
SUMMARY:Taller de zampoña
LOCATION:Casa de la Cultura
"""
MOVED = """UID:zampona@google.example
RECURRENCE-ID;TZID=America/Lima:20261212T100000
DTSTAMP:20261120T120000Z
SEQUENCE:0
DTSTART;TZID=America/Lima:20261212T150000
DTEND;TZID=America/Lima:20261212T170000
SUMMARY:Taller de zampoña
LOCATION:Casa de la Cultura
"""
EXHIBITION = """UID:muestra@google.example
DTSTAMP:20261120T120000Z
DTSTART;VALUE=DATE:20261203
DTEND;VALUE=DATE:20270111
SUMMARY:Muestra de retablos
LOCATION:Sala Municipal
ATTENDEE;CN=Vecina:mailto:vecina@privada.example
"""
BAD = """UID:sin-fecha@google.example
DTSTAMP:20261120T120000Z
SUMMARY:Algo algún día
"""


def calendar(*events: str) -> bytes:
    """A calendar as other programs export it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Otro//Programa//ES", "X-WR-CALNAME:Cultura Barranco"]
    for each in events:
        lines += ["BEGIN:VEVENT", *each.strip().splitlines(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


AGENDA = calendar(SERIES, MOVED, EXHIBITION, BAD)

Bring = Callable[..., dict[str, Any]]


@pytest.fixture
def bring(site: Site) -> Bring:
    """Barranco's own program sends a file; the report comes back."""
    with site.house.deed() as session:
        officer = an_account(session, ROSA, now=site.clock.now)
        by = signing_in.viewer_of(officer)
        token = tokens.make_token(session, officer, district="barranco", by=by, now=site.clock.now)

    def send(data: bytes, query: str = "", *, kind: str = "text/calendar") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind, "Accept-Language": "es"}
        request = Request(f"{site.url}/api/v1/imports{query}", data=data, headers=headers)  # noqa: S310 - ours
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - our own address
            return dict(json.loads(answer.read()))

    return send


def counts(report: dict[str, Any]) -> list[int]:
    return [report[each] for each in COUNTS]


def stored(site: Site) -> int:
    with site.house.reading() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


def feed(site: Site, path: str = "/feeds/districts/barranco.ics") -> dict[str, list[icalendar.Event]]:
    """The entries of a feed by title."""
    found: dict[str, list[icalendar.Event]] = {}
    for each in icalendar.Calendar.from_ical(site.visitor().get(path).text).events:
        found.setdefault(str(each["SUMMARY"]), []).append(each)
    return found


def test_a_preview_is_the_same_call_rolled_back_rule_9(site: Site, bring: Bring) -> None:
    with committed(site.house.database) as deeds:
        previewed = bring(AGENDA, "?preview=1")
    assert stored(site) == 0
    assert [each for each in deeds if "event" in each] == []
    done = bring(AGENDA)
    assert counts(previewed) == counts(done) == [2, 0, 0, 0, 1]
    assert previewed["rows"] == done["rows"]
    assert stored(site) == 2


def test_what_is_brought_stands_on_the_page_and_in_the_feed_and_what_is_refused_says_why(
    site: Site, bring: Bring
) -> None:
    report = bring(AGENDA)
    (refused,) = [each for each in report["rows"] if each["outcome"] == "refused"]
    assert (refused["key"], [each["field"] for each in refused["problems"]]) == ("sin-fecha@google.example", ["start"])
    assert refused["row"] > max(each["row"] for each in report["rows"] if each != refused)
    assert f"línea {refused['row']}, «DTSTART»" in refused["problems"][0]["message"]
    rows = read(site.visitor().get("/events?district=barranco").text).all("li", cls="row")
    shown = [(each.one("a").text, each.one("time").attrs["datetime"]) for each in rows]
    assert shown == [
        ("Muestra de retablos", "2026-12-03"), ("Taller de zampoña", "2026-12-05T10:00"),
        ("Taller de zampoña", "2026-12-12T15:00"), ("Taller de zampoña", "2026-12-19T10:00"),
    ]  # fmt: skip
    assert {title: len(found) for title, found in feed(site).items()} == {
        "Taller de zampoña": 2, "Muestra de retablos": 1,
    }  # fmt: skip
    body = site.visitor().get("/feeds/all.ics").text + site.visitor().get("/events/muestra-de-retablos").text
    assert "privada.example" not in body  # S35: who was invited elsewhere is nobody's business here


def test_the_same_file_again_changes_nothing_at_all_rule_9(site: Site, bring: Bring) -> None:
    """Not even for calendars: their tag is still good, and no table of events was written to."""
    bring(AGENDA)
    path = "/feeds/districts/barranco.ics"
    tag = site.visitor().get(path).headers["ETag"]
    site.clock.now += timedelta(hours=1)
    with committed(site.house.database) as deeds:
        again = bring(AGENDA)
    assert counts(again) == [0, 0, 2, 0, 1]
    assert [each & {"event", "occurrence", "revision", "kept_text", "scope", "message"} for each in deeds if each] == [
        set() for each in deeds if each
    ]
    assert site.visitor().get(path, {"If-None-Match": tag}).status == 304


def test_a_later_file_moves_and_calls_off_what_it_brought_and_people_are_told_rule_9(
    site: Site, bring: Bring, smtp_server: Postbox
) -> None:
    first = {each["key"]: each["uid"] for each in bring(AGENDA)["rows"]}
    (before,) = feed(site)["Muestra de retablos"]
    with site.house.deed() as session:
        a_subscription(session, now=site.clock.now, event=event_by_slug(session, "muestra-de-retablos"))
    site.clock.now += timedelta(hours=1)
    called_off = EXHIBITION.replace("SUMMARY", "STATUS:CANCELLED\nSEQUENCE:1\nSUMMARY")
    later = SERIES.replace("Taller de zampoña", "Taller de zampoña y quena").replace("SEQUENCE:0", "SEQUENCE:1")
    report = bring(calendar(later, called_off))
    assert counts(report) == [0, 2, 0, 0, 0]
    assert {each["key"]: each["uid"] for each in report["rows"]}.items() <= first.items()
    now = feed(site)
    assert sorted(now) == ["CANCELADO: Muestra de retablos", "Taller de zampoña y quena"]
    (after,) = now["CANCELADO: Muestra de retablos"]
    assert (after["UID"], after.sequence > before.sequence) == (before["UID"], True)
    site.wait_until(site.clock.now + timedelta(minutes=15))
    assert [str(each.message["Subject"]) for each in smtp_server.to(ANA)] == ["Cancelado: Muestra de retablos"]


def test_an_officers_hand_is_not_undone_by_the_file_that_came_before_it(site: Site, bring: Bring) -> None:
    bring(AGENDA)
    rosa = site.visitor()
    rosa.sign_in(ROSA, PASSWORD)
    edited = rosa.submit("/office/events/muestra-de-retablos/edit", summary="Retablos de Ayacucho", do="save")
    assert edited.status == 303, edited.text
    assert counts(bring(AGENDA)) == [0, 0, 2, 0, 1]
    assert "Retablos de Ayacucho" in feed(site)


SHEET = """clave;título;fecha;hora inicio;hora fin;lugar;gratis;estado
b1;Retreta;05/12/2026;7:30 pm;9 pm;Parque Municipal;sí;
b2;Función;31/02/2026;7:30 pm;9 pm;Teatro;no;
b3;Idea;06/12/2026;10:00;12:00;Biblioteca;sí;borrador
""".encode("latin-1")


def test_a_spreadsheet_goes_the_same_way_by_the_command_and_by_the_page_of_programs(
    site: Site, bring: Bring, tmp_path: Path
) -> None:
    """What the command brought, the API knows: the source of both is the district."""
    file = tmp_path / "agenda.csv"
    file.write_bytes(SHEET)
    settings = {"CALENDAR_DATABASE_URL": site.house.settings.database_url, "CALENDAR_BASE_URL": site.url,
                "CALENDAR_SECRET_KEY": "s" * 32}  # fmt: skip
    said = command("import", str(file), "--district", "barranco", "--json", folder=tmp_path / "var", **settings)
    assert said.returncode == 1, said.stderr  # a row was refused
    report = json.loads(said.stdout)
    assert counts(report) == [2, 0, 0, 0, 1]
    assert [(each["row"], each["outcome"]) for each in report["rows"]] == [
        (2, "created"), (3, "refused"), (4, "created"),
    ]  # fmt: skip
    assert counts(bring(SHEET, kind="text/csv")) == [0, 0, 2, 0, 1]
    assert list(feed(site)) == ["Retreta"]  # the idea is a draft
