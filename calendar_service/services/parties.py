"""The organisations that take part in an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from calendar_service.db.engine import Session
from calendar_service.db.queries.network import organisations as queries
from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.events import Event
from calendar_service.domain.network.organisations import Organisation


def parties_of(session: Session, event: Event) -> Mapping[str, Organisation]:
    """The organisations that take part in an event, by slug."""
    return organisations_called(session, [each for each, _ in event.organisations])


def organisations_called(session: Session, slugs: Sequence[str]) -> Mapping[str, Organisation]:
    """The organisations with these slugs, by slug."""
    return {each.slug: each for each in queries.organisations_named(session, slugs)} if slugs else {}


def names_of_parties(session: Session, events: Iterable[Event]) -> Mapping[str, str]:
    """What the organisations that take part in some of these events are called, by slug."""
    slugs = dict.fromkeys(slug for event in events for slug, _ in event.organisations)
    return {slug: each.name for slug, each in organisations_called(session, list(slugs)).items()}


def check_parties(session: Session, slugs: Sequence[str], *, field: str = "organisations") -> None:
    """Raises Invalid unless each is a public entry that stands for itself."""
    if not slugs:
        return
    known = {each.slug: each for each in queries.organisations_named(session, slugs) if not each.replaced_by_id}
    problems = [
        Problem(field=field, code="unknown_value", values={"value": each}) for each in slugs if each not in known
    ]
    problems += [
        Problem(field=field, code="party_hidden", values={"name": each.name})
        for each in known.values() if not each.public
    ]  # fmt: skip
    if problems:
        raise Invalid(problems)
