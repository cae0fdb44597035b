"""What the event's form offers to choose from, in the language of the request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calendar_service.domain.territory.places import Venue
from calendar_service.domain.times.rule_parts import WEEKDAYS
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.entrance import asking
from calendar_service.web.office.event_form.when.repetition import KINDS
from calendar_service.web.office.forms import Form

Option = tuple[str, str]
Group = tuple[str, Sequence[Option]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Options are (value, label), groups (label, options)."""

    hosts: Sequence[Option]
    venue_kinds: Sequence[Option]
    party_kinds: Sequence[Option]
    disciplines: Sequence[Group]
    formats: Sequence[Option]
    audiences: Sequence[Option]
    accessibility: Sequence[Option]
    languages: Sequence[Option]
    texts: Sequence[Option]
    repeats: Sequence[Option]
    weekdays: Sequence[Option]


def choices(*, hosts: Sequence[Option], form: Form) -> Choices:
    """Everything the form offers; of languages also what it has that is on no list."""
    metropolis, words = asking.metropolis(), asking.words()
    said = words.language
    chosen = form.getlist("languages")
    return Choices(
        hosts=hosts,
        venue_kinds=options(metropolis.venue_kinds, said),
        party_kinds=options(metropolis.organisation_kinds, said),
        disciplines=_two_levels(metropolis.disciplines, said),
        formats=options(metropolis.formats, said),
        audiences=options(metropolis.audiences, said),
        accessibility=options(metropolis.accessibility, said),
        languages=[(code, words.language_name(code)) for code in dict.fromkeys([*metropolis.spoken, *chosen])],
        texts=[(code, words.language_name(code)) for code in metropolis.languages],
        repeats=[(kind, words.t(text)) for kind, text in KINDS.items()],
        weekdays=[(code, weekday_name(place)) for place, code in enumerate(WEEKDAYS)],
    )


def options(vocabulary: Vocabulary, language: str) -> list[Option]:
    """The terms of a vocabulary."""
    return [(each.slug, each.label(language)) for each in vocabulary.terms]


def _two_levels(vocabulary: Vocabulary, language: str) -> list[Group]:
    """Each term of the first level with those below it, itself first."""
    return [
        (root.label(language), [(each.slug, each.label(language)) for each in (root, *vocabulary.children(root.slug))])
        for root in vocabulary.roots
    ]


def venue_groups(venues: Sequence[Venue], present: Venue | None) -> list[Group]:
    """Venues by district; the event's own is among them wherever it is."""
    every = [*venues, *([present] if present and present.id not in {each.id for each in venues} else [])]
    groups: dict[str, list[Option]] = {}
    for each in every:
        groups.setdefault(each.district.name, []).append((each.slug, each.name))
    return list(groups.items())


def weekday_name(place: int) -> str:
    """The name of a weekday; Monday is 0."""
    return str(asking.words().locale.days["format"]["wide"][place])
