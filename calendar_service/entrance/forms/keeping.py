"""A form that may not be taken yet: its session had ended, or the network asks for a second factor first.

Nothing is done, and nothing that was typed is lost: a page holds every field until somebody has signed in (in whatever
steps that takes), or has set up what is asked for; then she sends it again, with the button that she pressed. Only a
form that the browser itself says came from one of our pages is kept: nobody else puts words into an officer's form.
"""

from __future__ import annotations

from flask import Response, request

from calendar_service.entrance import security
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Door, Policy
from calendar_service.entrance.forms import forgery

RESUME = "resume"
"""The button that shows a form as it was, and does nothing else."""
PUBLIC = (Policy.PUBLIC, Policy.TOKEN, Policy.OPERATOR)
DO = "do"
"""The button that was pressed; a form that is shown again before anything is done is pressed anew."""
MOST = 200_000
"""Characters of a form that is kept."""


def is_resumed(door: Door) -> bool:
    """Whether a form only asks to be shown again, which needs no token: it changes nothing."""
    return door.resumes and request.form.get("do") == RESUME and forgery.surely_came_from_us(request)


def kept(door: Door, *, lacks_factor: bool = False) -> Response | None:
    """The page that holds what was typed; None for what is no form of the desk, or not surely ours."""
    if request.method != "POST" or door.room.recognise or door.policy in PUBLIC:
        return None
    unkept = {forgery.FIELD, DO} if door.resumes else {forgery.FIELD}
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in unkept]
    if (
        not fields
        or sum(len(name) + len(value) for name, value in fields) > MOST
        or not forgery.surely_came_from_us(request)
    ):
        return None
    return page(
        "office/kept.html", status=403, path=security.request_path(), fields_kept=fields, resumes=door.resumes,
        resume=RESUME, lacks_factor=lacks_factor,
        files=[each.filename for each in request.files.values() if each.filename],
        typed=[value for _, value in fields if len(value) > 1 and " " in value],
    )  # fmt: skip
