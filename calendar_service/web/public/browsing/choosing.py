"""What a page's address chooses: read forgivingly, said as a sentence, each part cleared by one tap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from calendar_service.db.engine import Session
from calendar_service.domain.errors import Problem
from calendar_service.domain.finding.selection import LISTS, Pairs, Selection, forgiving
from calendar_service.entrance import asking
from calendar_service.entrance.once import once
from calendar_service.services.agenda import browsing, describing
from calendar_service.services.agenda.describing import Part

NAMED_IN_DATABASE = frozenset({"cluster", "venue", "organisation"})
"""Choices whose names may change any moment; all others are the metropolis's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A part of the choice in words, and where to go without it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen; `problems` are hints about what could not be taken."""

    selection: Selection
    problems: Sequence[Problem]
    chips: Sequence[Chip]
    sentence: str
    parts: Sequence[Part]

    @property
    def query(self) -> str:
        """The canonical query string, for every other address that shall carry the choice."""
        return self.selection.query()


def read_choice(session: Session, *, here: Callable[[str], str], ignore_time: bool = False) -> Choice:
    """Read the query string. `here` gives this page's address for another query string."""
    pairs = tuple(asking.query_pairs())
    if {key for key, _ in pairs} & NAMED_IN_DATABASE:
        return _read(session, pairs, here=here, ignore_time=ignore_time)
    key = ("choice", pairs, here(""), here("q="), ignore_time)
    return once(key, lambda: _read(session, pairs, here=here, ignore_time=ignore_time))


def _read(session: Session, pairs: Pairs, *, here: Callable[[str], str], ignore_time: bool) -> Choice:
    selection, problems = forgiving(pairs)
    unknown = browsing.check_names(session, selection)
    selection = _dropped(selection.without_time() if ignore_time else selection, unknown)
    return choice_of(session, selection, problems=[*problems, *unknown], here=here)


def choice_of(
    session: Session, selection: Selection, *, problems: Sequence[Problem], here: Callable[[str], str]
) -> Choice:  # fmt: skip
    """A selection in words."""
    words, today = asking.words(), asking.today()
    said = describing.parts(session, selection, words=words, today=today)
    chips = [Chip(text=each.text, href=here(describing.without(selection, each.kind).query())) for each in said]
    return Choice(selection=selection, problems=problems, chips=chips, sentence=describing.sentence(said), parts=said)


def _dropped(selection: Selection, unknown: Sequence[Problem]) -> Selection:
    """The selection without the names that there are not."""
    bad: defaultdict[str, set[str]] = defaultdict(set)
    for problem in unknown:
        bad[problem.field].add(problem.values["value"])
    if "near" in bad:
        selection = describing.without(selection, "near")
    return replace(selection, **{
        LISTS[key]: tuple(each for each in getattr(selection, LISTS[key]) if each not in values)
        for key, values in bad.items() if key in LISTS
    })  # type: ignore[arg-type]  # fmt: skip
