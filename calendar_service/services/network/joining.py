"""Organisations as somebody enters them in an event: known, found by name, or new to the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.organisations import every_organisation
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Event
from calendar_service.domain.finding import names
from calendar_service.domain.network.organisations import Organisation
from calendar_service.services.drafts import PartyDraft
from calendar_service.services.network import organisations as register
from calendar_service.services.parties import check_parties

FIELD = "organisations"


def named(session: Session, text: str, *, home: str, viewer: Viewer) -> Organisation | None:
    """The entry that somebody in a district means by what she typed, hidden ones included."""
    return names.named(every_organisation(session, viewer=viewer), text, home=home)


def alike(session: Session, text: str, *, viewer: Viewer) -> list[Organisation]:
    """Those of the whole register that it might be, written otherwise; the likest first."""
    return names.alike([each for each in every_organisation(session, viewer=viewer) if each.public], text)


def suggestions(session: Session, text: str, *, home: str, viewer: Viewer) -> list[str]:
    """What the entries are called that hold these words and may take part; the district's own first."""
    public = [each for each in every_organisation(session, viewer=viewer) if each.public]
    return names.suggested(public, text, home=home, said=lambda each: each.name)


def joined(
    session: Session, event: Event, wanted: Sequence[PartyDraft], *, by: Viewer, now: datetime
) -> list[PartyDraft]:  # fmt: skip
    """What is entered, each by its slug: what has only a name yet is found in the host's district, or entered there.

    Only what is new to the event is looked up. Raises Invalid for what nobody knows, or is not shown to the public.
    """
    known = {slug for slug, _ in event.organisations}
    check_parties(session, [each.slug for each in wanted if each.slug and each.slug not in known])
    return [each if each.slug else _entered(session, event, each, by=by, now=now) for each in wanted]


def _entered(session: Session, event: Event, wanted: PartyDraft, *, by: Viewer, now: datetime) -> PartyDraft:
    home = event.host.slug
    found = named(session, wanted.name, home=home, viewer=by)
    if found is None or found.district.slug != home:
        if wanted.kind not in session.installation.metropolis.organisation_kinds:
            raise Invalid.of(FIELD, "unknown_value", value=wanted.kind)
        entry = register.Entry(name=wanted.name, kind=wanted.kind)
        found = register.enter(session, entry, district=home, by=by, now=now)
    check_parties(session, [found.slug])
    return PartyDraft(slug=found.slug, role=wanted.role)
