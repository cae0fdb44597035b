"""A district's profile: what its municipality says of itself, edited by its own officers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import urlsplit

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import events_hosted_by
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.errors import Forbidden, Invalid, Problem, Stale
from calendar_service.domain.mailboxes import read_address
from calendar_service.domain.territory.places import District
from calendar_service.services import history
from calendar_service.services.auditing import note
from calendar_service.services.history import Step
from calendar_service.services.recording.changes import retell
from calendar_service.services.syndication.keeping import raise_pages
from calendar_service.text import clean

LONGEST = {"site": 200, "contact_address": 200, "contact_phone": 40, "about": 2000}
IN_EVERY_EVENT = {"contact_address", "contact_phone"}
"""What the district's events say of it in calendars: changing it tells them again (rule 5)."""
CHANGED = "profile-changed"
_PHONE = re.compile(r"\+?\(?[0-9][0-9 ().-]{4,}[0-9](?: *(?:anexo|ext\.?|x) *[0-9]{1,6})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a profile says, as it is kept; every part may be empty."""

    site: str
    contact_address: str
    contact_phone: str
    about: str


def profile_of(district: District) -> Profile:
    """What a district's profile says now."""
    return Profile(
        site=district.site, contact_address=district.contact_address, contact_phone=district.contact_phone,
        about=district.about,
    )  # fmt: skip


def read_profile(given: Mapping[str, str]) -> Profile:
    """What was entered, cleaned. Raises Invalid with every problem."""
    texts = {name: clean(given.get(name, ""), multiline=name == "about") for name in LONGEST}
    problems = [
        Problem(field=name, code="text_long", values={"longest": longest})
        for name, longest in LONGEST.items() if len(texts[name]) > longest
    ]  # fmt: skip
    if not is_web_address(texts["site"]):
        problems.append(Problem(field="site", code="site_form"))
    if texts["contact_phone"] and not _PHONE.fullmatch(texts["contact_phone"]):
        problems.append(Problem(field="contact_phone", code="phone_form"))
    if texts["contact_address"]:
        texts["contact_address"] = _address(texts["contact_address"], problems)
    if problems:
        raise Invalid(problems)
    return Profile(**texts)


def _address(text: str, problems: list[Problem]) -> str:
    try:
        return read_address(text, field="contact_address")
    except Invalid as wrong:
        problems += wrong.problems
        return ""


def is_web_address(text: str) -> bool:
    """Whether a text is empty or an http(s) address of a host, without a user in it (S20)."""
    if not text:
        return True
    try:
        parts = urlsplit(text)
        bool(parts.port)  # raises for a port that is no number
    except ValueError:
        return False
    plain = text.isprintable() and not any(sign in text for sign in " \"'<>\\`")
    return plain and parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.username


def revise_profile(
    session: Session, slug: str, given: Mapping[str, str], *, seen: int, by: Viewer, now: datetime
) -> District:
    """Change a district's profile; `seen` is the version that the editor saw.

    Raises NotFound, Forbidden, Stale when somebody changed it meanwhile, Invalid with every problem.
    """
    district = _own(session, slug, by)
    if district.version != seen:
        raise Stale(current=district.version)
    before, after = profile_of(district), read_profile(given)
    changed = history.changes(asdict(before), asdict(after))
    for name in changed:
        setattr(district, name, getattr(after, name))
    if changed:
        note(session, by=by, deed=CHANGED, subject=_subject(district), district_id=district.id, now=now,
             changes=changed)  # fmt: skip
        raise_pages(session)
    session.flush()
    if IN_EVERY_EVENT & set(changed):
        for event in events_hosted_by(session, district.id):
            retell(session, event, now=now)
    return district


def _subject(district: District) -> str:
    return f"district:{district.slug}"


def profile_steps(session: Session, slug: str, *, by: Viewer) -> list[Step]:
    """How the profile of one of her districts changed, the latest first. Raises NotFound, Forbidden."""
    district = _own(session, slug, by)
    return history.steps(session, _subject(district), CHANGED, asdict(profile_of(district)))


def go_back(session: Session, slug: str, number: int, *, seen: int, by: Viewer, now: datetime) -> None:
    """Let a profile say again what it said before one of its changes; that is a change, too.

    Raises NotFound, Forbidden, Stale, Invalid.
    """
    district = _own(session, slug, by)
    said = history.before(session, _subject(district), CHANGED, asdict(profile_of(district)), number)
    revise_profile(session, slug, said, seen=seen, by=by, now=now)


def _own(session: Session, slug: str, by: Viewer) -> District:
    district = district_by_slug(session, slug)
    if not may_post_for(by, district.id):
        raise Forbidden("not_your_district")
    return district
