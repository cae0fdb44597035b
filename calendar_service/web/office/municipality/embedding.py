"""An officer chooses what her municipality's site shall show, sees it, and copies the line."""

from __future__ import annotations

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import places
from calendar_service.web.office.whose import homes
from calendar_service.web.public.browsing.choosing import read_choice
from calendar_service.web.public.taking_along.embed import MOST, THEMES, read_dress, written

room = Room("embedding")


@room.get("/office/embed", policy=Policy.OFFICER)
def embed() -> Response:
    """The choices, the lines to copy, and the frame as it will look; at first for her own district."""
    if not request.query_string and (mine := _home()):
        return see_other(to.office("embed", query=f"district={mine}"))
    dress = read_dress()
    with asking.reading() as session:
        choice = read_choice(session, here=lambda query: to.office("embed", query=query))
        clusters = [(each.slug, each.name) for each in places.existing_clusters(session)]
        districts = sorted((each.slug, each.name) for each in asking.metropolis().districts)
        return page(
            "office/municipality/embed.html", choice=choice, dress=dress, themes=THEMES, most=MOST, clusters=clusters,
            districts=districts, disciplines=_disciplines(), lines=written(choice.selection, dress),
        )  # fmt: skip


def _home() -> str:
    """The district whose site it most likely is."""
    return min((each.slug for each in homes()), default="")


def _disciplines() -> list[tuple[str, str]]:
    language = asking.language()
    return [(each.slug, each.label(language)) for each in asking.metropolis().disciplines.roots]
