"""What to do first, for who has just arrived: each step with its button, ticked once it is done."""

from __future__ import annotations

from dataclasses import dataclass

from calendar_service import addresses as to
from calendar_service.domain.access import Viewer
from calendar_service.domain.territory.places import District
from calendar_service.words import Words, mark

PUBLISH = mark("Publica tu primer evento")
PUBLISH_TEXT = mark("Basta con el título, cuándo y dónde. Aparece en la agenda, en la página de tu distrito y en los"
                    " calendarios de quienes lo siguen. ¿Aún no es seguro? Guárdalo como borrador o reserva la fecha:"
                    " las vecinas ven que está tomada.")  # fmt: skip
BRING = mark("O trae la programación que ya tienes")
BRING_TEXT = mark("Una hoja de cálculo o un archivo de calendario. Ves qué entraría antes de que entre.")  # fmt: skip
INTRODUCE = mark("Presenta a tu distrito")
INTRODUCE_TEXT = mark("Sitio web, contacto y unas líneas sobre su vida cultural, en su página pública.")
TEAM = mark("Suma a tu equipo")
TEAM_TEXT = mark("Cada persona con su propia cuenta: cuando alguien se va, lo publicado se queda.")
FOLLOW = mark("Lleva la agenda en tu teléfono")
FOLLOW_TEXT = mark("Un calendario tuyo con lo de tu distrito y sus vecinas, también reservas y borradores.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of them, in words."""

    title: str
    text: str
    href: str
    label: str
    done: bool = False


def first_steps(words: Words, viewer: Viewer, homes: list[District], *, has_published: bool) -> list[Step]:
    """The steps, in the order in which they pay off."""
    bare = [each for each in homes if not (each.about or each.site or each.contact_address)]
    profile = to.office("district", query=f"district={(bare or homes)[0].slug}")
    said = [
        (PUBLISH, PUBLISH_TEXT, to.office("events", "new"), mark("Publicar un evento"), has_published),
        (BRING, BRING_TEXT, to.office("import"), mark("Traer un archivo"), has_published),
        (INTRODUCE, INTRODUCE_TEXT, profile, mark("Completar la página"), not bare),
        (FOLLOW, FOLLOW_TEXT, to.office("feeds"), mark("Crear mi calendario"), False),
    ]
    if viewer.managed:
        said.insert(3, (TEAM, TEAM_TEXT, to.office("people"), mark("Invitar a alguien"), False))
    return [
        Step(title=words.t(title), text=words.t(text), href=href, label=words.t(label), done=done)
        for title, text, href, label, done in said
    ]
