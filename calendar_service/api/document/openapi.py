"""The OpenAPI 3.1 document, made of the declarations of the operations and of the schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from calendar_service.api.document.operations import PREFIX, Operation, Parameter
from calendar_service.api.document.schemas import every_schema, ref
from calendar_service.api.problems import MEDIA_TYPE as PROBLEM_TYPE
from calendar_service.words import Words, mark

Json = dict[str, Any]

VERSION = "1.0"
TITLE = mark("API de la agenda cultural de %(metropolis)s")
READING = (400, 401)
WRITING = (400, 401, 403, 404, 409, 411, 412, 413, 415, 422)
EVERY = (414, 503)
IF_MATCH = mark("La versión que se leyó, como vino en ETag.")
IF_NONE_MATCH = mark("El ETag que ya se tiene: si nada cambió, la respuesta es 304 sin cuerpo.")
KEY = mark(
    "Una clave propia: repetir la misma petición durante 24 horas da la misma respuesta y nada se hace dos veces."
)
UID = mark("El uid del evento.")
DATE = mark("La fecha por su hora original: 20261205T1930, o 20261205 si dura todo el día.")
DISTRICT = mark("El slug del distrito.")
NUMBER = mark("El número del acuerdo.")
PATH_PARAMETERS = {"uid": UID, "recurrence_id": DATE, "district": DISTRICT, "number": NUMBER}


def document(operations: Iterable[Operation], *, words: Words, metropolis: str, base_url: str) -> Json:
    """The whole document in one language."""
    paths: Json = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, words)
    token = {"type": "http", "scheme": "bearer"}
    return {
        "openapi": "3.1.0",
        "info": {"title": words.t(TITLE, metropolis=metropolis), "version": VERSION},
        "servers": [{"url": base_url + PREFIX}],
        "paths": paths,
        "components": {"schemas": every_schema(words), "securitySchemes": {"token": token}},
    }


def _operation(operation: Operation, words: Words) -> Json:
    says = operation.says
    told: Json = {
        "operationId": operation.name, "summary": words.t(says.summary),
        "parameters": [*_in_path(operation, words), *_in_query(says.query, words), *_in_headers(operation, words)],
        "security": [{"token": []}] if operation.needs_token else [{}, {"token": []}],
        "responses": {str(says.status): _answer(operation), **_refusals(operation)},
    }  # fmt: skip
    if content := _body(operation):
        told["requestBody"] = {"required": says.body_needed, "content": content}
    return told


def _body(operation: Operation) -> Json:
    """What the body may be, by media type."""
    if not operation.says.takes:
        return {each: {"schema": _file(each)} for each in operation.says.takes_files}
    patch = ["application/merge-patch+json"] if operation.method == "PATCH" else []
    return {each: {"schema": ref(operation.says.takes)} for each in (*patch, "application/json")}


def _file(media_type: str) -> Json:
    if media_type != "multipart/form-data":
        return {"type": "string", "contentMediaType": media_type}
    field = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {"type": "object", "properties": {"file": field}, "required": ["file"]}


def _in_path(operation: Operation, words: Words) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "description": words.t(PATH_PARAMETERS[name]),
         "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]  # fmt: skip


def _in_query(parameters: Iterable[Parameter], words: Words) -> list[Json]:
    return [
        {"name": each.name, "in": "query", "description": words.t(each.says), "schema": _schema(each)}
        for each in parameters
    ]


def _schema(parameter: Parameter) -> Json:
    return {"type": "array", "items": parameter.schema} if parameter.repeats else parameter.schema


def _in_headers(operation: Operation, words: Words) -> list[Json]:
    wanted: list[tuple[str, str, bool]] = []
    if operation.method == "GET":
        wanted.append(("If-None-Match", IF_NONE_MATCH, False))
    if operation.says.version:
        wanted.append(("If-Match", IF_MATCH, operation.says.version == "required"))
    if operation.method == "POST":
        wanted.append(("Idempotency-Key", KEY, False))
    return [
        {"name": name, "in": "header", "required": required, "description": words.t(says), "schema": {"type": "string"}}
        for name, says, required in wanted
    ]


def _answer(operation: Operation) -> Json:
    says = operation.says
    answer: Json = {"description": HTTPStatus(says.status).phrase}
    if says.gives:
        answer["content"] = {"application/json": {"schema": ref(says.gives)}}
        answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
    if says.status == HTTPStatus.CREATED:
        answer["headers"]["Location"] = {"schema": {"type": "string", "format": "uri"}}
    return answer


def statuses_of(operation: Operation) -> list[int]:
    """The statuses with which an operation may refuse."""
    required = (428,) if operation.says.version == "required" else ()
    always = WRITING if operation.writes else READING
    return sorted({*EVERY, *always, *required, *operation.says.refuses})


def _refusals(operation: Operation) -> Json:
    content = {PROBLEM_TYPE: {"schema": ref("Problem")}}
    refusals: Json = {
        str(each): {"description": HTTPStatus(each).phrase, "content": content} for each in statuses_of(operation)
    }
    if operation.method == "GET":
        refusals["304"] = {"description": HTTPStatus.NOT_MODIFIED.phrase}
    return refusals
