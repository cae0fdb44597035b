"""Words of a search that mean a choice, in the languages of Lima."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.domain.finding.meanings import Phrases, understood
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.services.agenda.understanding import meant

LIMA = read_metropolis(SHIPPED_METROPOLIS)
TODAY = date(2026, 11, 28)
"""A Saturday."""


def query(typed: str) -> str | None:
    """What was understood, as an address says it."""
    found = meant(Selection(q=typed), LIMA, today=TODAY)
    return None if found is None else found.selection.query() + ("&here" if found.here else "")


@pytest.mark.parametrize(("typed", "means"), [
    ("Hoy", "when=today"), ("jazz este fin de semana", "when=weekend&q=jazz"),
    ("teatro MAÑANA", "when=tomorrow&q=teatro"),
    ("fin de semana en Barranco", "when=weekend&q=en+Barranco"), ("what to do today", "when=today"),
    ("salsa esta noche", "when=today&time=evening&q=salsa"), ("free tonight", "when=today&time=evening&free=1"),
    ("hoy en la noche", "when=today&time=evening"), ("mañana por la mañana", "when=tomorrow&time=morning"),
    ("Saturday night", "from=2026-11-28&to=2026-11-28&time=evening"), ("domingo", "from=2026-11-29&to=2026-11-29"),
    ("rock el próximo viernes", "from=2026-12-04&to=2026-12-04&q=rock"),
    ("5 de diciembre", "from=2026-12-05&to=2026-12-05"),
    ("december 24 choir", "from=2026-12-24&to=2026-12-24&q=choir"), ("28 de julio", "from=2027-07-28&to=2027-07-28"),
    ("cine en enero", "from=2027-01-01&to=2027-01-31&q=cine"), ("noviembre", "from=2026-11-28&to=2026-11-30"),
    ("sábado 5 de diciembre", "from=2026-12-05&to=2026-12-05"), ("viernes 4", "from=2026-12-04&to=2026-12-04"),
    ("jazz 5/12", "from=2026-12-05&to=2026-12-05&q=jazz"), ("9/1/2027", "from=2027-01-09&to=2027-01-09"),
    ("2 de dic", "from=2026-12-02&to=2026-12-02"), ("pasado mañana", "from=2026-11-30&to=2026-11-30"),
    ("jueves y viernes", "from=2026-12-03&to=2026-12-04"), ("de lunes a viernes", "from=2026-11-30&to=2026-12-04"),
    ("del 5 al 10 de diciembre", "from=2026-12-05&to=2026-12-10"), ("24-25 de dic.", "from=2026-12-24&to=2026-12-25"),
    ("hasta el domingo", "to=2026-11-29"), ("danza desde mañana", "from=2026-11-29&q=danza"),
    ("hasta el 20 de diciembre", "to=2026-12-20"), ("from december 5", "from=2026-12-05"),
    ("sab 5 dic", "from=2026-12-05&to=2026-12-05"), ("del viernes al domingo", "from=2026-12-04&to=2026-12-06"),
    ("december 5 to 10", "from=2026-12-05&to=2026-12-10"), ("hoy y mañana", "to=2026-11-29"),
    ("la próxima semana", "from=2026-11-30&to=2026-12-06"), ("next month", "from=2026-12-01&to=2026-12-31"),
    ("jazz a las 8 p. m.", "time=evening&q=jazz"), ("desde las 3 pm", "time=afternoon"), ("19:30", "time=evening"),
    ("friday after 7:30pm", "from=2026-12-04&to=2026-12-04&time=evening"), ("12 de la noche", "time=evening"),
])  # fmt: skip
def test_words_that_say_when_mean_that_time(typed: str, means: str) -> None:
    assert query(typed) == means


@pytest.mark.parametrize(("typed", "means"), [
    ("Gratis", "free=1"), ("concierto sin costo", "q=concierto&free=1"), ("barato", "price=20"), ("cheap", "price=20"),
    ("20 soles", "price=20"), ("menos de 30 soles", "price=30"), ("a S/20", "price=20"), ("S/. 20", "price=20"),
    ("cerca", "&here"), ("teatro cerca de mi", "q=teatro&here"), ("near me", "&here"),
    ("cerca de barranco", "near=barranco"),
    ("near sjl", "near=san-juan-de-lurigancho"), ("con silla de ruedas", "access=espacio-silla-ruedas"),
    ("lengua de señas", "access=lengua-de-senas"), ("teatro para niños de 5 años", "q=teatro+niños&age=5"),
    ("con 2 niños hoy 20 soles", "when=today&q=niños&price=20"), ("entre 10 y 20 soles", "price=20"),
    ("5-15 soles", "price=15"), ("eventos gratis en Lima", "free=1"),
    ("teatro en Lima Norte", "zone=lima-norte&q=teatro"), ("qué hacer en Lima", ""),
    ("jazz en Lima este domingo", "from=2026-11-29&to=2026-11-29&q=jazz"),
    ("entradas gratis para sordos", "free=1&access=lengua-de-senas"),
])  # fmt: skip
def test_what_it_costs_where_for_whom_and_how_one_gets_in_are_understood(typed: str, means: str) -> None:
    assert query(typed) == means.replace("ñ", "%C3%B1")


@pytest.mark.parametrize("typed", [
    "mes", "semana santa", "cantantes", "Pueblo Libre", "free jazz", "Santo Domingo", "avenida 28 de julio", '"gratis"',
    "«hoy»", "1/2 precio", "24/7", "5/12/2031", "a las 8", "de 10 a 12", "20 años de rock",
    "5000000 soles", "cerca de la plaza", "",
])  # fmt: skip
def test_words_that_mean_no_choice_or_are_quoted_are_words(typed: str) -> None:
    assert query(typed) is None


def test_what_is_chosen_already_is_not_chosen_otherwise() -> None:
    phrases: Phrases = {("hoy",): "when=today", ("gratis",): "free=1", ("aqui",): "near="}
    asked = Selection.read([("q", "hoy gratis aquí hoy"), ("from", "2026-12-24"), ("near", "lince")])
    found = understood(asked, phrases)
    assert found is not None
    assert (found.selection.query(), found.here) == ("near=lince&from=2026-12-24&q=hoy+aqu%C3%AD+hoy&free=1", False)


def test_words_as_they_stand_are_quoted_once_and_shown_without() -> None:
    quoted = Selection(q="gratis hoy").quoted()
    assert (quoted.q, quoted.words, quoted.quoted()) == ('"gratis hoy"', "gratis hoy", quoted)
    assert len(Selection(q="x" * 100).quoted().q) == 100
