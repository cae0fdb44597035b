"""Compresses pages for who takes them; private ones are left alone."""

from __future__ import annotations

import gzip

from flask import Response, request

from calendar_service.entrance import asking

WORTH_IT = 1_000
LEVEL = 4


def pack(response: Response) -> Response:
    """Gzip a page that may be shared; a form's token is fresh on each page, so its length tells nothing."""
    if response.mimetype != "text/html" or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    door = asking.door()
    taken = "gzip" in request.headers.get("Accept-Encoding", "")
    if not taken or (door and door.private) or (response.content_length or 0) < WORTH_IT:
        return response
    response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response
