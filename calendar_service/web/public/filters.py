"""The choices of the filter form: every vocabulary as options, ticked where they are chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from calendar_service import addresses as to
from calendar_service.domain.selection import Selection
from calendar_service.domain.vocabulary import Term
from calendar_service.entrance import asking
from calendar_service.entrance.once import once
from calendar_service.services.agenda.describing import WHENS
from calendar_service.web.public.rows import hue_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a filter; `under` are the choices below it."""

    value: str
    label: str
    chosen: bool
    hue: int | None = None
    under: Sequence[Option] = ()

    @property
    def is_open(self) -> bool:
        """Whether a choice below it is ticked."""
        return any(each.chosen for each in self.under)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Filters:
    """Every choice there is, by kind."""

    whens: Sequence[Option]
    disciplines: Sequence[Option]
    formats: Sequence[Option]
    audiences: Sequence[Option]
    access: Sequence[Option]
    zones: Sequence[Option]
    districts: Sequence[Option]
    selection: Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """A further choice by one tap, and where it leads."""

    label: str
    href: str
    hue: int | None = None


def quick(selection: Selection, *, here: Callable[[str], str] = to.events) -> list[list[Quick]]:
    """What most people want and has not been chosen yet: a line for when and how, a line for what.

    `here` gives the page's address for another query string.
    """
    return once(("quick", selection, here(""), here("q=")), lambda: _quick(selection, here))


def _quick(selection: Selection, here: Callable[[str], str]) -> list[list[Quick]]:
    words, language, metropolis = asking.words(), asking.language(), asking.metropolis()

    def offer(label: str, further: Selection, *, hue: int | None = None) -> Quick:
        return Quick(label=label, href=here(further.query()), hue=hue)

    whens = [
        offer(words.t(text), replace(selection, when=when, from_day=None, to_day=None))
        for when, text in WHENS.items()
        if when != selection.when
    ]
    free = [] if selection.free else [offer(words.t("gratis"), replace(selection, free=True))]
    roots = [
        offer(
            each.label(language), replace(selection, disciplines=(*selection.disciplines, each.slug)),
            hue=hue_of(each.slug, metropolis),
        )
        for each in metropolis.disciplines.roots
        if each.slug not in selection.disciplines
    ]  # fmt: skip
    return [[*whens, *free], roots]


def filters(selection: Selection) -> Filters:
    """The form for a selection."""
    return once(("filters", selection), lambda: _filters(selection))


def _filters(selection: Selection) -> Filters:
    metropolis, words = asking.metropolis(), asking.words()
    return Filters(
        whens=[
            Option(value=str(when), label=words.t(text), chosen=selection.when == when) for when, text in WHENS.items()
        ],
        disciplines=[_discipline(each, selection.disciplines) for each in metropolis.disciplines.roots],
        formats=_options(metropolis.formats.terms, selection.formats),
        audiences=_options(metropolis.audiences.terms, selection.audiences),
        access=_options(metropolis.accessibility.terms, selection.access),
        zones=[
            Option(value=each.slug, label=each.name, chosen=each.slug in selection.zones) for each in metropolis.zones
        ],
        districts=[
            Option(value=each.slug, label=each.name, chosen=each.slug in selection.districts)
            for each in sorted(metropolis.districts, key=lambda each: each.slug)
        ],
        selection=selection,
    )


def _options(terms: Iterable[Term], chosen: Sequence[str]) -> list[Option]:
    language = asking.language()
    return [Option(value=each.slug, label=each.label(language), chosen=each.slug in chosen) for each in terms]


def _discipline(root: Term, chosen: Sequence[str]) -> Option:
    metropolis = asking.metropolis()
    return Option(
        value=root.slug, label=root.label(asking.language()), chosen=root.slug in chosen,
        hue=hue_of(root.slug, metropolis), under=_options(metropolis.disciplines.children(root.slug), chosen),
    )  # fmt: skip
