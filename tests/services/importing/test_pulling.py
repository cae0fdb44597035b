"""A calendar elsewhere is brought in, and what is wrong with it takes nothing away (R16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from calendar_service.config.reading import read_settings
from calendar_service.db.engine import Database
from calendar_service.db.queries.importing.sources import due_sources
from calendar_service.domain.errors import Forbidden, Invalid, Unfetched
from calendar_service.domain.events import Status
from calendar_service.domain.network.news import News, NewsKind
from calendar_service.domain.sources import Answer, Asked
from calendar_service.services.auditing import OPERATOR
from calendar_service.services.house import House
from calendar_service.services.importing import sources, undoing
from calendar_service.services.importing.pulling import Pulled, pull
from calendar_service.services.status import statuses
from calendar_service.services.status.binning import discard
from tests.builders import an_officer
from tests.feeds.reading import event, ics
from tests.services.bringing import counts, events

ADDRESS = "https://agenda.example/cal.ics"


def many(*numbers: int, begins: str = "Concierto") -> bytes:
    """A calendar of events with these numbers."""
    said = [line.replace("one@", f"{number}@").replace("Concierto", f"{begins} {number}")
            for number in numbers for line in event("STATUS:CONFIRMED")]  # fmt: skip
    return ics(*said)


class Server:
    """Somebody's server: what it holds, and what it was asked with."""

    def __init__(self, body: bytes) -> None:
        self.body, self.asked, self.away, self.killed = body, list[Asked](), False, False

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.killed:
            raise KeyboardInterrupt
        if self.away:
            raise Unfetched("source_status", status=503)
        etag = f'"{hash(self.body)}"'
        return Answer(body=None if asked.etag == etag else self.body, etag=etag)


Pull = Callable[..., Pulled]


@pytest.fixture
def server() -> Server:
    return Server(many(1, 2, 3, 4))


@pytest.fixture
def pulled(lima: Database, server: Server, now: datetime, tmp_path: Path) -> Pull:
    """Pulls the one source that there is."""
    settings = read_settings({"CALENDAR_DATA_DIR": str(tmp_path)})
    house = House(settings=settings, installation=lima.installation, database=lima)

    def pulling(*, status: Status = Status.DRAFT, after: timedelta = timedelta(), whatever: bool = False) -> Pulled:
        with lima.deed() as session:
            known = sources.listed(session)
            source = known[0] if known else sources.add(
                session, ADDRESS, district="barranco", status=status, by=OPERATOR, now=now
            )  # fmt: skip
        found = pull(house, source.id, fetch=server, now=now + after, whatever_goes=whatever)
        assert found is not None
        return found

    return pulling


def standing(database: Database) -> dict[str, int]:
    """How many events stand how."""
    found = [str(each.status) for each in events(database)]
    return {status: found.count(status) for status in dict.fromkeys(sorted(found))}


def told(database: Database) -> list[str]:
    """What the district's officers were told of imports: the last line of each."""
    with database.reading() as session:
        question = select(News).where(News.kind == NewsKind.IMPORT_PROBLEMS).order_by(News.id)
        return [each.text.splitlines()[-1] for each in session.scalars(question)]


def test_what_it_brings_are_drafts_unless_set_otherwise(lima: Database, pulled: Pull, server: Server) -> None:
    report = pulled().report
    assert report is not None
    assert (counts(report), standing(lima)) == ({"created": 4}, {"draft": 4})


def test_a_trusted_calendar_is_published_as_it_says(lima: Database, pulled: Pull, server: Server) -> None:
    server.body = many(1, 2).replace(b"STATUS:CONFIRMED", b"STATUS:CANCELLED", 1)
    pulled(status=Status.CONFIRMED)
    assert standing(lima) == {"cancelled": 1, "confirmed": 1}


def test_what_is_called_off_before_an_officer_saw_it_does_not_come(
    lima: Database, pulled: Pull, server: Server
) -> None:
    server.body = many(1, 2).replace(b"STATUS:CONFIRMED", b"STATUS:CANCELLED", 1)
    pulled()
    assert standing(lima) == {"draft": 1}


def test_an_unchanged_calendar_is_not_even_sent_again(
    pulled: Pull, server: Server, lima: Database, now: datetime
) -> None:
    pulled()
    again = pulled(after=timedelta(hours=1))
    assert (again.report, again.is_well, server.asked[0].etag, bool(server.asked[1].etag)) == (None, True, "", True)
    with lima.reading() as session:
        assert due_sources(session, now + timedelta(hours=1, minutes=59)) == []
        assert due_sources(session, now + timedelta(hours=2)) == [again.source.id]


def test_what_an_officer_published_stays_published_and_follows_its_calendar(
    lima: Database, pulled: Pull, server: Server, now: datetime
) -> None:
    pulled()
    with lima.deed() as session:
        by = an_officer(session, now=now)
        first = session.merge(events(lima)[0])
        statuses.confirm(session, first, by=by, now=now)
    server.body = many(1, 2, 3, 4, begins="Recital")
    pulled(after=timedelta(hours=1))
    assert standing(lima) == {"confirmed": 1, "draft": 3}
    assert {each.summary.split()[0] for each in events(lima)} == {"Recital"}


def test_what_it_names_no_longer_goes_and_comes_back_when_it_is_named_again(
    lima: Database, pulled: Pull, server: Server
) -> None:
    whole = server.body
    pulled()
    server.body = many(1, 2, 3)
    report = pulled(after=timedelta(hours=1)).report
    assert report is not None
    assert (counts(report), standing(lima)) == ({"unchanged": 3, "removed": 1}, {"discarded": 1, "draft": 3})
    server.body = whole
    pulled(after=timedelta(hours=2))
    assert standing(lima) == {"draft": 4}


def test_what_it_brought_is_undone_and_stays_so_until_it_says_something_else_r25(
    lima: Database, pulled: Pull, server: Server, now: datetime
) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)

    def undo(after: int) -> dict[str, int]:
        when = now + timedelta(minutes=after)
        with lima.reading() as session:
            run = undoing.recent(session, by=by, now=when)[0]
        return {str(fate): count for fate, count in undoing.undo(lima.deed, run.number, by=by, now=when).items()}

    pulled()
    server.body = many(1, 2, 3, 4, begins="Recital")
    pulled(after=timedelta(hours=1))
    assert undo(61) == {"as-before": 4}
    assert {each.summary.split()[0] for each in events(lima)} == {"Concierto"}
    assert undo(62) == {"kept": 4}  # they were touched since
    server.body = many(1, 2, 3, 4, 5, begins="Recital")
    pulled(after=timedelta(hours=2))
    assert (undo(121), standing(lima)) == ({"gone": 1}, {"discarded": 1, "draft": 4})
    server.body = many(2, 3, 4, 5, begins="Recital").replace(b"Recital 2", b"Taller 2")
    pulled(after=timedelta(hours=3))
    assert (standing(lima), max(each.summary for each in events(lima))) == (
        {"discarded": 2, "draft": 3}, "Taller 2"
    )  # fmt: skip
    assert undo(181) == {"as-before": 2}  # what it changed, and what it named no longer
    assert standing(lima) == {"discarded": 1, "draft": 4}


def test_what_an_officer_threw_away_does_not_come_back_by_itself(
    lima: Database, pulled: Pull, server: Server, now: datetime
) -> None:
    pulled()
    with lima.deed() as session:
        by = an_officer(session, now=now)
        discard(session, session.merge(events(lima)[0]), by=by, now=now)
    server.body = many(1, 2, 3, 4, 5)
    pulled(after=timedelta(hours=1))
    assert standing(lima) == {"discarded": 1, "draft": 4}
    server.body = many(1, 2, 3, 4, 5, begins="Recital")
    pulled(after=timedelta(hours=2))
    assert standing(lima) == {"draft": 5}


def test_what_would_take_much_away_waits_for_a_person_r16(lima: Database, pulled: Pull, server: Server) -> None:
    pulled()
    server.body = many(4, 5)
    held = [pulled(after=timedelta(hours=hours)) for hours in (1, 3)]
    assert [(each.source.problem, each.report, each.is_well) for each in held] == [
        ("source_much_goes", None, False)
    ] * 2
    assert (standing(lima), told(lima)) == ({"draft": 4}, [
        "El calendario ya no nombra 3 de sus 4 eventos por venir. No se tomó nada de él hasta que alguien lo confirme."
    ])  # fmt: skip
    assert pulled(after=timedelta(hours=4), whatever=True).is_well
    assert standing(lima) == {"discarded": 3, "draft": 2}


def test_a_calendar_that_is_away_takes_nothing_away_and_is_asked_ever_more_seldom_r16(
    lima: Database, pulled: Pull, server: Server, now: datetime
) -> None:
    pulled()
    server.away = True
    waits = []
    for hours in range(1, 8):
        source = pulled(after=timedelta(hours=hours)).source
        waits.append((source.due - now).total_seconds() / 3600 - hours)
    assert (waits, standing(lima)) == ([2, 4, 8, 16, 24, 24, 24], {"draft": 4})
    assert told(lima) == ["El servidor respondió con el código 503."]
    server.away = False
    source = pulled(after=timedelta(hours=9)).source
    assert (source.is_well, source.failures, source.fetched) == (True, 0, now + timedelta(hours=9))


@pytest.mark.parametrize("body", [b"", b"<html>Bienvenido</html>", many(1, 2, 3, 4)[:200], ics()])
def test_a_wrong_empty_or_half_file_takes_nothing_away_r16(
    lima: Database, pulled: Pull, server: Server, body: bytes
) -> None:
    pulled()
    server.body = body
    assert not pulled(after=timedelta(hours=1)).is_well
    assert standing(lima) == {"draft": 4}


def test_a_pull_that_was_killed_is_done_again_an_hour_later_r23(
    lima: Database, pulled: Pull, server: Server, now: datetime
) -> None:
    server.killed = True
    with pytest.raises(KeyboardInterrupt):
        pulled()
    with lima.reading() as session:
        assert [due_sources(session, now + timedelta(minutes=minutes)) for minutes in (59, 60)] == [[], [1]]
    server.killed = False
    assert pulled(after=timedelta(hours=1)).is_well
    assert standing(lima) == {"draft": 4}


def test_refused_rows_are_told_once(lima: Database, pulled: Pull, server: Server) -> None:
    bad = ["BEGIN:VEVENT", "UID:bad", "SUMMARY:Taller", "DTSTART:20260230", "END:VEVENT"]
    server.body = ics(*bad, *event())
    assert not pulled().is_well
    server.body = ics(*bad, *event("LOCATION:Parque"))
    pulled(after=timedelta(hours=1))
    assert len(told(lima)) == 1
    assert told(lima)[0].startswith("bad: ")


def test_only_who_looks_after_a_district_adds_its_sources_and_each_once(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        officer = an_officer(session, now=now)
        with pytest.raises(Forbidden):
            sources.add(session, ADDRESS, district="barranco", by=officer, now=now)
        sources.add(session, ADDRESS, district="barranco", by=OPERATOR, now=now)
        with pytest.raises(Invalid):
            sources.add(session, "webcal://AGENDA.example/cal.ics", district="barranco", by=OPERATOR, now=now)
