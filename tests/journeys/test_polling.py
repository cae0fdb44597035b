"""Journey 2: a calendar polls. It asks whether anything changed; what changed reaches it in the very next poll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import icalendar
import pytest
import recurring_ical_events
from sqlalchemy import event as listening

from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Status
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events import revising
from calendar_service.services.joint import cohosting
from calendar_service.services.status import statuses
from tests.builders import an_event, an_officer
from tests.processes import Answer
from tests.services.feeding import a_cluster
from tests.sites import Site

LIMA = "America/Lima"
SATURDAYS = "FREQ=WEEKLY;UNTIL=20261226"
SLUG = "retreta-en-el-parque"


@dataclass(slots=True)
class Program:
    """A calendar program that follows one address: keeps the last body, and asks for what is newer."""

    site: Site
    path: str
    tag: str = ""
    body: str = ""
    answers: list[Answer] = field(default_factory=list)

    def poll(self) -> int:
        known = {"If-None-Match": self.tag} if self.tag else {}
        answer = self.site.visitor().get(self.path, known)
        self.answers.append(answer)
        if answer.status == 200:
            self.tag, self.body = answer.headers["ETag"], answer.text
        return answer.status

    @property
    def entries(self) -> list[icalendar.Event]:
        return icalendar.Calendar.from_ical(self.body).events

    @property
    def entry(self) -> icalendar.Event:
        """The only event, overrides aside."""
        (found,) = [each for each in self.entries if "RECURRENCE-ID" not in each]
        return found

    def dates(self) -> list[str]:
        """What it shows of December, as another library expands it: day, hour in Lima, title."""
        calendar = icalendar.Calendar.from_ical(self.body)
        del calendar["X-WR-TIMEZONE"]
        found = recurring_ical_events.of(calendar).between((2026, 12, 1), (2027, 1, 1))
        return sorted(f"{each['DTSTART'].dt:%d/%m %H:%M} {each['SUMMARY']}" for each in found)


@pytest.fixture
def rosa(site: Site) -> Viewer:
    """An officer of Barranco, whose band plays on the Saturdays of December."""
    now = site.clock.now
    with site.house.deed() as session:
        a_cluster(session, "malecon", ["barranco", "miraflores"], now=now)
        officer = an_officer(session, now=now)
        an_event(session, by=officer, now=now, rrule=SATURDAYS)
    return officer


def following(site: Site, *paths: str) -> list[Program]:
    """Programs that have each read their address once, and know that nothing is newer."""
    programs = [Program(site, path) for path in paths]
    assert {each.poll() for each in programs} == {200}
    assert {each.poll() for each in programs} == {304}
    return programs


def polled(programs: Sequence[Program]) -> list[int]:
    return [each.poll() for each in programs]


SCOPES = ("/feeds/all.ics", "/feeds/districts/barranco.ics", "/feeds/clusters/malecon.ics",
          "/feeds/selection.ics?district=barranco&free=1", "/feeds/districts/miraflores.ics",
          "/feeds/districts/comas.ics")  # fmt: skip
"""Those that show what Barranco hosts, and two that do not."""


def test_a_change_is_in_the_next_poll_of_every_feed_that_shows_it_and_of_no_other(site: Site, rosa: Viewer) -> None:
    programs = following(site, *SCOPES)
    move_first_date(site, rosa, hour=18)
    assert polled(programs) == [200, 200, 200, 200, 304, 304]
    assert polled(programs) == [304] * 6


def move_first_date(site: Site, rosa: Viewer, *, hour: int) -> None:
    with site.house.deed() as session:
        event = event_by_slug(session, SLUG)
        start = datetime(2026, 12, 5, hour)
        change = revising.Change(start=start, end=start + timedelta(hours=2))
        revising.change_occurrence(
            session, event, "20261205T1930", change, seen=event.version, by=rosa, now=site.clock.now
        )  # fmt: skip


def test_uid_stays_for_ever_while_sequence_and_last_modified_rise_rule_5(site: Site, rosa: Viewer) -> None:
    (program,) = following(site, "/feeds/districts/barranco.ics")
    seen = [told(program)]
    for hour in (18, 17):  # twice within a second
        move_first_date(site, rosa, hour=hour)
        program.poll()
        seen.append(told(program))
    with site.house.deed() as session:
        event = event_by_slug(session, SLUG)
        statuses.cancel(session, event, reason="Lluvia", by=rosa, now=site.clock.now)
    program.poll()
    seen.append(told(program))
    with site.house.deed() as session:
        statuses.confirm(session, event_by_slug(session, SLUG), by=rosa, now=site.clock.now)
    program.poll()
    seen.append(told(program))
    assert len({uid for uid, *_ in seen}) == 1
    assert [sequence for _, sequence, _ in seen] == [0, 1, 2, 3, 4]
    modified = [instant for *_, instant in seen]
    assert modified == sorted(set(modified))
    dates = [parsedate_to_datetime(each.headers["Last-Modified"]) for each in program.answers if each.status == 200]
    assert dates == modified


def told(program: Program) -> tuple[str, int, datetime]:
    entry = program.entry
    same = {each["SEQUENCE"] for each in program.entries}  # one counter, shared by the overrides
    assert same == {entry["SEQUENCE"]}
    return str(entry["UID"]), entry.sequence, entry.LAST_MODIFIED


def test_what_a_program_shows_is_what_was_meant(site: Site, rosa: Viewer) -> None:
    (program,) = following(site, "/feeds/districts/barranco.ics")
    assert program.dates() == [f"{day:02}/12 19:30 Retreta en el parque" for day in (5, 12, 19, 26)]
    move_first_date(site, rosa, hour=18)
    cancel_date(site, rosa, "20261219T1930")
    program.poll()
    assert program.dates() == [
        "05/12 18:00 Retreta en el parque", "12/12 19:30 Retreta en el parque",
        "19/12 19:30 CANCELADO: Retreta en el parque", "26/12 19:30 Retreta en el parque",
    ]  # fmt: skip


def cancel_date(site: Site, rosa: Viewer, recurrence_id: str) -> None:
    with site.house.deed() as session:
        event = event_by_slug(session, SLUG)
        revising.change_occurrence(
            session, event, recurrence_id, revising.Change(cancelled=True, reason="Procesión"), seen=event.version,
            by=rosa, now=site.clock.now,
        )  # fmt: skip


def test_what_the_public_does_not_see_makes_no_feed_newer_s17(site: Site, rosa: Viewer) -> None:
    programs = following(site, *SCOPES)
    with site.house.deed() as session:
        draft = an_event(session, by=rosa, now=site.clock.now, status=Status.DRAFT, summary="Borrador")
        statuses.hold(session, draft, until=None, by=rosa, now=site.clock.now)
        event = event_by_slug(session, SLUG)
        told = draft_of(event) | {"internal_note": "Pedir toldo", "expected_attendance": 300}
        noted = read_draft(told, metropolis=session.installation.metropolis)
        revising.revise(session, event, noted, seen=event.version, by=rosa, now=site.clock.now)
    assert polled(programs) == [304] * 6


def test_a_joint_event_comes_and_goes_with_its_cohost(site: Site, rosa: Viewer) -> None:
    """S15: nothing before Miraflores accepts; nothing once it has left; one UID all the while."""
    (barranco, miraflores) = following(site, "/feeds/districts/barranco.ics", "/feeds/districts/miraflores.ics")
    with site.house.deed() as session:
        luis = an_officer(session, "miraflores", now=site.clock.now)
        cohosting.ask(session, event_by_slug(session, SLUG), ["miraflores"], by=rosa, now=site.clock.now)
    assert miraflores.poll() == 304
    with site.house.deed() as session:
        event = event_by_slug(session, SLUG)
        cohosting.answer(session, event, "miraflores", accept=True, by=luis, now=site.clock.now)
    assert (barranco.poll(), miraflores.poll()) == (200, 200)
    assert barranco.entry["UID"] == miraflores.entry["UID"]
    with site.house.deed() as session:
        cohosting.leave(session, event_by_slug(session, SLUG), "miraflores", by=luis, now=site.clock.now)
    assert (barranco.poll(), miraflores.poll()) == (200, 200)
    assert (len(barranco.entries), miraflores.entries) == (1, [])


def test_a_night_passes_and_an_equal_body_keeps_its_tag_rule_3(site: Site, rosa: Viewer) -> None:
    """Nothing changed: neither at midnight in UTC, which is 7 p. m. in Lima, nor on the next local day."""
    (program,) = following(site, "/feeds/districts/barranco.ics")
    for instant in (datetime(2026, 12, 1, 4, 59, tzinfo=UTC), datetime(2026, 12, 1, 5, 0, tzinfo=UTC)):
        site.clock.now = instant
        assert program.poll() == 304


def test_a_cancelled_event_stays_a_notice_for_thirty_days_after_its_date(site: Site, rosa: Viewer) -> None:
    (program,) = following(site, "/feeds/all.ics")
    with site.house.deed() as session:
        event = event_by_slug(session, SLUG)
        statuses.cancel(session, event, reason="Lluvia", by=rosa, now=site.clock.now)
    program.poll()
    assert (program.entry["STATUS"], program.entry["SUMMARY"]) == ("CANCELLED", "CANCELADO: Retreta en el parque")
    site.clock.now = to_utc(datetime(2027, 1, 25, 23, 59), LIMA)
    program.poll()
    assert len(program.entries) == 1
    site.clock.now = to_utc(datetime(2027, 1, 26), LIMA)
    assert (program.poll(), program.entries) == (200, [])


def test_a_poll_of_what_did_not_change_is_one_row_and_no_orm_rule_3(site: Site, rosa: Viewer) -> None:
    (program,) = following(site, "/feeds/districts/barranco.ics")
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    engine = site.house.database.engine
    listening.listen(engine, "before_cursor_execute", note)
    assert (program.poll(), program.answers[-1].text) == (304, "")
    assert asked == []
    move_first_date(site, rosa, hour=18)
    assert asked != []  # something was listening
    listening.remove(engine, "before_cursor_execute", note)
