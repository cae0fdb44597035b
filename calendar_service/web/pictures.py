"""The files of pictures: kept by browsers for ever, since another picture has another address (S39)."""

from __future__ import annotations

from flask import Response, request

from calendar_service.domain.errors import NotFound
from calendar_service.entrance import asking
from calendar_service.entrance.assets import FOR_EVER
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.pictures import keeping, storing

room = Room("pictures")
TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
NOTHING_RUNS = "default-src 'none'; sandbox"


@room.get("/pictures/<digest>/<name>", policy=Policy.PUBLIC)
def picture(digest: str, name: str) -> Response:
    """One file. What no public event shows is seen by officers alone, and not kept by their browsers (S17)."""
    content = storing.read(asking.house().settings.data_dir, digest, name)
    if content is None:
        raise NotFound
    with asking.reading() as session:
        public = keeping.may_see(session, digest, viewer=asking.viewer())
    if public is None:
        raise NotFound
    answer = Response(content, mimetype=TYPES[name.rpartition(".")[2]])
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = FOR_EVER if public else "private, no-store"
    answer.set_etag(f"{digest}-{name}")
    return answer.make_conditional(request)  # type: ignore[return-value] # werkzeug's own type; it gives itself back
