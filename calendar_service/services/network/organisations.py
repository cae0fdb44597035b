"""The register of organisations: entered and kept by officers, looked into, merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import event_by_id
from calendar_service.db.queries.network import organisations as queries
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.errors import Forbidden, Invalid, Problem, Stale, WrongState
from calendar_service.domain.events import Event
from calendar_service.domain.mailboxes import read_address
from calendar_service.domain.network.organisations import Organisation
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.services.auditing import note
from calendar_service.services.naming import free_slug
from calendar_service.services.network.districts import is_web_address
from calendar_service.services.recording.changes import record, retell, snapshot
from calendar_service.services.syndication.keeping import raise_pages
from calendar_service.text import clean, slugify

LISTED = 500
LONGEST = {"name": 120, "about": 2000, "site": 200, "contact_address": 200, "contact_phone": 40}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the register says of an organisation."""

    name: str
    kind: str
    disciplines: tuple[str, ...] = ()
    about: str = ""
    site: str = ""
    contact_address: str = ""
    contact_phone: str = ""
    public: bool = True


def entry_of(organisation: Organisation) -> Entry:
    """What the register says of one now."""
    return Entry(**{each.name: getattr(organisation, each.name) for each in fields(Entry)})


def read_entry(given: Mapping[str, str], disciplines: Sequence[str], metropolis: Metropolis) -> Entry:
    """What was entered, cleaned. Raises Invalid with every problem."""
    texts = {name: clean(given.get(name, ""), multiline=name == "about") for name in LONGEST}
    problems = [
        Problem(field=name, code="text_long", values={"longest": longest})
        for name, longest in LONGEST.items() if len(texts[name]) > longest
    ]  # fmt: skip
    if not texts["name"]:
        problems.append(Problem(field="name", code="required"))
    if given.get("kind", "") not in metropolis.organisation_kinds:
        problems.append(Problem(field="kind", code="unknown_value", values={"value": given.get("kind", "")}))
    problems += [
        Problem(field="disciplines", code="unknown_value", values={"value": each})
        for each in disciplines if each not in metropolis.disciplines
    ]  # fmt: skip
    if not is_web_address(texts["site"]):
        problems.append(Problem(field="site", code="site_form"))
    if texts["contact_address"]:
        try:
            texts["contact_address"] = read_address(texts["contact_address"], field="contact_address")
        except Invalid as wrong:
            problems += wrong.problems
    if problems:
        raise Invalid(problems)
    found = tuple(dict.fromkeys(disciplines))
    return Entry(**texts, kind=given["kind"], disciplines=found, public=given.get("public") == "1")


def register(session: Session, *, viewer: Viewer, districts: Sequence[str] = ()) -> Sequence[Organisation]:
    """The entries that somebody may see, by slug, at most LISTED."""
    return queries.organisations_by_slug(session, districts, viewer=viewer, limit=LISTED)


def organisation(session: Session, slug: str, *, viewer: Viewer) -> Organisation:
    """An entry; of a merged one, the one that replaced it. Raises NotFound, also for what she may not know of."""
    return queries.organisation_by_slug(session, slug, viewer=viewer)


def enter(session: Session, entry: Entry, *, district: str, by: Viewer, now: datetime) -> Organisation:
    """Enter an organisation of one's own district; whoever enters it vouches for it. Raises NotFound, Forbidden."""
    home = district_by_slug(session, district)
    if not may_post_for(by, home.id):
        raise Forbidden("not_your_district")
    slug = free_slug(entry.name, queries.organisation_slugs_like(session, slugify(entry.name)))
    made = Organisation(
        slug=slug, district_id=home.id, created=now, verified=now, verified_by_id=by.officer_id,
        **{each.name: getattr(entry, each.name) for each in fields(Entry)},
    )  # fmt: skip
    made.district = home
    session.add(made)
    session.flush()
    _note(session, made, "organisation-enter", by=by, now=now)
    return made


def may_keep(by: Viewer, organisation: Organisation) -> bool:
    """Whether she keeps an entry: an officer of its district, or the facilitator."""
    return by.writes and (by.facilitator or may_post_for(by, organisation.district_id))


def change(session: Session, organisation: Organisation, to: Entry, *, seen: int, by: Viewer, now: datetime) -> None:
    """Change an entry; the events in which it takes part are found by its new name. It is thereby looked into again.

    Raises Forbidden, Stale, WrongState when it would hide what takes part in events.
    """
    _check(organisation, seen=seen, by=by)
    involved = queries.events_with(session, organisation.slug)
    if involved and not to.public:
        raise WrongState("organisation_takes_part")
    renamed = organisation.name != to.name
    for each in fields(Entry):
        setattr(organisation, each.name, getattr(to, each.name))
    organisation.verified, organisation.verified_by_id = now, by.officer_id
    session.flush()
    _note(session, organisation, "organisation-change", by=by, now=now)
    if renamed:
        for event in _events(session, involved):
            retell(session, event, now=now)


def merge(
    session: Session, organisation: Organisation, into: str, *, seen: int, by: Viewer, now: datetime
) -> Organisation:
    """Let another entry stand for this one, in every event too; its address leads there. Gives the other.

    Raises Forbidden, Stale, NotFound for an entry that there is not, Invalid for itself or a hidden one.
    """
    _check(organisation, seen=seen, by=by)
    other = queries.organisation_by_slug(session, into, viewer=by)
    involved = queries.events_with(session, organisation.slug)
    if other.id == organisation.id or (involved and not other.public):
        raise Invalid.of("into", "unknown_value", value=into)
    organisation.replaced_by_id = other.id
    session.flush()
    for event in _events(session, involved):
        before = snapshot(event)
        _replace(event, organisation.slug, other.slug)
        record(session, event, before, deed="organisation-merged", by=by, now=now)
    _note(session, organisation, "organisation-merge", by=by, now=now)
    return other


def _replace(event: Event, old: str, new: str) -> None:
    there = {(each.kind, each.slug) for each in event.terms}
    for term in [each for each in event.terms if each.slug == old and each.kind in ("organiser", "ally")]:
        if (term.kind, new) in there:
            event.terms.remove(term)
        else:
            term.slug = new


def _check(organisation: Organisation, *, seen: int, by: Viewer) -> None:
    if not may_keep(by, organisation):
        raise Forbidden("not_your_district")
    if seen != organisation.version:
        raise Stale(current=organisation.version)


def _events(session: Session, ids: Sequence[int]) -> list[Event]:
    found = (event_by_id(session, each) for each in ids)
    return [each for each in found if each is not None]


def _note(session: Session, organisation: Organisation, deed: str, *, by: Viewer, now: datetime) -> None:
    note(session, by=by, deed=deed, subject=f"organisation:{organisation.slug}",
         district_id=organisation.district_id, now=now)  # fmt: skip
    raise_pages(session)
