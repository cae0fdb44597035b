"""How a thing changed, as a page: who changed what, when, old and new in words, and the way back (R25)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response

from calendar_service.domain.errors import DomainError, Invalid
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices
from calendar_service.services.history import MOST, Step
from calendar_service.web.office.events.saying import Difference
from calendar_service.web.office.forms import page_after
from calendar_service.words import mark

notices(gone_back=mark("Hecho: dice otra vez lo que decía. En la historia puedes deshacerlo."))
Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change, and each difference that it made."""

    number: int
    who: str
    at: datetime
    differences: Sequence[Difference]


def entries(steps: Sequence[Step], labels: Mapping[str, str], in_words: Callable[[Said], Said]) -> list[Entry]:
    """The changes in words: `labels` names what a person reads, `in_words` says it."""
    return [
        Entry(number=each.number, who=each.who, at=each.at,
              differences=differences(labels, in_words(each.before), in_words(each.after)))
        for each in steps
    ]  # fmt: skip


def differences(labels: Mapping[str, str], old: Said, new: Said) -> list[Difference]:
    """What differs between two texts, field by field."""
    return [
        Difference(label=asking.words().t(label), old=old[name], new=new[name])
        for name, label in labels.items()
        if old[name] != new[name]
    ]


def history(
    found: Sequence[Entry], *, name: str, here: str, back: str, seen: int, fields: Mapping[str, str] | None = None,
    wrong: DomainError | None = None,
) -> Response:  # fmt: skip
    """The page; `here` is its path, to which the number of a change is added, `back` the thing's own page.

    `wrong` is why it did not go back.
    """
    said = wrong.problems[0] if isinstance(wrong, Invalid) else wrong
    told = asking.words().sentence(said.code, **said.values) if said else ""
    return page_after(
        "office/changes.html", wrong, entries=found, name=name, here=here,
        back=back, seen=seen, kept=fields or {}, told=told, most=MOST,
    )  # fmt: skip
