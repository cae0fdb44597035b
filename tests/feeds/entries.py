"""Events as feeds get them: whole, and without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.db import tables
from calendar_service.domain.events import Event, EventTerm, Host, Override, Status, TermKind
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.domain.territory.places import District, Venue
from feeds.ics.check import Line, read_lines
from feeds.ics.writing import event_texts
from feeds.wording import Wording

assert tables.metadata.tables  # every mapped class is known before the first event is made

LIMA = Installation(metropolis=read_metropolis(SHIPPED_METROPOLIS), base_url="https://agenda.example", secret=b"s" * 32)
SPANISH = Wording(installation=LIMA, language="es")
ENGLISH = Wording(installation=LIMA, language="en")
UID = "11111111-2222-4333-8444-555555555555@calendario.limacultura.pe"
CHANGED = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


def a_district(slug: str = "barranco", **fields: Any) -> District:  # noqa: ANN401 - any column
    given: dict[str, Any] = {
        "code": slug, "name": slug.title(), "municipality": f"Municipalidad de {slug.title()}",
        "zone_slug": "lima-centro",
        "latitude": -12.14, "longitude": -77.02, "cell_column": 0, "cell_row": 0, "population": 1,
        "timezone": "America/Lima",
    }  # fmt: skip
    return District(slug=slug, **(given | fields))


def a_venue(name: str = "Parque Municipal", **fields: Any) -> Venue:  # noqa: ANN401 - any column
    given: dict[str, Any] = {
        "slug": "parque", "kind": "parque", "address": "Av. Grau 100", "latitude": -12.1497, "longitude": -77.0223,
    }  # fmt: skip
    venue = Venue(name=name, district_id=1, created=CHANGED, **(given | fields))
    venue.district = a_district()
    return venue


def an_entry(
    *, venue: Venue | None = None, host: District | None = None, overrides: tuple[Override, ...] = (),
    cohosts: tuple[str, ...] = (), disciplines: tuple[str, ...] = (), **fields: Any,  # noqa: ANN401 - any column
) -> Event:  # fmt: skip
    """A concert on Saturday 5 December 2026, 7:30 to 9 p. m. in Lima."""
    given: dict[str, Any] = {
        "uid": UID, "slug": "retreta", "summary": "Retreta", "status": Status.CONFIRMED, "timezone": "America/Lima",
        "start": datetime(2026, 12, 5, 19, 30), "end": datetime(2026, 12, 5, 21), "free": True,
        "created": CHANGED, "last_modified": CHANGED,
    }  # fmt: skip
    event = Event(host_id=1, **(given | fields))
    event.host = host or a_district()
    event.venue = venue
    event.terms = [EventTerm(kind=TermKind.DISCIPLINE, slug=slug) for slug in disciplines]
    event.overrides = list(overrides)
    event.hosts = [_accepted(slug) for slug in cohosts]
    return event


def _accepted(slug: str) -> Host:
    host = Host(district_id=2, state=Consent.ACCEPTED, asked=CHANGED)
    host.district = a_district(slug)
    return host


def an_override(recurrence_id: str, *, venue: Venue | None = None, **fields: Any) -> Override:  # noqa: ANN401
    override = Override(recurrence_id=recurrence_id, **fields)
    override.venue = venue
    return override


def written(event: Event, wording: Wording = SPANISH) -> dict[str, str]:
    """The texts of an event, by part."""
    return event_texts(event, wording)


def vevents(text: str) -> list[dict[str, Line]]:
    """The VEVENTs of a text, each as its lines by name."""
    found: list[dict[str, Line]] = []
    for line in read_lines(text):
        if line.name == "BEGIN":
            found.append({})
        elif line.name != "END":
            found[-1][line.name] = line
    return found


def the_vevent(event: Event, wording: Wording = SPANISH) -> dict[str, str]:
    """The values of the only VEVENT that an event becomes, as written."""
    (text,) = written(event, wording).values()
    (only,) = vevents(text)
    return {name: line.value for name, line in only.items()}
