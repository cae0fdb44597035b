"""A search finds the same on both databases: exactly what the rule in Python finds, and in step with every change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.agenda.browsing import selection_clauses
from calendar_service.db.queries.agenda.wording import Frequency, words_of
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.events import Occurrence, Status
from calendar_service.domain.finding.search import indexed, matches
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.times.window import window
from calendar_service.services.agenda import describing, searching, suggesting
from calendar_service.services.joint import cohosting
from calendar_service.services.network.loading import load
from calendar_service.services.status.binning import remove
from calendar_service.services.venues import changing
from calendar_service.words import words
from tests.builders import a_district, an_event, an_officer

SJL = "san-juan-de-lurigancho"
WORDS = (
    "festival", "festivales", "música", "MÚSICO", "musical", "niños", "niñas", "jazz", "voz", "voces", "de", "la", "a",
    "país", "países", "ñandú", "Лима", "東京", "x", "2026", "a_b", "100%", "OR", "NOT", "«danza»", "danz", "es", "o'h",
    '"', "*", "(", ":", "'", "\\", "&", "|", "!", "<->",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
ODD = st.text(max_size=20)


def found(session: Session, q: str, *, now: datetime) -> set[int]:
    """The ids of the events that a search finds, whoever may see them: the same looked up and read."""
    metropolis = session.installation.metropolis
    asked = window(Selection(), now=now, timezone=metropolis.timezone)
    clauses = selection_clauses(Selection(), metropolis=metropolis, window=asked)
    rare, usual, common = (words_of(q, each, start=asked.start) for each in Frequency)
    looked_up, *others = (
        set(session.scalars(select(Occurrence.event_id).where(*clauses, *words)))
        for words in (rare.many, usual.many, common.many, usual.few)
    )
    assert others == [looked_up] * 3, q
    return looked_up


@pytest.fixture
def shelf(lima: Database, now: datetime) -> Iterator[tuple[Session, list[int]]]:
    """Eight events whose lines a test writes as it likes."""
    with lima.deed() as session:
        by = an_officer(session, now=now)
        yield session, [an_event(session, by=by, now=now, summary=f"Evento {n}").id for n in range(8)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(TEXTS | ODD, min_size=8, max_size=8),
    asked=st.lists(st.sampled_from(WORDS) | TEXTS | ODD, min_size=6, max_size=6),
)
def test_both_databases_find_what_the_rule_finds(
    shelf: tuple[Session, list[int]], now: datetime, texts: list[str], asked: list[str]
) -> None:
    session, ids = shelf
    lines = dict(zip(ids, map(indexed, ([each] for each in texts)), strict=True))
    for event_id, line in lines.items():
        session.execute(text("UPDATE event SET searchable = :line WHERE id = :id"), {"line": line, "id": event_id})
    for q in asked:
        assert found(session, q, now=now) == {each for each, line in lines.items() if matches(q, line)}, q


def test_a_search_follows_every_change_in_the_same_transaction(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, summary="Retreta", venue={"name": "Glorieta", "kind": "parque"})

        def finds(q: str) -> bool:
            return event.id in found(session, q, now=now)

        assert finds("retretas")
        assert finds("glorieta")
        assert not finds("anfiteatro")
        assert event.venue
        change = changing.VenueChange(
            name="Anfiteatro", kind="parque", address="", latitude=None, longitude=None, capacity=None,
            accessibility=(), public_space=True,
        )  # fmt: skip
        changing.change(session, event.venue, change, seen=event.venue.version, by=by, now=now)
        assert finds("anfiteatros")
        assert not finds("glorieta")
        guest = an_officer(session, "comas", now=now)
        cohosting.ask(session, event, ["comas"], by=by, now=now)
        assert not finds("comas")
        cohosting.answer(session, event, "comas", accept=True, by=guest, now=now)
        assert finds("comas")


def test_a_search_knows_what_people_call_it(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        family = an_event(session, by=by, now=now, summary="Retreta", disciplines=["bandas"], audiences=["familias"])
        dear = an_event(session, by=by, now=now, summary="Gala", disciplines=["bandas"], free=False, price="80")
        assert found(session, "música gratis niños", now=now) == {family.id}
        assert found(session, "free music", now=now) == {family.id}
        assert found(session, "música", now=now) == {family.id, dear.id}
        eased = an_event(session, by=by, now=now, summary="Charla", accessibility=["lengua-de-senas"])
        assert found(session, "sign language municipalidad", now=now) == {eased.id}


def test_a_draft_removed_for_good_is_not_found_even_when_its_number_is_given_again(
    lima: Database, now: datetime
) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        draft = an_event(session, by=by, now=now, summary="Borrador", status=Status.DRAFT)
        remove(session, draft, now=now)
        session.flush()
        again = an_event(session, by=by, now=now, summary="Otra")
        assert found(session, "borrador", now=now) == set()
        assert found(session, "otra", now=now) == {again.id}


def test_a_district_called_otherwise_is_found_by_its_new_name(lima: Database, now: datetime) -> None:
    metropolis = lima.installation.metropolis
    renamed = replace(
        metropolis,
        districts=tuple(
            replace(each, name="Balneario") if each.slug == "barranco" else each for each in metropolis.districts
        ),
    )
    with lima.deed() as session:
        event = an_event(session, by=an_officer(session, now=now), now=now, venue=None, place_note="Por decir")
        modified = event.last_modified
        load(session, renamed, now=now)
        session.flush()
        assert found(session, "balneario", now=now) == {event.id}
        assert event_by_slug(session, event.slug).last_modified > modified
        assert a_district(session, "barranco").name == "Balneario"


MEANT = {
    "retrta": "retreta", "Retrteas": "retretas", "festibal": "festival", "jasz barranco": "jazz barranco",
    "musca": "música", "xyzw": "", "secrto": "", "glorietta, gratis": "glorieta, gratis", "jaz comas": "",
    "retreta gratiz": "retreta gratis", "SABDO": "sábado", "comas gratiz": "", "inglés": "",
}  # fmt: skip


def test_a_slip_of_one_letter_is_offered_set_right_when_that_finds_something_public(
    lima: Database, now: datetime
) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        an_event(session, by=by, now=now, summary="Retreta", venue={"name": "Glorieta", "kind": "parque"})
        an_event(session, by=by, now=now, summary="Festival de jazz", disciplines=["jazz-fusion"])
        an_event(session, by=by, now=now, summary="Secreto", status=Status.DRAFT)
        said = {typed: suggesting.meant(session, Selection(q=typed), now=now) for typed in MEANT}
    assert said == MEANT


def test_what_each_choice_is_in_the_way_of_is_counted(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        for number in range(3):
            an_event(
                session, by=by, now=now, summary=f"Jazz {number}", free=number == 0, price=None if number == 0 else "9"
            )
        asked = Selection(q="jazz", free=True, zones=("lima-norte",))
        parts = describing.parts(session, asked, words=words("es"), today=now.date())
        ways = suggesting.ways_out(session, asked, parts, now=now)
    assert [(each.part.kind, each.total) for each in ways] == [("zone", 1)]


def test_words_that_are_found_nowhere_together_are_offered_with_one_left_out(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        an_event(session, by=by, now=now, summary="Jazz en el malecón")

        def offered(q: str) -> list[tuple[str, int]]:
            ways = suggesting.fewer_words(session, Selection(q=q), now=now)
            return [(each.q, total) for each, total in ways]

        assert offered("Jazz en el Malecón con vino") == [("Jazz en el Malecón", 1)]
        assert offered("vino y jazz en Ancón") == [("jazz", 1)]
        assert offered("vino y queso") == offered("vino") == []
        assert offered("30-11-2031") == []
        assert offered("jazz 10-12") == [("jazz", 1)]


def test_a_search_knows_what_people_call_a_district_and_a_kind_of_place(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, SJL, now=now)
        an_event(session, by=by, now=now, host=SJL, venue={"name": "Glorieta", "kind": "parque"})
        assert all(found(session, q, now=now) for q in ("sjl", "park", "parques"))


def test_words_of_before_an_upgrade_are_written_anew_and_nobody_sees_a_change(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        slugs = [an_event(session, by=by, now=now, summary=f"Voces {n}").slug for n in range(3)]
        versions = [event_by_slug(session, slug).version for slug in slugs]
        session.execute(
            text("UPDATE event SET searchable = 'old', words_rule = '0' WHERE slug <> :slug"), {"slug": slugs[0]}
        )
    done: list[int] = []
    while not done or done[-1]:
        with lima.deed() as session:
            done.append(searching.write_stale_words(session, limit=1))
    with lima.reading() as session:
        assert (done, len(found(session, "voz", now=now))) == ([1, 1, 0], 3)
        assert [event_by_slug(session, slug).version for slug in slugs] == versions


def test_who_finds_nothing_near_is_told_how_far_to_look(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        an_event(session, by=an_officer(session, now=now), now=now)  # in Barranco, eight kilometres from San Borja
        asked = Selection(near="san-borja", km=1)
        found = suggesting.farther(session, asked, now=now)
        assert found == (replace(asked, km=10), 1)
        assert suggesting.farther(session, Selection(near="ancon"), now=now) == (Selection(near="ancon", km=50), 1)
        assert suggesting.farther(session, Selection(), now=now) is None
        next_door = suggesting.next_door(session, Selection(districts=("miraflores",)), now=now)
        assert next_door
        assert (next_door[1], set(next_door[0].districts) >= {"barranco", "miraflores"}) == (1, True)
        assert suggesting.next_door(session, Selection(districts=("barranco",)), now=now, found=1) is None
        assert suggesting.next_door(session, Selection(), now=now) is None
