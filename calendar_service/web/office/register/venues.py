"""The venues of an officer's districts: listed, and changed with every event that shows them."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.access import may_post_for
from calendar_service.domain.errors import DomainError, Forbidden, Invalid, Mendable, Problem, Stale
from calendar_service.domain.territory.places import Venue
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import places
from calendar_service.services.desk import desk
from calendar_service.services.events.remarks import NAME, remark
from calendar_service.services.venues import changing, merging
from calendar_service.services.venues.changing import VenueChange
from calendar_service.web.office import changes
from calendar_service.web.office.event_form.choices import options
from calendar_service.web.office.event_form.form import read_point
from calendar_service.web.office.events.saying import Difference
from calendar_service.web.office.forms import Form, page_after, seen
from calendar_service.words import mark

room = Room("venues")
notices(venue_changed=mark("Lugar guardado. Los eventos que lo muestran ya lo dicen así."))
MOST_PEOPLE = 1_000_000
FIELDS = {
    "name": mark("Nombre"), "kind": mark("Qué es"), "address": mark("Dirección"), "point": mark("Posición"),
    "capacity": mark("Aforo"), "accessibility": mark("Accesibilidad"), "public_space": mark("Espacio público"),
}  # fmt: skip


@room.get("/office/venues", policy=Policy.OFFICER)
def listing() -> Response:
    """The venues of her districts, by name; what may stand twice, for who looks after them."""
    with asking.reading() as session:
        viewer = asking.viewer()
        return page(
            "office/register/venues.html", venues=desk.venues(session, viewer=viewer),
            suspects=merging.suspects(session, by=viewer), merges=merging.recent(session, by=viewer, now=asking.now()),
        )  # fmt: skip


@room.get("/office/venues/<slug>", policy=Policy.OFFICER)
def venue(slug: str) -> Response:
    """The form of one."""
    found = own(slug)
    return moved(to.office("venues", found.slug)) if found.slug != slug else _shown(found, _form(found))


@room.post("/office/venues/<slug>", policy=Policy.OFFICER)
def change(slug: str) -> Response:
    """Keep what was typed. Who saw an older version is shown what stands now beside it."""
    form = Form(request.form)
    try:
        wanted = read_venue(form)
        with asking.deed() as session:
            found = places.venue(session, slug, viewer=asking.viewer())
            changing.change(session, found, wanted, seen=seen(form), by=asking.viewer(), now=asking.now())
    except Mendable as wrong:
        return _shown(own(slug), form, wrong=wrong)
    return see_other(to.office("venues"), said="venue-changed")


def own(slug: str) -> Venue:
    """A venue of her districts. Raises NotFound, Forbidden."""
    with asking.reading() as session:
        found = places.venue(session, slug, viewer=asking.viewer())
    if not may_post_for(asking.viewer(), found.district_id):
        raise Forbidden("not_your_district")
    return found


def _form(found: Venue) -> Form:
    """The form as the venue stands."""
    form = form_of(changing.said_of(found))
    form["seen"] = str(found.version)
    return form


def form_of(found: VenueChange) -> Form:
    """What a venue says, as its form says it."""
    point = f"{found.latitude}, {found.longitude}" if found.latitude is not None else ""
    form = Form({
        "name": found.name, "kind": found.kind, "address": found.address, "point": point,
        "capacity": "" if found.capacity is None else str(found.capacity),
        "public_space": "1" if found.public_space else "",
    })  # fmt: skip
    form.setlist("accessibility", list(found.accessibility))
    return form


def read_venue(form: Form) -> VenueChange:
    """What was typed. Raises Invalid with every problem."""
    problems: list[Problem] = []
    said: dict[str, Any] = {}
    for name, read in (("name", _name), ("address", _address), ("point", _point), ("capacity", _capacity)):
        try:
            said[name] = read(form.get(name, ""))
        except Invalid as wrong:
            problems += wrong.problems
    if problems:
        raise Invalid(problems)
    latitude, longitude = said.pop("point")
    return VenueChange(
        **said, kind=form.get("kind", ""), latitude=latitude, longitude=longitude,
        accessibility=tuple(form.getlist("accessibility")), public_space=form.get("public_space") == "1",
    )  # fmt: skip


def _name(text: str) -> str:
    return remark(text, field="name", limit=NAME, missing="required")


def _address(text: str) -> str:
    return remark(text, field="address", limit=NAME)


def _point(text: str) -> tuple[float | None, float | None]:
    return read_point(text, field="point")


def _capacity(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise Invalid.of("capacity", "number_form")
    if len(text) > 9 or int(text) > MOST_PEOPLE:  # noqa: PLR2004 - digits
        raise Invalid.of("capacity", "number_range")
    return int(text)


def _shown(found: Venue, form: Form, *, wrong: DomainError | None = None) -> Response:
    metropolis, language = asking.metropolis(), asking.words().language
    compared = _compared(found, form) if isinstance(wrong, Stale) else []
    if isinstance(wrong, Stale):
        form["seen"] = str(found.version)
    return page_after(
        "office/register/venue.html", wrong, venue=found, form=form,
        stale=isinstance(wrong, Stale), compared=compared, may_merge=merging.may_merge(asking.viewer(), found),
        kinds=options(metropolis.venue_kinds, language),
        accessibility=options(metropolis.accessibility, language), names=FIELDS,
    )  # fmt: skip


def _compared(found: Venue, form: Form) -> list[Difference]:
    """Both texts side by side, field by field."""
    return changes.differences(FIELDS, in_words(_form(found)), in_words(form))


def in_words(form: Form) -> dict[str, str]:
    """What a form says, for a person to read."""
    metropolis, words = asking.metropolis(), asking.words()
    labels = [metropolis.accessibility.label(each, words.language) for each in form.getlist("accessibility")]
    said = {name: " ".join(form.get(name, "").split()) for name in FIELDS}
    return said | {
        "kind": metropolis.venue_kinds.label(said["kind"], words.language), "accessibility": "; ".join(labels),
        "public_space": words.t("sí") if said["public_space"] else words.t("no"),
    }  # fmt: skip
