"""The choices of the filter form: every vocabulary as options, ticked where they are chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from calendar_service import addresses as to
from calendar_service.domain.finding.agenda import Sort
from calendar_service.domain.finding.selection import Point, Selection, forgiving
from calendar_service.domain.vocabulary import Term
from calendar_service.entrance import asking
from calendar_service.entrance.once import once
from calendar_service.services.agenda.counting import Tally
from calendar_service.services.agenda.describing import TIMES, WHENS, small
from calendar_service.web.public.browsing.rows import hue_of
from calendar_service.words import mark

UNCOUNTED = Tally()
SOON = 3
"""Of the times, how many stand before all else."""
HOW = {"free": mark("gratis"), "outdoors": mark("al aire libre"), "indoors": mark("bajo techo")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a filter, `count` how many dates it would leave (None: not known); `under` the choices below it."""

    value: str
    label: str
    chosen: bool
    hue: int | None = None
    under: Sequence[Option] = ()
    count: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether a choice below it is ticked."""
        return any(each.chosen for each in self.under)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Filters:
    """Every choice there is, by kind."""

    whens: Sequence[Option]
    times: Sequence[Option]
    disciplines: Sequence[Option]
    formats: Sequence[Option]
    audiences: Sequence[Option]
    access: Sequence[Option]
    zones: Sequence[Option]
    districts: Sequence[Option]
    how: Sequence[Option]
    sign: str
    selection: Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """A further choice by one tap, and where it leads; `on` for the one that stands out."""

    label: str
    href: str
    hue: int | None = None
    count: int | None = None
    on: bool = False


def quick(
    selection: Selection, tally: Tally = UNCOUNTED, *, here: Callable[[str], str] = to.events
) -> list[list[Quick]]:  # fmt: skip
    """What most people want and has not been chosen yet: a line for when and how, a line for what.

    `here` gives the page's address for another query string.
    """
    return once(("quick", selection, tally, here(""), here("q=")), lambda: _quick(selection, tally, here))


def _quick(selection: Selection, tally: Tally, here: Callable[[str], str]) -> list[list[Quick]]:
    words, language, metropolis = asking.words(), asking.language(), asking.metropolis()

    def offer(label: str, further: Selection, *, hue: int | None = None, count: int | None = None) -> Quick:
        return Quick(label=label, href=here(further.query()), hue=hue, count=count)

    whens = [
        offer(words.t(text), replace(selection, when=when, from_day=None, to_day=None))
        for when, text in WHENS.items()
        if when != selection.when
    ]
    free = (
        []
        if selection.free
        else [offer(words.t("gratis"), replace(selection, free=True), count=tally.number("free", "1"))]
    )
    roots = [
        offer(
            each.label(language), replace(selection, disciplines=(*selection.disciplines, each.slug)),
            hue=hue_of(each.slug, metropolis), count=tally.number("root", each.slug),
        )
        for each in metropolis.disciplines.roots
        if each.slug not in selection.disciplines
    ]  # fmt: skip
    return [[*whens[:SOON], *_for_whom(selection, tally, offer), *free, *whens[SOON:]], roots]


def _for_whom(selection: Selection, tally: Tally, offer: Callable[..., Quick]) -> list[Quick]:
    """For whom people of this metropolis ask first."""
    metropolis, words = asking.metropolis(), asking.words()
    asked = (slug for each in metropolis.asked_first for slug in forgiving(parse_qsl(each))[0].audiences)
    return [
        offer(
            words.t("para %(audiences)s", audiences=small(metropolis.audiences.label(slug, words.language))),
            replace(selection, audiences=(*selection.audiences, slug)), count=tally.number("audience", slug),
        )
        for slug in asked if slug not in selection.audiences
    ]  # fmt: skip


def near_me(selection: Selection) -> str:
    """The list to which a script adds where somebody stands; nothing once that is chosen."""
    if isinstance(selection.near, Point):
        return ""
    return to.events(replace(selection, near=None).query(), sort=Sort.NEAR)


def filters(selection: Selection, tally: Tally = UNCOUNTED) -> Filters:
    """The form for a selection."""
    return once(("filters", selection, tally), lambda: _filters(selection, tally))


def _filters(selection: Selection, tally: Tally) -> Filters:
    metropolis, words = asking.metropolis(), asking.words()
    return Filters(
        whens=[
            Option(value=str(when), label=words.t(text), chosen=selection.when == when) for when, text in WHENS.items()
        ],
        times=[
            Option(value=str(time), label=words.t(text), chosen=selection.time == time) for time, text in TIMES.items()
        ],
        sign=words.currency_sign(metropolis.currency),
        disciplines=[_discipline(each, selection.disciplines, tally) for each in metropolis.disciplines.roots],
        formats=_options(metropolis.formats.terms, selection.formats, tally, "format"),
        audiences=_options(metropolis.audiences.terms, selection.audiences, tally, "audience"),
        access=_options(metropolis.accessibility.terms, selection.access, tally, "accessibility"),
        zones=[
            _place(each.slug, each.name, selection.zones, tally.number("zone", each.slug)) for each in metropolis.zones
        ],
        districts=[
            _place(each.slug, each.name, selection.districts, tally.number("district", each.slug))
            for each in sorted(metropolis.districts, key=lambda each: each.slug)
        ],
        how=[
            Option(value=name, label=words.t(HOW[name]), chosen=getattr(selection, name), count=tally.number(name, "1"))
            for name in HOW
        ],
        selection=selection,
    )


def _place(slug: str, name: str, chosen: Sequence[str], count: int | None) -> Option:
    return Option(value=slug, label=name, chosen=slug in chosen, count=count)


def _options(terms: Iterable[Term], chosen: Sequence[str], tally: Tally, kind: str) -> list[Option]:
    language = asking.language()
    return [
        Option(
            value=each.slug, label=each.label(language), chosen=each.slug in chosen, count=tally.number(kind, each.slug)
        )
        for each in terms
    ]  # fmt: skip


def _discipline(root: Term, chosen: Sequence[str], tally: Tally) -> Option:
    metropolis = asking.metropolis()
    return Option(
        value=root.slug, label=root.label(asking.language()), chosen=root.slug in chosen,
        hue=hue_of(root.slug, metropolis), count=tally.number("root", root.slug),
        under=_options(metropolis.disciplines.children(root.slug), chosen, tally, "discipline"),
    )  # fmt: skip
