"""The first page of the desk: who she is, what is hers, where things are."""

from __future__ import annotations

from flask import Response

from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room

room = Room("dashboard")


@room.get("/office/", policy=Policy.OFFICER)
def dashboard() -> Response:
    """Where one lands after signing in."""
    found = asking.signed_in()
    memberships = sorted(found.officer.memberships, key=lambda each: each.district.name) if found else []
    return page("office/dashboard.html", officer=found.officer if found else None, memberships=memberships)
