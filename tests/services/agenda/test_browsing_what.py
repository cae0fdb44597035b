"""A selection by what an event is, for whom and how, on both databases."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.services.agenda.conftest import Posting, ask


def test_a_discipline_includes_its_children_and_not_its_parent(posting: Posting, now: datetime) -> None:
    posting("Banda", disciplines=["bandas"])
    posting("Música", disciplines=["musica"])
    posting("Danza", disciplines=["danza"])
    assert ask(posting.session, "discipline=musica", now=now) == ["Banda", "Música"]
    assert ask(posting.session, "discipline=bandas", now=now) == ["Banda"]
    assert ask(posting.session, "discipline=bandas&discipline=danza", now=now) == ["Banda", "Danza"]


def test_format_and_audience_are_exact(posting: Posting, now: datetime) -> None:
    posting("Taller", format="taller", audiences=["familias", "ninez"])
    posting("Concierto", format="concierto", audiences=["adultos"])
    assert ask(posting.session, "format=taller", now=now) == ["Taller"]
    assert ask(posting.session, "audience=ninez&audience=adultos", now=now) == ["Taller", "Concierto"]
    assert ask(posting.session, "audience=todo-publico", now=now) == []


def test_an_age_fits_between_from_and_to_and_what_says_none_is_open(posting: Posting, now: datetime) -> None:
    posting("Abierto")
    posting("De 6 a 11", age_from=6, age_to=11)
    posting("Desde 18", age_from=18)
    assert ask(posting.session, "age=6", now=now) == ["Abierto", "De 6 a 11"]
    assert ask(posting.session, "age=11", now=now) == ["Abierto", "De 6 a 11"]
    assert ask(posting.session, "age=12", now=now) == ["Abierto"]
    assert ask(posting.session, "age=40", now=now) == ["Abierto", "Desde 18"]


def test_a_price_is_the_most_one_pays_and_what_is_free_costs_less_than_any(posting: Posting, now: datetime) -> None:
    posting("Gratis", free=True)
    posting("Barato", free=False, price="15")
    posting("Caro", free=False, price="20.50")
    posting("En dólares", free=False, price="5", currency="USD")
    posting("No se dice", free=False)
    assert ask(posting.session, "price=20", now=now) == ["Gratis", "Barato"]
    assert ask(posting.session, "price=21", now=now) == ["Gratis", "Barato", "Caro"]


def test_a_part_of_the_day_is_when_it_begins_and_an_evening_lasts_into_the_night(
    posting: Posting, now: datetime
) -> None:
    for hour in ("04:59", "05:00", "11:59", "12:00", "17:59", "18:00"):
        posting(hour, start=f"2026-12-05T{hour}", end="2026-12-05T19:00")
    posting("Todo el día", start="2026-12-05", end="2026-12-05", all_day=True)
    found = {each: ask(posting.session, f"time={each}", now=now) for each in ("morning", "afternoon", "evening")}
    assert {each: [title for title in titles if ":" in title] for each, titles in found.items()} == {
        "morning": ["05:00", "11:59"], "afternoon": ["12:00", "17:59"], "evening": ["04:59", "18:00"],
    }  # fmt: skip
    assert all("Todo el día" in titles for titles in found.values())


def test_free_outdoors_and_indoors(posting: Posting, now: datetime) -> None:
    posting("Gratis afuera", free=True, outdoors=True)
    posting("Pagado adentro", free=False, outdoors=False)
    posting("No se dice", free=False)
    assert ask(posting.session, "free=1", now=now) == ["Gratis afuera"]
    assert ask(posting.session, "outdoors=1", now=now) == ["Gratis afuera"]
    assert ask(posting.session, "indoors=1", now=now) == ["Pagado adentro"]


def test_of_access_all_must_hold_by_the_event_or_by_its_venue(posting: Posting, now: datetime) -> None:
    posting("Con señas", accessibility=["lengua-de-senas"])
    both = posting("Con señas y rampa", accessibility=["lengua-de-senas"], venue={"name": "Teatro", "kind": "teatro"})
    assert both.venue
    both.venue.accessibility = ("acceso-sin-escalones", "bano-accesible")
    posting.session.flush()
    assert ask(posting.session, "access=lengua-de-senas", now=now) == ["Con señas", "Con señas y rampa"]
    assert ask(posting.session, "access=lengua-de-senas&access=acceso-sin-escalones", now=now) == ["Con señas y rampa"]
    assert ask(posting.session, "access=acceso", now=now) == []


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("musica", True), ("MÚSICA", True), ("músi", True), ("usica", False), ("festivales", True),
        ("festival musica", True), ("festival danza", False), ("brena", True), ("«música»", True),
        ("100%", False), ("_", True), ("niños", True), ("barranco", True), ("plaza", True), ("w", False),
    ],
)  # fmt: skip
def test_words_forgive_accents_case_and_half_words(posting: Posting, now: datetime, words: str, finds: bool) -> None:
    place = {"name": "Plaza Breña", "kind": "plaza"}
    posting("Festival de Música", description="Para niñas y niños.", venue=place)
    posting("Otra cosa", disciplines=["danza"])
    expected = ["Festival de Música"] if finds else []
    found = ask(posting.session, f"q={words}", now=now)
    assert [each for each in found if each == "Festival de Música"] == expected


def test_kinds_are_anded(posting: Posting, now: datetime) -> None:
    posting("Banda gratis", free=True)
    posting("Banda pagada", free=False)
    posting("Danza gratis", free=True, disciplines=["danza"])
    assert ask(posting.session, "discipline=musica&free=1", now=now) == ["Banda gratis"]


def test_organisations_find_nothing_until_there_are_any(posting: Posting, now: datetime) -> None:
    posting("Retreta")
    assert ask(posting.session, "organisation=banda-municipal", now=now) == []
