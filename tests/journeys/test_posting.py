"""Journey 1: an officer posts. Form, draft, rights, event, dates, text, revision, mails: one commit, then 303."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from sqlalchemy import func, select

from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.journal import Revision
from calendar_service.domain.publication import KeptText
from calendar_service.domain.times.dates import dates_of
from tests.builders import PASSWORD, an_account
from tests.journeys.deeds import committed
from tests.mails import a_subscription
from tests.processes import Answer
from tests.sites import Site
from tests.visitor import Forms, Visitor
from tests.web.pages import read

NEW = "/office/events/new"
ROSA = "rosa@barranco.example"
VALSES = {
    "summary": "Noche de valses", "start_date": "2026-12-05", "start_time": "19:30", "end_time": "21:00",
    "repeat": "weekly", "until": "2027-01-02", "venue_name": "Parque Municipal", "venue_kind": "parque", "free": "1",
}  # fmt: skip
"""Five Saturdays, the fourth of them 26 December."""


@pytest.fixture
def rosa(site: Site) -> Visitor:
    """An officer of Barranco who has signed in."""
    with site.house.deed() as session:
        an_account(session, ROSA, now=site.clock.now)
    visitor = site.visitor()
    visitor.sign_in(ROSA, PASSWORD)
    return visitor


def press(visitor: Visitor, page: Answer, button: str, **typed: str) -> Answer:
    """Send the form on a page that somebody has already filled in, with one of its `do` buttons."""
    form = next(each for each in Forms(page.text).forms if "do" in each.names)
    kept = [(name, value) for name, value in form.fields if name not in typed]
    return visitor.post(urljoin(visitor.base, form.action), [*kept, *typed.items(), ("do", button)])


def test_a_series_is_looked_at_then_posted_and_stands_wherever_it_belongs(site: Site, rosa: Visitor) -> None:
    looked_at = rosa.submit(NEW, **VALSES, do="preview")
    plan = read(looked_at.text).one("fieldset", cls="plan")
    assert (plan.one("legend").text, plan.one("b").text) == ("5 fechas", "Cada sábado hasta el 2 de enero de 2027")
    assert counted(site) == {"event": 0, "occurrence": 0}

    posted = press(rosa, looked_at, "publish", exdates="2026-12-26")
    assert posted.status == 303, posted.text
    assert site.path(urljoin(site.url, posted.headers["Location"])) == "/office/events/noche-de-valses?said=published"
    assert counted(site) == {"event": 1, "occurrence": 4}

    citizen = site.visitor()
    shown = read(citizen.get("/events/noche-de-valses").text)
    assert "Cada sábado" in shown.text
    assert "26 de diciembre" not in shown.text
    entry = citizen.get("/feeds/districts/barranco.ics").text
    assert "EXDATE;TZID=America/Lima:20261226T193000" in entry
    assert citizen.get("/feeds/districts/miraflores.ics").text.count("BEGIN:VEVENT") == 0


def counted(site: Site) -> dict[str, int]:
    with site.house.reading() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Event, Occurrence)
        }


def test_all_that_a_posting_brings_is_one_commit_rule_2(site: Site, rosa: Visitor) -> None:
    """R3: dates, words, revision, audit, kept text and the feeds' revisions with the event, or nothing."""
    with committed(site.house.database) as deeds:
        assert rosa.submit(NEW, **VALSES, do="publish").status == 303
    (deed,) = [each for each in deeds if "event" in each]
    assert deed == {
        "event", "event_term", "venue", "occurrence", "revision", "audit", "kept_text", "scope", "scope_change",
    }  # fmt: skip
    with site.house.reading() as session:
        event = event_by_slug(session, "noche-de-valses")
        assert [f"{each.original:%d/%m}" for each in dates_of(event)] == ["05/12", "12/12", "19/12", "26/12", "02/01"]
        assert session.scalars(select(KeptText.text).where(KeptText.event_id == event.id)).one().startswith("BEGIN")
        (revision,) = session.scalars(select(Revision).where(Revision.event_id == event.id))
        assert (revision.number, revision.deed, revision.at) == (1, "post", site.clock.now)


def test_what_a_change_owes_to_people_is_in_its_commit_too_rule_2(site: Site, rosa: Visitor) -> None:
    """Rule 6: a notice is written in the transaction of its cause."""
    rosa.submit(NEW, **VALSES, do="publish")
    with site.house.deed() as session:
        a_subscription(session, now=site.clock.now, event=event_by_slug(session, "noche-de-valses"))
    with committed(site.house.database) as deeds:
        moved = rosa.submit(
            "/office/events/noche-de-valses/dates/20261212T1930", start_time="18:00", end_time="19:30", do="save"
        )  # fmt: skip
    assert moved.status == 303, moved.text
    (deed,) = [each for each in deeds if "override" in each]
    assert deed == {
        "override", "event", "occurrence", "revision", "audit", "kept_text", "scope", "scope_change", "message",
        "timetable",
    }  # fmt: skip
    page = read(site.visitor().get("/events/noche-de-valses/20261212T1930").text)
    assert "6 p. m. a 7:30 p. m." in page.text


def test_what_cannot_be_taken_is_said_kept_and_mended(site: Site, rosa: Visitor) -> None:
    refused = rosa.submit(NEW, **{**VALSES, "until": "2031-01-01", "end_time": ""}, do="publish")
    assert refused.status == 422
    assert read(refused.text).one("div", cls="problems").attrs["role"] == "alert"
    assert counted(site) == {"event": 0, "occurrence": 0}
    mended = press(rosa, refused, "publish", until="2027-01-02", end_time="21:00")
    assert mended.status == 303, mended.text
    assert counted(site) == {"event": 1, "occurrence": 5}


def test_who_may_not_post_does_not(site: Site, rosa: Visitor) -> None:
    """S12, S13: a stranger is led to the door; an officer of Barranco posts nothing for Miraflores."""
    path, fields = rosa.fill(NEW, **VALSES, host="miraflores", do="publish")
    assert rosa.post(path, fields).status == 403
    stranger = site.visitor()
    assert stranger.get(NEW).headers["Location"].endswith("/office/login?next=%2Foffice%2Fevents%2Fnew")
    assert stranger.post(path, fields).status in (303, 403)
    assert counted(site) == {"event": 0, "occurrence": 0}
