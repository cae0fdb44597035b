"""What saving the form would do to a series that is posted already, in words: said before it is saved.

Who moves a series to other days, or loses what was said of one of them, is asked once: the form carries the mark of
what was read, and is taken when it comes back with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Event, Status
from calendar_service.domain.times.dates import Date
from calendar_service.entrance import asking
from calendar_service.services.desk.foreseeing import Followed, Foreseen, foresee
from calendar_service.services.drafts import EventDraft, read_draft
from calendar_service.services.mails.audience import Audience
from calendar_service.web.office.event_form.form import data_of
from calendar_service.web.office.forms import Data, Form

FIELD = "foreseen"
WHEN = ("start", "end", "all_day", "rrule", "rdates", "exdates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """A date of which something was said: in words, where it goes, and what becomes of what was said.

    `kind` is `cancelled`, `stays` (another day that was chosen by itself), `goes` or `lost`.
    """

    was: str
    now: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """`mark` names what was read; `asks`: it has to be read before the form is taken."""

    mark: str
    asks: bool
    before: int
    after: int
    first: str
    last: str
    left_behind: int
    fates: Sequence[Fate]
    taken_out: Sequence[str]
    public: bool
    sequence: tuple[int, int]
    audience: Audience

    @property
    def loses(self) -> bool:
        """Whether something that was said of a date goes."""
        return any(each.kind == "lost" for each in self.fates)


def outlook_of(form: Form, event: Event | None, *, base: Mapping[str, Any]) -> Outlook | None:
    """What becomes of an event with several dates when the form changes them; None where nothing is to be said."""
    data = data_of(form, base=base)[0] if event else {}
    if event is None or "start" not in data or not _changes(data, base):
        return None
    try:
        draft = read_draft(
            {**base, **{name: data[name] for name in WHEN}}, metropolis=asking.metropolis(), strict=False
        )
        with asking.house().rehearsal() as session:
            found = foresee(session, draft, slug=event.slug, by=asking.viewer(), now=asking.now())
            return _said(found, draft) if len(found.before) > 1 else None
    except Invalid:
        return None


def _changes(data: Data, base: Mapping[str, Any]) -> bool:
    def plain(value: object) -> object:
        return sorted(value) if isinstance(value, list) else value

    return any(plain(data[name]) != plain(base[name]) for name in WHEN)


def _said(found: Foreseen, draft: EventDraft) -> Outlook:
    event, words = found.event, asking.words()
    days = [words.day(each.span.first_day, today=asking.today()) for each in found.after]
    marked = sha256(repr([getattr(draft, name) for name in WHEN]).encode()).hexdigest()[:16]
    return Outlook(
        mark=marked, asks=event.status != Status.DRAFT and (found.other_days or found.loses), before=len(found.before),
        after=len(found.after), first=days[0] if days else "", last=days[-1] if days else "",
        left_behind=found.left_behind,
        fates=[_fate(each) for each in found.followed], taken_out=list(_taken_out(event)), public=event.is_public,
        sequence=found.sequence, audience=found.audience,
    )  # fmt: skip


def _fate(each: Followed) -> Fate:
    was, now = each.was, each.now
    if now is None:
        return Fate(was=_usual(was), now="", kind="lost")
    if now.cancelled:
        return Fate(was=_usual(was), now=_usual(now), kind="cancelled")
    stays = now.span.start.date() != now.original.date()
    said = asking.words().span(now.span, today=asking.today())
    return Fate(was=_usual(was), now=said, kind="stays" if stays else "goes")


def _usual(date: Date) -> str:
    """The day that the series gives it."""
    return asking.words().day(date.original.date(), today=asking.today())


def _taken_out(event: Event) -> Iterator[str]:
    """The days to come on which there is none."""
    days = sorted({each.date() for each in event.exdates})
    return (asking.words().day(each, today=asking.today()) for each in days if each >= asking.today())
