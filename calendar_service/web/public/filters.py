"""The choices of the filter form: every vocabulary as options, ticked where they are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from calendar_service import addresses as to
from calendar_service.domain.selection import Selection
from calendar_service.domain.vocabulary import Term
from calendar_service.entrance import asking
from calendar_service.services.describing import WHENS
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


@dataclass(frozen=True, slots=True, kw_only=True)
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
    """A choice by one tap: where it leads, and whether it is made already (then it leads back)."""

    label: str
    href: str
    chosen: bool
    hue: int | None = None


def quick(selection: Selection) -> list[list[Quick]]:
    """The choices that most people want, one line for when and how, one for what."""
    words, language, metropolis = asking.words(), asking.language(), asking.metropolis()
    timeless = replace(selection, from_day=None, to_day=None)
    whens = [
        _toggle(words.t(text), selection.when == when, replace(timeless, when=when), replace(timeless, when=None))
        for when, text in WHENS.items()
    ]
    free = _toggle(words.t("gratis"), selection.free, replace(selection, free=True), replace(selection, free=False))
    roots = [
        replace(_discipline_toggle(each.slug, selection), label=each.label(language), hue=hue_of(each.slug, metropolis))
        for each in metropolis.disciplines.roots
    ]
    return [[*whens, free], roots]


def _toggle(label: str, chosen: bool, on: Selection, off: Selection) -> Quick:  # noqa: FBT001 - one of a pair
    return Quick(label=label, href=to.events((off if chosen else on).query()), chosen=chosen)


def _discipline_toggle(slug: str, selection: Selection) -> Quick:
    others = tuple(each for each in selection.disciplines if each != slug)
    on, off = replace(selection, disciplines=(*others, slug)), replace(selection, disciplines=others)
    return _toggle("", slug in selection.disciplines, on, off)


def filters(selection: Selection) -> Filters:
    """The form for a selection."""
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
