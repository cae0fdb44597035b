"""Events as a list shows them: written once per change for everybody, and kept (rule 4).

What everybody sees of an event follows from its state alone, and every change of what it shows gives it another
version, sequence or time of change. So a kept text is never stale; it is only dropped when there are many.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

from calendar_service.api.answers import as_json
from calendar_service.api.shapes import event_json
from calendar_service.db.engine import Session
from calendar_service.domain.access import Sight, Viewer, sight
from calendar_service.domain.finding.agenda import EventKey
from calendar_service.entrance import asking
from calendar_service.services.agenda import listing
from calendar_service.services.syndication.leaving_out import left_out

MOST = 3_000
T = TypeVar("T")
LIST = "a list of the API"
_kept: dict[Hashable, str] = {}


def page_of(items: Iterable[str], next_cursor: str | None) -> str:
    """A page of a list, its items written already."""
    return f'{{"items":[{",".join(items)}],"next_cursor":{as_json(next_cursor)}}}'


def texts(session: Session, keys: Sequence[EventKey], *, viewer: Viewer) -> list[str]:
    """These events as JSON, as much as the viewer sees of each; what is not for her is left out."""
    if viewer.is_officer:
        return list(_written(session, [each.id for each in keys], viewer).values())
    house = asking.house()
    names = {each.id: (house.database.url, house.settings.base_url, each.state) for each in keys}
    found = {row: _kept[name] for row, name in names.items() if name in _kept}
    new = _written(session, [each.id for each in keys if each.id not in found], viewer)
    if len(_kept) + len(new) > MOST:
        _kept.clear()
    _kept.update({names[row]: text for row, text in new.items()})
    found |= new
    return [found[each.id] for each in keys if each.id in found]


def _written(session: Session, ids: Sequence[int], viewer: Viewer) -> dict[int, str]:
    if not ids:
        return {}
    base_url = asking.house().settings.base_url
    found: dict[int, str] = {}
    for event in listing.whole(session, ids):
        with left_out(event.uid, of=LIST):
            if sight(viewer, event) is not Sight.NOTHING:
                found[event.id] = _sendable(as_json(event_json(event, viewer=viewer, base_url=base_url)))
    return found


def apart(found: Iterable[T], say: Callable[[T], Any], *, name: Callable[[T], str]) -> list[str]:
    """Things of a list as JSON, each by itself: one that cannot be said is left out, and named in the log."""
    items: list[str] = []
    for each in found:
        with left_out(name(each), of=LIST):
            items.append(_sendable(as_json(say(each))))
    return items


def _sendable(text: str) -> str:
    """The same; half a letter, as only a hand in the database puts there, is found here and not in the whole page."""
    text.encode()
    return text
