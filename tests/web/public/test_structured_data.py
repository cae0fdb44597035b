"""Every event's JSON-LD is schema.org's: known types, their own properties, values of the right kind (issue 3, 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.services.events.revising import Change, change_occurrence
from tests.web.pages import visit
from tests.web.public.test_event_pages import call_off, structured
from tests.web.season import Season

pytestmark = pytest.mark.one_database

SCHEMA = "https://schema.org/"
MOVED = Change(start=datetime(2026, 12, 13, 18), end=datetime(2026, 12, 13, 20))
EVENTS = frozenset({
    "Event", "BusinessEvent", "ChildrensEvent", "ComedyEvent", "CourseInstance", "DanceEvent", "EducationEvent",
    "ExhibitionEvent", "Festival", "FoodEvent", "Hackathon", "LiteraryEvent", "MusicEvent", "SaleEvent",
    "PerformingArtsEvent", "ScreeningEvent", "SocialEvent", "SportsEvent", "TheaterEvent", "VisualArtsEvent",
})  # fmt: skip
"""Event and what schema.org derives from it."""

Kind = Callable[[Any], bool]


def is_text(value: Any) -> bool:  # noqa: ANN401 - JSON
    return isinstance(value, str) and value.strip() != ""


def is_link(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str) and re.fullmatch(r"https?://[^\s\"<>]+", value) is not None


def is_moment(value: Any) -> bool:  # noqa: ANN401
    """A date, or a moment that says its offset."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date.fromisoformat(value) is not None
    return datetime.fromisoformat(value).utcoffset() is not None


def is_wall(value: Any) -> bool:  # noqa: ANN401
    """A date or a wall clock; the Schedule beside it says the zone."""
    return datetime.fromisoformat(value).tzinfo is None


def one_of(*names: str) -> Kind:
    return lambda value: value in {SCHEMA + each for each in names}


def like(form: str) -> Kind:
    return lambda value: re.fullmatch(form, str(value)) is not None


def a(*types: str) -> Kind:
    return lambda value: isinstance(value, dict) and value["@type"] in types


def each(kind: Kind) -> Kind:
    return lambda value: isinstance(value, list) and value != [] and all(map(kind, value))


def either(one: Kind, other: Kind) -> Kind:
    return lambda value: one(value) or other(value)


EVENT: Mapping[str, Kind] = {
    "@context": like("https://schema.org"), "name": is_text, "url": is_link, "description": is_text,
    "inLanguage": like("[a-z]{2,3}(-[A-Z]{2})?"), "startDate": is_moment, "endDate": is_moment,
    "eventStatus": one_of("EventScheduled", "EventCancelled", "EventRescheduled"), "previousStartDate": is_moment,
    "eventAttendanceMode": one_of(*(f"{each}EventAttendanceMode" for each in ("Offline", "Online", "Mixed"))),
    "location": either(a("Place", "VirtualLocation"), each(a("Place", "VirtualLocation"))),
    "organizer": each(a("GovernmentOrganization", "Organization")), "contributor": each(a("Organization")),
    "isAccessibleForFree": lambda value: value is True,
    "offers": a("Offer"), "typicalAgeRange": like(r"\d+-\d*"), "audience": each(a("Audience")),
    "image": a("ImageObject"), "eventSchedule": a("Schedule"), "subEvent": each(a(*EVENTS)), "superEvent": a(*EVENTS),
}  # fmt: skip
TYPES: Mapping[str, Mapping[str, Kind]] = {
    **dict.fromkeys(EVENTS, EVENT),
    "Place": {"name": is_text, "url": is_link, "address": either(a("PostalAddress"), is_text),
              "geo": a("GeoCoordinates")},
    "VirtualLocation": {"url": is_link},
    "PostalAddress": {"streetAddress": is_text, "addressLocality": is_text, "addressRegion": is_text,
                      "addressCountry": like("[A-Z]{2}")},
    "GeoCoordinates": {"latitude": lambda value: abs(value) <= 90, "longitude": lambda value: abs(value) <= 180},
    "GovernmentOrganization": {"name": is_text, "url": is_link}, "Organization": {"name": is_text, "url": is_link},
    "Offer": {"price": like(r"\d+(\.\d\d)?"), "priceCurrency": like("[A-Z]{3}"), "url": is_link,
              "availability": one_of("InStock")},
    "Audience": {"audienceType": is_text},
    "ImageObject": {"url": is_link, "width": like(r"\d+"), "height": like(r"\d+"), "caption": is_text,
                    "creditText": is_text},
    "Schedule": {"repeatFrequency": like(r"P\d+[DWMY]"), "startDate": is_wall, "endDate": is_wall,
                 "repeatCount": like(r"\d+"), "byDay": each(like("-?[1-5]?(MO|TU|WE|TH|FR|SA|SU)")),
                 "byMonthDay": each(like(r"\d+")), "scheduleTimezone": like("[A-Z][A-Za-z_]+/[A-Za-z_/]+"),
                 "exceptDate": each(is_wall), "startTime": like(r"\d\d:\d\d:\d\d"), "endTime": like(r"\d\d:\d\d:\d\d")},
}  # fmt: skip
NEEDED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(EVENTS, frozenset({"name", "url"})), "Place": frozenset({"name", "address"}),
    "Offer": frozenset({"price", "priceCurrency"}), "ImageObject": frozenset({"url"}),
}  # fmt: skip
"""What search engines ask for; a whole event also has to say when, where, who and whether it takes place."""


def faults(thing: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """What is not schema.org's in a node and all below it."""
    known = TYPES[thing["@type"]]
    here = f"{path}/{thing['@type']}"
    yield from (f"{here}: {name} missing" for name in NEEDED.get(thing["@type"], frozenset()) - thing.keys())
    for name, value in thing.items():
        if name == "@type":
            continue
        if name not in known or not known[name](value):
            yield f"{here}.{name}: {value!r}"
        for below in value if isinstance(value, list) else [value]:
            if isinstance(below, dict):
                yield from faults(below, f"{here}.{name}")


def test_every_kind_of_event_says_nothing_that_schema_org_does_not_know(client: FlaskClient, season: Season) -> None:
    series = season.post("Serie", rrule="FREQ=WEEKLY;BYDAY=SA;UNTIL=20270130", exdates=["2026-12-19T19:30"])
    with season.house.deed() as session:
        for key, changed in (("20261212T1930", MOVED), ("20261226T1930", Change(cancelled=True, reason="Feriado"))):
            mine = event_by_slug(session, series.slug)
            change_occurrence(session, mine, key, changed, seen=mine.version, by=season.officers["barranco"],
                              now=season.now)  # fmt: skip
    parties = (("Colectivo Ñan", "organiser"), ("Circo a Pulmón", "ally"))
    joint = season.post("Conjunta", free=False, price="12.5", booking_url="https://reservas.example/1",
                        online_url="https://vivo.example/", age_from=6, age_to=11, audiences=["familias"],
                        organisations=[{"name": name, "kind": "colectivo", "role": role} for name, role in parties],
                        )  # fmt: skip
    season.jointly(joint, "miraflores")
    off = season.post("Cancelada", format="festival", age_from=18)
    call_off(season, off)
    slugs = (
        series.slug, f"{series.slug}/20261212T1930", f"{series.slug}/20261226T1930", joint.slug, off.slug,
        season.post("Por meses", rrule="FREQ=MONTHLY;BYDAY=1SA;COUNT=6").slug,
        season.post("Por días", rrule="FREQ=MONTHLY;BYMONTHDAY=5;COUNT=6").slug,
        season.post("Sueltas", rdates=["2026-12-09T18:00"]).slug,
        season.post("Días", start="2026-12-04", end="2026-12-06", format="exposicion").slug,
        season.post("Sin sala", venue=None, place_note="Frente al mar").slug,
        season.post("En línea", venue=None, online_url="https://vivo.example/").slug,
    )  # fmt: skip
    said = {slug: structured(visit(client, f"/events/{slug}")) for slug in slugs}
    assert {slug: found for slug, each in said.items() if (found := list(faults(each)))} == {}
    always = {"startDate", "location", "organizer", "eventStatus", "eventAttendanceMode"}
    assert {slug: always - each.keys() for slug, each in said.items() if always - each.keys()} == {}
    whole, moved, gone = (said[slug] for slug in slugs[:3])
    assert (moved["eventStatus"], moved["previousStartDate"]) == (
        f"{SCHEMA}EventRescheduled", "2026-12-12T19:30:00-05:00",
    )  # fmt: skip
    assert gone["eventStatus"] == said[off.slug]["eventStatus"] == f"{SCHEMA}EventCancelled"
    assert whole["eventSchedule"]["exceptDate"] == ["2026-12-19T19:30:00"]
    assert whole["eventSchedule"]["endDate"] == "2027-01-30"
    assert [each["url"].rpartition("/")[2] for each in whole["subEvent"]][:3] == [
        "20261205T1930", "20261212T1930", "20261226T1930",
    ]  # fmt: skip
    assert {each["name"] for each in said[joint.slug]["organizer"]} == {
        "Municipalidad de Barranco", "Municipalidad de Miraflores", "Colectivo Ñan",
    }  # fmt: skip
    assert [each["name"] for each in said[joint.slug]["contributor"]] == ["Circo a Pulmón"]
    assert [each["@type"] for each in said[joint.slug]["location"]] == ["Place", "VirtualLocation"]
    assert said[joint.slug]["offers"]["url"] == "https://reservas.example/1"


def test_every_type_that_the_vocabularies_name_is_an_event_of_schema_org() -> None:
    metropolis = read_metropolis(SHIPPED_METROPOLIS)
    terms = (*metropolis.formats.terms, *metropolis.disciplines.terms)
    assert {each.more.get("schema_org_type", "") for each in terms} - {""} <= EVENTS
