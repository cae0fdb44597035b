"""A file of events brought by a program: read, reconciled and reported as on the command line (rule 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge, UnsupportedMediaType

from calendar_service.api import questions, speaking, tokens
from calendar_service.api.answers import json_answer
from calendar_service.api.document.operations import ApiRoom, Parameter, Says
from calendar_service.api.events.writing import once_in_parts
from calendar_service.api.questions import FLAG, SLUG
from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Status
from calendar_service.entrance import asking
from calendar_service.services.importing.files import VISITOR, read_file, receiver_for, store
from calendar_service.services.importing.report import Report
from calendar_service.services.importing.work import Options
from calendar_service.words import mark

room = ApiRoom("imports")

KINDS: Mapping[str, str] = {
    "text/calendar": "ics", "text/csv": "csv", "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip
"""The ending that a file of a media type would have."""
FORM = "multipart/form-data"
FRAME = 100_000
"""What a form may add to its file, in bytes."""
OPTIONS: tuple[Parameter, ...] = (
    Parameter(name="preview", says=mark("1: solo decir qué pasaría, sin cambiar nada."), schema=FLAG),
    Parameter(name="status", says=mark("Estado de lo que no trae ninguno; si no se dice, confirmed."),
              schema={"type": "string", "enum": [str(each) for each in Status]}),
    Parameter(name="discipline", says=mark("Disciplina de lo que no trae ninguna conocida."), schema=SLUG),
    Parameter(name="audience", says=mark("Público de lo que no trae ninguno conocido."), schema=SLUG),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What was sent: its bytes, and a name whose ending tells its kind."""

    name: str
    data: bytes


@room.change(
    "POST", "/imports",
    Says(summary=mark("Traer un archivo de eventos: crea y cambia los del distrito, e informa fila por fila"),
         query=OPTIONS, takes_files=(FORM, *KINDS), largest=VISITOR.size + FRAME, gives="Report"),
)  # fmt: skip
def import_events() -> Response:
    """Good rows are stored even if others are refused; twice changes nothing."""
    preview, options = _options()
    file = _file()
    asked = file.name.encode("utf-8", "replace") + b"\n" + file.data
    return once_in_parts(lambda: json_answer(_report(file, options, preview=preview).plain(speaking.words())), asked)


def _report(file: File, options: Options, *, preview: bool) -> Report:
    home, by = tokens.bearer().token.district.slug, asking.viewer()
    with asking.reading() as session:
        receiver = receiver_for(session, home, limits=VISITOR, options=options)
    reading = read_file(file.data, name=file.name, receiver=receiver, limits=VISITOR)
    transaction = asking.house().rehearsal if preview else asking.deed
    return store(transaction, reading, district=home, by=by, now=asking.now(), options=options)


def _options() -> tuple[bool, Options]:
    given = questions.singles(OPTIONS)
    status = given.get("status") or str(Status.CONFIRMED)
    if given.get("preview", "0") not in ("0", "1"):
        raise Invalid.of("preview", "selection_flag")
    if status not in set(Status):
        raise Invalid.of("status", "selection_unknown_value", value=status[:80])
    options = Options(
        status=Status(status), discipline=given.get("discipline", ""), audience=given.get("audience", "")
    )  # fmt: skip
    return given.get("preview") == "1", options


def _file() -> File:
    """The field `file` of a form, or the body itself. Raises LengthRequired, RequestEntityTooLarge, Invalid."""
    if request.content_length is None:
        raise LengthRequired
    file = _from_form() if request.mimetype == FORM else _from_body()
    if len(file.data) > VISITOR.size:
        raise RequestEntityTooLarge
    return file


def _from_form() -> File:
    sent = request.files.get("file")
    if sent is None:
        raise Invalid.of("file", "required")
    return File(name=sent.filename or "", data=sent.read())


def _from_body() -> File:
    ending = KINDS.get(request.mimetype)
    if ending is None:
        raise UnsupportedMediaType
    return File(name=f"body.{ending}", data=request.get_data())
