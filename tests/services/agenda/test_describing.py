"""A selection in words, in both languages."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import parse_qsl

import pytest

from calendar_service.db.engine import Database
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.territory.places import Venue
from calendar_service.services.agenda import describing
from calendar_service.words import plain, words
from tests.builders import a_district

TODAY = date(2026, 11, 30)


def said(database: Database, query: str, language: str = "es") -> str:
    spoken = words(language, locale="es_PE")
    with database.reading() as session:
        return plain(describing.describe(session, Selection.read(parse_qsl(query)), words=spoken, today=TODAY))


@pytest.mark.parametrize(
    ("query", "spanish", "english"),
    [
        ("", "Todo lo que viene", "Everything coming up"),
        (
            "discipline=musica&discipline=danza&audience=familias&free=1&zone=lima-norte&when=weekend",
            "Danza y música · para familias · gratis · en Lima Norte · este fin de semana",
            "Dance and music · for families · free · in Lima Norte · this weekend",
        ),
        ("q=jazz&format=concierto", "Concierto · «jazz»", "Concert · “jazz”"),
        ("age=8&outdoors=1", "Para 8 años de edad · al aire libre", "For age 8 · outdoors"),
        ("near=barranco&km=3", "A menos de 3 km de Barranco", "Within 3 km of Barranco"),
        ("near=-12.05,-77.04", "A menos de 5 km de mí", "Within 5 km of me"),
        ("from=2026-12-05&to=2026-12-07", "Del 5 al 7 de diciembre", "5 to 7 December"),
        ("from=2026-12-05", "Desde el sáb. 5 de diciembre", "From Sat 5 December"),
        ("to=2026-12-05", "Hasta el 5 de diciembre", "Until 5 December"),
        ("audience=diversidades", "Para personas LGTBIQ+", "For LGBTIQ+ people"),
        ("access=bano-accesible", "Con baño accesible", "With accessible toilet"),
        ("price=20&when=today&time=evening", "Hasta S/ 20 · hoy · en la noche", "Up to S/ 20 · today · in the evening"),
        ("q=%22jazz%22", "«jazz»", "“jazz”"),
        ("indoors=1&when=today", "Bajo techo · hoy", "Indoors · today"),
    ],
)
def test_a_selection_reads_as_a_sentence(lima: Database, query: str, spanish: str, english: str) -> None:
    assert (said(lima, query), said(lima, query, "en")) == (spanish, english)


def test_clusters_and_venues_are_called_by_their_names(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        home = a_district(session, "barranco").id
        session.add(Cluster(slug="malecon", name="Malecón", created=now))
        session.add(Venue(slug="parque", name="Parque Kennedy", kind="parque", district_id=home, created=now))
    assert said(lima, "cluster=malecon") == "En Malecón"
    assert said(lima, "venue=parque") == "En Parque Kennedy"


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        ("when", "district=lince&near=ate&km=9&free=1"),
        ("near", "district=lince&from=2026-12-05&to=2026-12-06&free=1"),
        ("free", "district=lince&near=ate&km=9&from=2026-12-05&to=2026-12-06"),
        ("district", "near=ate&km=9&from=2026-12-05&to=2026-12-06&free=1"),
    ],
)  # fmt: skip
def test_each_part_can_be_cleared_alone(kind: str, left: str) -> None:
    query = "district=lince&near=ate&km=9&from=2026-12-05&to=2026-12-06&free=1"
    chosen = Selection.read(parse_qsl(query))
    assert describing.without(chosen, kind).query() == left
