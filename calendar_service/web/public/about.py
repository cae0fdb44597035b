"""What this is, and what is kept of whom."""

from __future__ import annotations

from flask import Response

from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room

room = Room("about")


@room.get("/about", policy=Policy.PUBLIC)
def about() -> Response:
    """What this is, and for whom."""
    return page(
        "public/about.html", districts=len(asking.metropolis().districts), contact=asking.house().settings.mail_from
    )


@room.get("/privacy", policy=Policy.PUBLIC)
def privacy() -> Response:
    """What is kept of a person, why and how long (S45 to S48)."""
    return page("public/privacy.html", contact=asking.house().settings.mail_from)
