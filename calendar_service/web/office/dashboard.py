"""The first page of the desk: what waits for an answer, what ends soon, what is unfinished, what comes next."""

from __future__ import annotations

from flask import Response

from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.desk import desk
from calendar_service.web.office.events.lines import lines

room = Room("dashboard")


@room.get("/office/", policy=Policy.OFFICER)
def dashboard() -> Response:
    """Where one lands after signing in."""
    found = asking.signed_in()
    memberships = sorted(found.officer.memberships, key=lambda each: each.district.name) if found else []
    with asking.reading() as session:
        waiting = desk.dashboard(session, viewer=asking.viewer(), now=asking.now())
    return page(
        "office/dashboard.html", officer=found.officer if found else None, memberships=memberships,
        invitations=lines(waiting.invitations), clusters=waiting.cluster_invitations, holds=lines(waiting.holds),
        drafts=lines(waiting.drafts), coming=lines(waiting.coming), is_empty=waiting.is_empty,
    )  # fmt: skip
