"""What a program sends: strict JSON (S40, F19). No NaN, no key twice, at most 20 levels, a type that is said."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import LengthRequired, UnsupportedMediaType

from calendar_service.domain.errors import Invalid

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
DEPTH = 20


def read(*, optional: bool = False) -> dict[str, Any]:
    """The object in the body; an empty body is an empty object where that is enough.

    Raises LengthRequired, UnsupportedMediaType, RequestEntityTooLarge, Invalid.
    """
    if not optional and request.content_length is None:
        raise LengthRequired
    raw = request.get_data(cache=True)
    if optional and not raw:
        return {}
    taken = (JSON, MERGE_PATCH) if request.method == "PATCH" else (JSON,)
    if request.mimetype not in taken or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise UnsupportedMediaType
    value = parse(raw)
    if not isinstance(value, dict):
        raise Invalid.of("", "json_object")
    return value


def parse(raw: bytes) -> Any:  # noqa: ANN401 - any JSON
    """A JSON text (RFC 8259). Raises Invalid."""
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except RecursionError as wrong:
        raise Invalid.of("", "json_deep", levels=DEPTH) from wrong
    except UnicodeDecodeError as wrong:
        raise Invalid.of("", "json_encoding") from wrong
    except json.JSONDecodeError as wrong:
        raise Invalid.of("", "json_syntax", line=wrong.lineno, column=wrong.colno) from wrong
    except ValueError as wrong:  # an integer of thousands of digits
        raise Invalid.of("", "json_number") from wrong
    _check(value, field="", levels=DEPTH)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Invalid.of(_shown(key), "json_twice")
        found[key] = value
    return found


def _no_number(_: str) -> NoReturn:
    raise Invalid.of("", "json_number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Invalid.of("", "json_number")
    return number


def _check(value: Any, *, field: str, levels: int) -> None:  # noqa: ANN401 - any JSON
    """Depth, and texts that no database takes: NUL, and halves of surrogate pairs (RFC 7493 section 2.1)."""
    if isinstance(value, str) and not is_sound(value):
        raise Invalid.of(field, "json_text")
    if not isinstance(value, dict | list):
        return
    if not levels:
        raise Invalid.of(field, "json_deep", levels=DEPTH)
    for key, inner in value.items() if isinstance(value, dict) else (("", each) for each in value):
        _check(key, field=field, levels=levels)
        _check(inner, field=field or _shown(key), levels=levels - 1)


def is_sound(text: str) -> bool:
    """Whether both databases take a text."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _shown(key: str) -> str:
    return key[:80] if is_sound(key) else ""
