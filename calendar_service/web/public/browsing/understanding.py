"""What a search was understood to mean, said openly: its words as they stand are one tap away, and what has all of them
in its title is never hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.finding.agenda import Sort
from calendar_service.domain.finding.selection import Selection
from calendar_service.entrance import asking
from calendar_service.services.agenda import browsing
from calendar_service.services.agenda.browsing import Found
from calendar_service.services.agenda.describing import Part
from calendar_service.services.agenda.understanding import meant
from calendar_service.web.public.browsing.choosing import Choice, choice_of
from calendar_service.web.public.browsing.rows import Row, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was understood in words; `literally` finds the words as they stand, and `here` what is near, nearest first,
    once a script has added where somebody stands (empty when that was not asked for).
    """

    typed: Selection
    text: str
    literally: str
    here: str


def understood(session: Session, typed: Choice) -> tuple[Choice, Understood | None]:
    """The choice that a search means, and how to say so; the same choice when its words mean none."""
    found = meant(typed.selection, asking.metropolis(), today=asking.today())
    if found is None:
        return typed, None
    choice = choice_of(session, found.selection, problems=typed.problems, here=to.events)
    here = to.events(found.selection.query(), sort=Sort.NEAR) if found.here else ""
    said = [each.text for each in _new(choice, typed)]
    said += [asking.words().t("cerca de mí")] if found.here else []
    said = said or [asking.words().t("en todos los distritos")]
    literally = to.events(typed.selection.quoted().query())
    return choice, Understood(typed=typed.selection, text=", ".join(said), literally=literally, here=here)


def _new(choice: Choice, typed: Choice) -> list[Part]:
    return [each for each in choice.parts if each not in typed.parts and each.kind != "q"]


def titled(session: Session, understood: Understood | None, found: Found) -> list[Row]:
    """What has all the words in its title and is not among what was found."""
    if understood is None or found.page > 1:
        return []
    there = {each.event_id for each in found.dates} | {each.event_id for each in found.running}
    return Rows().rows(browsing.titled(session, understood.typed, but=there, now=asking.now()))
