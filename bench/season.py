"""The season that every figure is measured on: 10,000 events over 43 districts in 18 months, the same for a seed.

15 % are all day, 12 % repeat weekly, 5 % are cancelled; descriptions have 300 to 900 characters. Rows are written
in bulk, but through the same drafts, fillings and kept texts as posting, so what is stored is what posting stores
(revisions and audit rows, which no page reads, excepted).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.network.places import all_districts
from calendar_service.domain.access import ANYBODY, Viewer
from calendar_service.domain.events import Event, Status
from calendar_service.domain.publication import EVERYTHING, district_scope
from calendar_service.domain.territory.places import District
from calendar_service.services.agenda.searching import write_words
from calendar_service.services.drafts import read_draft
from calendar_service.services.events.filling import fill
from calendar_service.services.network import clusters
from calendar_service.services.recording.occurrences import materialise
from calendar_service.services.syndication.keeping import keep, raise_scopes
from calendar_service.text import slugify

SEED = 43
EVENTS = 10_000
BEFORE, DAYS = 180, 548
"""Eighteen months, of which six are past."""
ALL_DAY, WEEKLY, CANCELLED = 0.15, 0.12, 0.05
BATCH = 250
MEMBERS = 5
"""How many districts the one cluster has."""

KINDS = (
    ("Concierto", "musica", "concierto"), ("Taller de danza", "danza", "taller"),
    ("Función de teatro", "teatro", "funcion"),
    ("Exposición de pintura", "pintura-dibujo", "exposicion"), ("Cine en el parque", "cine", "proyeccion"),
    ("Feria del libro", "feria-libro", "feria"), ("Recital de poesía", "poesia", "encuentro"),
    ("Pasacalle", "pasacalles-carnavales", "pasacalle"), ("Retreta", "bandas", "concierto"),
    ("Visita guiada a la huaca", "arqueologia", "visita-guiada"),
)  # fmt: skip
AUDIENCES = ("todo-publico", "familias", "jovenes")
WORDS = """
música barrio tradición familia plaza guitarra cajón danza noche jóvenes vecinas escenario libre
taller memoria niñas niños maestros público entrada ensayo coro banda huaca parque domingo sábado
tarde función elenco ñusta caminata relato poesía color mural cerámica tejido marinera festejo
huaino jazz cumbia feria libro autor lectura
""".split()  # noqa: SIM905 - as a list it would fill the page


def afternoon(now: datetime) -> datetime:
    """Three o'clock of that day in Lima, for all that falls due: at other hours there are many more dates, or few."""
    return now.replace(hour=20, minute=0)


def sentences(rng: Random) -> str:
    """Spanish-looking text of 300 to 900 characters."""
    wanted, text = rng.randint(300, 900), ""
    while len(text) < wanted:
        text += " ".join(rng.choices(WORDS, k=rng.randint(6, 14))).capitalize() + ". "
    return text[:wanted].strip()


def fields_of(rng: Random, district: District, number: int, *, start: date) -> dict[str, Any]:
    """One event of the season in the API's fields; the season begins at `start`."""
    title, discipline, format_ = rng.choice(KINDS)
    day = start + timedelta(days=rng.randrange(DAYS))
    shape = rng.random()
    if shape < ALL_DAY:
        when: dict[str, Any] = {"start": f"{day}", "end": f"{day + timedelta(days=rng.randrange(20))}", "all_day": True}
    else:
        hour = rng.randint(9, 20)
        when = {"start": f"{day}T{hour:02d}:30", "end": f"{day}T{hour + 2:02d}:00"}
        if shape < ALL_DAY + WEEKLY:
            when["rrule"] = f"FREQ=WEEKLY;COUNT={rng.randint(4, 16)}"
    venue = {
        "name": f"Local {number % 7} de {district.name}", "kind": "centro-cultural",
        "address": f"Av. Central {number % 900}", "lat": district.latitude, "lon": district.longitude,
    }  # fmt: skip
    return when | {
        "summary": f"{title} «{' '.join(rng.choices(WORDS, k=2)).title()}» {number}", "description": sentences(rng),
        "disciplines": [discipline], "format": format_, "audiences": [rng.choice(AUDIENCES)],
        "free": rng.random() < 0.7, "venue": venue, "expected_attendance": rng.randint(20, 3000),
    }  # fmt: skip


def make(database: Database, *, now: datetime, events: int = EVENTS, seed: int = SEED) -> None:
    """Write the season around `now` into a database that has its metropolis and nothing else; forms one cluster."""
    rng = Random(seed)
    with database.deed() as session:
        form_cluster(session, now=now)
    numbers = iter(range(events))
    while batch := list(islice(numbers, BATCH)):
        with database.deed() as session:
            districts = all_districts(session)
            scopes = {scope for number in batch for scope in _write(session, rng, districts, number, now=now)}
            raise_scopes(session, scopes)


def form_cluster(session: Session, *, now: datetime) -> None:
    """A cluster of the first five districts by name."""
    members = [each.slug for each in all_districts(session)[:MEMBERS]]
    everybody = Viewer(districts=frozenset(each.id for each in all_districts(session)), channel="command")
    cluster = clusters.propose(session, name="Centro", members=members, proposer=members[0], by=everybody, now=now)
    for slug in members[1:]:
        clusters.answer(session, cluster.slug, slug, accept=True, by=everybody, now=now)


def _write(
    session: Session, rng: Random, districts: Sequence[District], number: int, *, now: datetime
) -> tuple[str, str]:
    """Write one event; gives the scopes to raise."""
    district = districts[number % len(districts)]
    metropolis = session.installation.metropolis
    fields = fields_of(rng, district, number, start=now.date() - timedelta(days=BEFORE))
    draft = read_draft(fields, metropolis=metropolis)
    event = Event(
        uid=f"{number:08d}@{metropolis.uid_domain}", slug=slugify(draft.summary), host_id=district.id,
        summary=draft.summary, start=draft.starts, timezone=district.timezone, created=now, last_modified=now,
        first_published=now, status=Status.CANCELLED if rng.random() < CANCELLED else Status.CONFIRMED,
    )  # fmt: skip
    event.host = district
    event.terms, event.overrides, event.hosts = [], [], []
    fill(session, event, draft, by=ANYBODY, now=now)
    write_words(session, event)
    session.add(event)
    session.flush()
    materialise(session, event, now=now - timedelta(days=2 * BEFORE))
    keep(session, event)
    return EVERYTHING, district_scope(district.slug)
