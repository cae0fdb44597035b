"""The organisations that take part, as the form says them: a row each, its name typed; known, or new and entered.

The lists `party`, `party_role`, `party_slug` and `party_kind` of the form belong together, a place to each row. A name
that the register does not know is a question: is it one of those that it is like, or of what kind is it?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from calendar_service.db.engine import Session
from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Event
from calendar_service.domain.finding.names import label_of
from calendar_service.domain.network.organisations import Organisation, OrganisationRole
from calendar_service.entrance import asking
from calendar_service.entrance.answers import text
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.network import joining
from calendar_service.services.parties import organisations_called
from calendar_service.web.office.forms import Form
from calendar_service.words import mark

room = Room("parties")
FIELD = "organisations"
LISTS = ("party", "party_role", "party_slug", "party_kind")
FREE_ROWS, MOST = 2, 20
NAME = 120
ROLES: Mapping[str, str] = {OrganisationRole.ALLY: mark("Aliada"), OrganisationRole.ORGANISER: mark("Organiza")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One of them: what was typed; `asked`: the register does not know it. `alike` are (slug, what it is called)."""

    name: str
    role: str
    kind: str = ""
    asked: bool = False
    alike: Sequence[tuple[str, str]] = ()


@room.get("/office/organisations/suggestions", policy=Policy.OFFICER)
def suggestions() -> Response:
    """What the organisations are called that hold the words of `?q=`, a line each; `?home=` is the district's slug."""
    wished, home = request.args.get("q", "")[:80], request.args.get("home", "")
    if len(wished.strip()) < 2:  # noqa: PLR2004 - letters
        return text("")
    with asking.reading() as session:
        return text("\n".join(joining.suggestions(session, wished, home=home, viewer=asking.viewer())))


def read(form: Form) -> list[dict[str, Any]]:
    """What the form says, as the draft writes it."""
    rows = _rows(form)
    return [
        {"slug": slug, "role": role} if slug else {"name": name, "kind": kind, "role": role}
        for name, role, slug, kind in rows[:MOST]
        if name or slug
    ]


def show(form: Form, event: Event) -> None:
    """Write those of an event into the form: by their slugs, which `rows` makes names of."""
    form.setlist("party_slug", [slug for slug, _ in event.organisations])
    form.setlist("party_role", [role for _, role in event.organisations])
    form.setlist("party", [""] * len(event.organisations))


def settle(form: Form) -> Invalid | None:
    """Write the slugs of those that are meant into the form. Gives the question about those that nobody knows."""
    answers = [(form.get(f"party_is-{place}", ""), form.get(f"party_kind-{place}", ""))
               for place in range(len(form.getlist("party")))]  # fmt: skip
    typed = [row for row in zip(_rows(form), answers, strict=False) if row[0][0] or row[0][2]]
    with asking.reading() as session:
        found = [_settled(session, form.get("host", ""), row, answer) for row, answer in typed]
    for place, name in enumerate(LISTS):
        form.setlist(name, [row[place] for row in found])
    if any(not slug and not kind for _, _, slug, kind in found):
        return Invalid.of(FIELD, "form_party_unknown")
    return None


Typed = tuple[str, str, str, str]
"""A row of the form: name, role, slug, kind."""


def _rows(form: Form) -> list[Typed]:
    names = form.getlist("party")
    roles, slugs, kinds = (form.getlist(each)[: len(names)] for each in LISTS[1:])
    rows = zip(names, *([*each, *[""] * (len(names) - len(each))] for each in (roles, slugs, kinds)), strict=True)
    return [(" ".join(name.split())[:NAME], role if role in ROLES else str(OrganisationRole.ALLY), slug, kind)
            for name, role, slug, kind in rows]  # fmt: skip


def _settled(session: Session, home: str, row: Typed, answer: tuple[str, str]) -> Typed:
    name, role, slug, known_kind = row
    if slug and not name:
        return row
    is_one, kind = answer
    viewer = asking.viewer()
    if found := joining.named(session, name, home=home, viewer=viewer):
        return name, role, found.slug, ""
    if chosen := next((each for each in joining.alike(session, name, viewer=viewer) if each.slug == is_one), None):
        return label_of(chosen, home=home), role, chosen.slug, ""
    kind = kind or known_kind
    return name, role, "", kind if kind in asking.metropolis().organisation_kinds else ""


def rows(session: Session, form: Form) -> list[Row]:
    """The rows to be shown, and empty ones after them."""
    home, typed = form.get("host", ""), _rows(form)
    called = organisations_called(session, [slug for _, _, slug, _ in typed if slug])
    shown = [_row(session, each, called, home=home) for each in typed]
    free = [Row(name="", role=str(OrganisationRole.ALLY))] * max(1, FREE_ROWS - len(shown))
    return [*shown, *free][:MOST]


def _row(session: Session, typed: Typed, called: Mapping[str, Organisation], *, home: str) -> Row:
    name, role, slug, kind = typed
    if slug:
        known = called.get(slug)
        return Row(name=name or (label_of(known, home=home) if known else slug), role=role)
    alike = joining.alike(session, name, viewer=asking.viewer())
    labels = [(each.slug, label_of(each, home=home)) for each in alike]
    return Row(name=name, role=role, kind=kind, asked=True, alike=labels)
