"""Ways on for somebody who found nothing, or little: the word that was meant, how far to look, and what each choice is
in the way of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.entrance import asking
from calendar_service.services.agenda import suggesting
from calendar_service.web.public.browsing.choosing import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOn:
    """A sentence, and where it leads."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOn:
    """`meant` is the same search with a letter set right; None when that finds nothing either. `wider` is the same
    within more kilometres, or next door, too. `fewer` are the words that find something with one of them left out, or
    alone.
    """

    meant: WayOn | None
    wider: Sequence[WayOn]
    fewer: Sequence[WayOn]
    without: Sequence[WayOn]


def ways_on(session: Session, choice: Choice, *, found: int = 0) -> WaysOn:
    """The ways on from a choice that finds nothing, or no more than so much that runs already."""
    right = suggesting.meant(session, choice.selection, now=asking.now()) if choice.selection.q else ""
    ways = suggesting.ways_out(session, choice.selection, choice.parts, now=asking.now())
    return WaysOn(
        meant=_meant(choice, right) if right else None, wider=wider(session, choice),
        fewer=_fewer(session, choice), without=[_without(each) for each in ways if each.total > found],
    )  # fmt: skip


def wider(session: Session, choice: Choice, *, found: int = 0) -> list[WayOn]:
    """Where the same finds more than what it `found`: farther away, or in the districts next door, too."""
    words, asked, now = asking.words(), choice.selection, asking.now()
    ways = []
    if way := suggesting.next_door(session, asked, now=now, found=found):
        ways.append((way, words.n(
            "Con los distritos de al lado: %(num)s fecha", "Con los distritos de al lado: %(num)s fechas", way[1],
        )))  # fmt: skip
    if way := suggesting.farther(session, asked, now=now, found=found):
        ways.append((way, words.n(
            "Hasta %(distance)s: %(num)s fecha", "Hasta %(distance)s: %(num)s fechas", way[1],
            distance=words.distance(way[0].km),
        )))  # fmt: skip
    return [WayOn(text=text, href=to.events(rest.query())) for (rest, _), text in ways]


def _fewer(session: Session, choice: Choice) -> list[WayOn]:
    words = asking.words()
    found = suggesting.fewer_words(session, choice.selection, now=asking.now())
    return [
        WayOn(
            text=words.n("Solo «%(q)s»: %(num)s fecha", "Solo «%(q)s»: %(num)s fechas", total, q=rest.q),
            href=to.events(rest.query()),
        )
        for rest, total in found
    ]


def _meant(choice: Choice, right: str) -> WayOn:
    text = asking.words().t("¿Quisiste decir «%(q)s»?", q=right)
    return WayOn(text=text, href=to.events(replace(choice.selection, q=right).query()))


def _without(way: suggesting.WayOut) -> WayOn:
    text = asking.words().n(
        "Sin «%(choice)s»: %(num)s fecha",
        "Sin «%(choice)s»: %(num)s fechas",
        way.total,
        choice=way.part.text.strip("«»“”"),
    )
    return WayOn(text=text, href=to.events(way.selection.query()))
