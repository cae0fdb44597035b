"""Events as news: one entry each, for readers of Atom and JSON Feed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_DNS, UUID, uuid5

from calendar_service import addresses
from calendar_service.domain.events import Event, Status
from calendar_service.domain.times.dates import Date, rule_of
from calendar_service.domain.times.moments import write_wall
from calendar_service.text import clean
from feeds.wording import Wording, page, place

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a feed of entries says of itself; addresses are absolute. One that is a secret does not say `itself`."""

    key: UUID
    title: str
    description: str
    page: str
    itself: str
    language: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event. `summary` says when and where, `text` everything, both in words; `start`, `end` are as in the API."""

    id: str
    title: str
    url: str
    summary: str
    text: str
    author: str
    tags: tuple[str, ...]
    published: datetime
    updated: datetime
    start: str
    end: str | None
    timezone: str
    status: str


def entry_of(event: Event, wording: Wording, *, shared: bool = False) -> Entry:
    """An event, wholly loaded, as an entry. `shared`: it stands in a feed of those who share it, and says whose it is.

    Raises BadRule for one that makes no sense.
    """
    where = ", ".join(part for part in place(event, event.venue) if part)
    mark = wording.shared_by(event.host.municipality) if shared else ""
    when_where = " · ".join(part for part in (_when(event, wording), where, mark) if part)
    return Entry(
        id=f"urn:uuid:{urn(event.uid)}",
        title=_fit(wording.summary(event, cancelled=event.status == Status.CANCELLED)),
        url=wording.of(page(event)), summary=_fit(when_where), text=_fit(_text(event, when_where, wording)),
        author=_fit(event.host.municipality), tags=tuple(map(_fit, wording.categories(event))),
        published=event.first_published or event.created, updated=event.last_modified,
        start=write_wall(event.start, all_day=event.all_day),
        end=write_wall(event.end, all_day=event.all_day) if event.end else None,
        timezone=event.timezone, status=str(event.status),
    )  # fmt: skip


def entry_of_date(event: Event, date: Date, wording: Wording) -> Entry:
    """One date of an event, by itself: an entry under a name of its own, which is always the same."""
    whole, cancelled = entry_of(event, wording), date.cancelled or event.status == Status.CANCELLED
    span, where = date.span, ", ".join(part for part in place(event, date.venue) if part)
    when_where = " · ".join(part for part in (wording.words.span(span), where) if part)
    return replace(
        whole, id=f"urn:uuid:{uuid5(urn(event.uid), date.recurrence_id)}", url=wording.url(event, date),
        title=_fit(wording.summary(event, cancelled=cancelled)), summary=_fit(when_where),
        text=_fit(f"{when_where}\n\n{wording.description(event, date)}"),
        start=write_wall(span.start, all_day=span.all_day),
        end=write_wall(span.end, all_day=span.all_day) if span.end else None,
        status=str(Status.CANCELLED if cancelled else event.status),
    )  # fmt: skip


def busy_entry(event: Event, wording: Wording) -> Entry:
    """A hold of which a reader may not know the title: whose it is, when, what, for whom, how big; on the board and
    nowhere else.
    """
    when, about = _fit(_when(event, wording)), _fit(wording.about_hold(event))
    return Entry(
        id=f"urn:uuid:{urn(event.uid)}", title=_fit(wording.busy(event)), url=wording.of(addresses.office("board")),
        summary=when, text=f"{when}\n\n{about}" if about else when, author=_fit(event.host.municipality),
        tags=tuple(map(_fit, wording.kind(event))), published=event.last_modified, updated=event.last_modified,
        start=write_wall(event.start, all_day=event.all_day),
        end=write_wall(event.end, all_day=event.all_day) if event.end else None,
        timezone=event.timezone, status=str(event.status),
    )  # fmt: skip


def urn(uid: str) -> UUID:
    """The UUID that a UID begins with; of another UID, one that is always the same."""
    try:
        return UUID(uid.partition("@")[0])
    except ValueError:
        return uuid5(NAMESPACE_DNS, uid)


def _when(event: Event, wording: Wording) -> str:
    """The first date, and how it goes on."""
    words, rule = wording.words, rule_of(event)
    said = [words.span(event.span)]
    if rule is not None:
        said.append(words.recurrence(rule))
    if event.rdates:
        said.append(words.n("y %(num)s fecha más", "y %(num)s fechas más", len(event.rdates)))
    return ", ".join(said)


def _text(event: Event, when_where: str, wording: Wording) -> str:
    return "\n\n".join([when_where, wording.text(event)])


def _fit(text: str) -> str:
    """XML takes no control character, and a damaged event must not break the others."""
    return clean(text, multiline=True)
