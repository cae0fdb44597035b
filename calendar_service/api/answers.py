"""The forms an answer takes: JSON with its entity tag, and the headers that every answer of the API wears."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from flask import Response, request

READING = ("GET", "HEAD", "OPTIONS")
FOR_AN_HOUR = "public, max-age=3600"


def json_answer(value: Any, *, status: int = 200, etag: str = "", cache: str = "no-cache") -> Response:  # noqa: ANN401
    """JSON in UTF-8. Without an entity tag of its own it gets one of its bytes; a matching If-None-Match gets 304."""
    return written(as_json(value), status=status, etag=etag, cache=cache)


def as_json(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """JSON as short as it gets."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def written(text: str, *, status: int = 200, etag: str = "", cache: str = "no-cache") -> Response:
    """The same of JSON that is written already."""
    body = text.encode()
    answer = Response(body, status=status, mimetype="application/json")
    answer.headers["Cache-Control"] = cache
    answer.set_etag(etag or sha256(body).hexdigest()[:20])
    wear(answer)
    if request.method in READING:
        answer.make_conditional(request)
    return answer


def nothing() -> Response:
    """Done, and there is nothing to say (204)."""
    return wear(Response(status=204))


def wear(answer: Response) -> Response:
    """Answers to a token are never stored (S27); what needs none may be read from any site, but not changed."""
    answer.vary.add("Authorization")
    if "Authorization" in request.headers:
        answer.headers["Cache-Control"] = "no-store"
    elif request.method in READING:
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = "ETag"
    return answer


def preflight() -> Response:
    """What a script on another site may send: to read, and without a token (Fetch, section 3.2.2)."""
    answer = Response(status=204)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
    answer.headers["Access-Control-Allow-Headers"] = "Accept-Language, Content-Type, If-None-Match"
    answer.headers["Access-Control-Max-Age"] = "86400"
    answer.headers["Allow"] = "GET, HEAD, OPTIONS"
    return answer
