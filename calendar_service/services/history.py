"""What a venue or a district's profile said before: read back from the log, to look at and to go back to (R25, S44)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries import audits
from calendar_service.domain.errors import NotFound
from calendar_service.domain.journal import Audit

MOST = 50
"""So far back it goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change: by whom (empty for who has no account), when, and all that was said before it and after it."""

    number: int
    who: str
    at: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs, as the log keeps it: by field, old and new."""
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


def steps(session: Session, subject: str, deed: str, said: Mapping[str, Any]) -> list[Step]:
    """The changes of a thing that says this now, the latest first."""
    found = list(takewhile(_is_kept, audits.of_subject(session, subject, deed, limit=MOST)))
    names = audits.names_of(session, {each.officer_id for each in found if each.officer_id})
    return list(_back(found, names, said))


def _is_kept(entry: Audit) -> bool:
    """Before a certain version only the names of what changed were kept: from there on, nobody knows."""
    return "changes" in entry.details


def _back(entries: Iterable[Audit], names: Mapping[int, str], said: Mapping[str, Any]) -> Iterator[Step]:
    after = dict(said)
    for each in entries:
        before = after | {name: old for name, (old, _) in each.details["changes"].items() if name in after}
        who = names.get(each.officer_id or 0, "")
        yield Step(number=each.id, who=who, at=each.at, before=before, after=after)
        after = before


def before(session: Session, subject: str, deed: str, said: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """What a thing that says this now said before one of its changes. Raises NotFound."""
    for each in steps(session, subject, deed, said):
        if each.number == number:
            return each.before
    raise NotFound("revision")
