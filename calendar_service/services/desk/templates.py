"""Templates of one's own: kept of an event, and made into one that is not posted yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries.desk import templates as queries
from calendar_service.domain.access import Viewer, may_edit
from calendar_service.domain.errors import Forbidden, Invalid
from calendar_service.domain.events import Event, Status
from calendar_service.domain.posting.templates import Template
from calendar_service.services.auditing import note
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.posting import made
from calendar_service.services.events.remarks import remark
from calendar_service.services.naming import Slugs
from calendar_service.text import fold

MOST, NAME = 50, 80
LISTED = 200
ONCE: dict[str, Any] = {"image": None, "date_reason": "", "rdates": [], "exdates": []}
"""What belongs to one event alone: its poster, and what was said of its dates."""
MAY_BE_GONE = ("venue", "organisations")
"""What a template names that may have been merged, hidden or taken away since."""


def save(session: Session, event: Event, name: str, *, by: Viewer, now: datetime) -> Template:
    """Keep what an event of one's own says as a template of its host's. Raises Forbidden, Invalid."""
    if not may_edit(by, event):
        raise Forbidden("not_your_event")
    if queries.count_templates(session, event.host_id) >= MOST:
        raise Invalid.of("name", "too_many_values", limit=MOST)
    said, folded = _name(session, event.host_id, name, but=None)
    template = Template(
        district_id=event.host_id, name=said, folded=folded, draft=_plain(draft_of(event)) | ONCE,
        made_by_id=by.officer_id, created=now,
    )  # fmt: skip
    template.district = event.host
    session.add(template)
    session.flush()
    _note(session, template, "template-save", by=by, now=now)
    return template


def _plain(draft: dict[str, Any]) -> dict[str, Any]:
    """As JSON keeps it: a choice as its word."""
    return {name: str(value) if isinstance(value, str) else value for name, value in draft.items()}


def _name(session: Session, district_id: int, name: str, *, but: int | None) -> tuple[str, str]:
    said = remark(name, field="name", limit=NAME, missing="required")
    folded = fold(said)[:NAME]
    if queries.is_called(session, district_id, folded, but=but):
        raise Invalid.of("name", "template_name_taken")
    return said, folded


def listed(session: Session, *, viewer: Viewer) -> Sequence[Template]:
    """The templates of the districts for which she may post, by name."""
    return queries.templates_of(session, viewer.districts, limit=LISTED) if viewer.writes else ()


def rename(session: Session, number: int, name: str, *, by: Viewer, now: datetime) -> Template:
    """Call one otherwise. Raises NotFound, Invalid."""
    template = _own(session, number, by)
    template.name, template.folded = _name(session, template.district_id, name, but=template.id)
    _note(session, template, "template-rename", by=by, now=now)
    return template


def delete(session: Session, number: int, *, by: Viewer, now: datetime) -> None:
    """Take one away for good: the events made of it stay. Raises NotFound."""
    template = _own(session, number, by)
    _note(session, template, "template-delete", by=by, now=now)
    session.delete(template)


def _own(session: Session, number: int, by: Viewer) -> Template:
    return queries.template_by_id(session, number, by.districts if by.writes else ())


def event_of(session: Session, number: int, *, by: Viewer, now: datetime) -> Event:
    """An event as a template says it, not stored; what is gone since is left out. Raises NotFound."""
    template = _own(session, number, by)
    try:
        return _made(session, template, template.draft, by=by, now=now)
    except Invalid as wrong:
        gone = {each.field for each in wrong.problems} | set(MAY_BE_GONE)
        left = {name: value for name, value in template.draft.items() if name not in gone - {"summary", "start"}}
        return _made(session, template, left, by=by, now=now)


def _made(session: Session, template: Template, data: dict[str, Any], *, by: Viewer, now: datetime) -> Event:
    draft = read_draft(data, metropolis=session.installation.metropolis, strict=False)
    slugs = Slugs(session)
    return made(draft, host=template.district, slugs=slugs, status=Status.DRAFT, by=by, now=now)


def _note(session: Session, template: Template, deed: str, *, by: Viewer, now: datetime) -> None:
    note(session, by=by, deed=deed, subject=f"template:{template.id}", district_id=template.district_id, now=now,
         name=template.name)  # fmt: skip
