"""What went wrong, as `application/problem+json` (RFC 9457), in the asker's language (S31)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request

from calendar_service.api import speaking
from calendar_service.api.answers import wear
from calendar_service.domain.errors import Problem
from calendar_service.entrance.refusals import Refusal
from calendar_service.words import Words

MEDIA_TYPE = "application/problem+json"
SENTENCES: Mapping[int | str, str] = {
    400: "api_bad_request", 401: "api_token", 405: "api_method", 415: "api_media_type", 428: "api_if_match_missing",
    "invalid": "api_invalid", "stale": "api_stale",
}  # fmt: skip
"""Where a page's reader and a program's author need to be told differently: by status, else by code."""
FILES = ("/image", "/imports")
"""How addresses end that take a file, not JSON."""


def refuse(refusal: Refusal) -> Response:
    """The answer that a refusal is."""
    status, sentence = _status(refusal), _sentence(refusal)
    words = speaking.words()
    problem = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status,
        "code": sentence.removeprefix("api_"), "detail": words.sentence(sentence, **refusal.values),
        "incident": refusal.incident, "errors": [_said(each, words) for each in refusal.problems],
    }  # fmt: skip
    answer = Response(json.dumps(problem, ensure_ascii=False), status=status, mimetype=MEDIA_TYPE)
    answer.headers.update(refusal.headers)
    _tell_more(answer, refusal)
    answer.headers["Content-Language"] = words.language
    answer.vary.add("Accept-Language")
    return wear(answer)


def _status(refusal: Refusal) -> int:
    """What a program is told where a page tells it otherwise: 400 for a body, 412 for an outdated If-Match."""
    match refusal.code:
        case "invalid":
            return 400
        case "stale" if "If-Match" in request.headers:
            return 412
        case "key_reused":
            return 422
    return refusal.status


def _sentence(refusal: Refusal) -> str:
    """The code of the sentence; refusals of HTTP itself carry no problems and no code of their own."""
    if refusal.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE and request.path.endswith(FILES):
        return "api_file_type"
    by_status = None if refusal.problems else SENTENCES.get(refusal.status)
    return by_status or SENTENCES.get(refusal.code, refusal.code)


def _said(problem: Problem, words: Words) -> dict[str, Any]:
    return {
        "field": problem.field, "code": problem.code, "message": words.sentence(problem.code, **problem.values)
    }  # fmt: skip


def _tell_more(answer: Response, refusal: Refusal) -> None:
    """How to come in (RFC 6750), what is current, what may be sent."""
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        wrong = ', error="invalid_token"' if "Authorization" in request.headers else ""
        answer.headers["WWW-Authenticate"] = f'Bearer realm="api"{wrong}'
    if refusal.code == "stale" and refusal.values.get("current"):
        answer.headers["ETag"] = f'"{refusal.values["current"]}"'
    if answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE and request.method == "PATCH":
        answer.headers["Accept-Patch"] = "application/merge-patch+json, application/json"
