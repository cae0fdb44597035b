"""Many events at once: a file is looked at first, row by row, and taken in when the officer says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.errors import DomainError, Invalid
from calendar_service.domain.events import Status
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.importing import drops, templates, undoing
from calendar_service.services.importing.files import VISITOR, read_file, receiver_for, store
from calendar_service.services.importing.report import Outcome, Report, Row
from calendar_service.services.importing.undoing import Fate
from calendar_service.services.importing.work import Options
from calendar_service.web.office.event_form.choices import options
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.web.office.whose import homes, myself
from calendar_service.words import mark

room = Room("imports")
FORM = "office/importing/form.html"
FRAME = 100_000
"""What a form may add to its file, in bytes."""
MOST_ROWS = 300
STATUSES: Mapping[Status, str] = {
    Status.CONFIRMED: mark("Publicado"), Status.TENTATIVE: mark("Reserva de fecha"), Status.DRAFT: mark("Borrador"),
}  # fmt: skip
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.REFUSED: mark("Rechazado"), Outcome.CREATED: mark("Nuevo"), Outcome.CHANGED: mark("Cambia"),
    Outcome.REMOVED: mark("Se cancela"), Outcome.UNCHANGED: mark("Igual"),
}  # fmt: skip
FIELDS: Mapping[str, str] = {
    "key": mark("Clave"), "summary": mark("Título"), "description": mark("Descripción"), "start": mark("Empieza"),
    "end": mark("Termina"), "rrule": mark("Repetición"), "rdates": mark("Repetición"), "venue": mark("Lugar"),
    "disciplines": mark("Disciplina"), "format": mark("Formato"), "audiences": mark("Público"),
    "free": mark("Gratis"), "price": mark("Precio"), "booking_url": mark("Enlace"), "status": mark("Estado"),
    "cohosts": mark("Coorganiza"), "organisations": mark("Organizaciones"),
}  # fmt: skip
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@room.get("/office/import", policy=Policy.OFFICER)
def upload() -> Response:
    """The form: a file, and what holds where it says nothing."""
    return page(FORM, **_offered(), **EMPTY)


@room.get("/office/import/template.csv", policy=Policy.OFFICER)
def csv_template() -> Response:
    """The table to fill in, for any program."""
    table = templates.csv_template(asking.metropolis(), language=asking.language(), now=asking.now())
    return _download(table, "csv")


@room.get("/office/import/template.xlsx", policy=Policy.OFFICER)
def xlsx_template() -> Response:
    """The table to fill in, with lists to choose from."""
    table = templates.xlsx_template(asking.metropolis(), language=asking.language(), now=asking.now())
    return _download(table, "xlsx")


def _download(content: bytes, ending: str) -> Response:
    answer = Response(content, content_type=TYPES[ending])
    name = asking.words().t("plantilla-de-eventos")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer


@room.post("/office/import", policy=Policy.OFFICER, body=VISITOR.size + FRAME)
def preview() -> Response:
    """What would happen, row by row; nothing is changed yet, and the file is kept for who brought it."""
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    name = (sent.filename or "") if sent else ""
    try:
        if not name:
            raise Invalid.of("file", "required")
        report = _reconciled(data, name, rehearsed=True)
        token = drops.keep(_folder(), data, name=name, officer_id=myself().officer.id, now=asking.now())
    except DomainError as wrong:
        return again(FORM, wrong, **_offered())
    return page("office/importing/preview.html", token=token, chosen=request.form, **_shown(report))


@room.post("/office/import/done", policy=Policy.OFFICER)
def done() -> Response:
    """Take in what was looked at. The same file twice changes nothing."""
    token = typed("token")
    try:
        name, data = drops.find(_folder(), token, officer_id=myself().officer.id)
        report = _reconciled(data, name, rehearsed=False)
    except DomainError as wrong:
        return again(FORM, wrong, **_offered())
    drops.drop(_folder(), token, officer_id=myself().officer.id)
    return page("office/importing/done.html", **_shown(report))


UNDOING = mark("Lo que creó sale de la agenda y lo que cambió vuelve a decir lo de antes. Lo que alguien tocó después"
               " se queda. Si vuelves a subir el archivo, vuelve todo; de otro calendario vuelve lo que este"
               " cambie.")  # fmt: skip


@room.post("/office/import/<int:number>/undo", policy=Policy.OFFICER, twice=UNDOING)
def undone(number: int) -> Response:
    """Undo what a file brought, and say what became of it."""
    fates = undoing.undo(asking.deed, number, by=asking.viewer(), now=asking.now())
    gone, as_before, kept = (fates[each] for each in (Fate.GONE, Fate.AS_BEFORE, Fate.KEPT))
    return page("office/importing/undone.html", gone=gone, as_before=as_before, kept=kept)


def _reconciled(data: bytes, name: str, *, rehearsed: bool) -> Report:
    """Read and reconcile for the district that was chosen. Raises DomainError."""
    district, chosen = typed("district"), _chosen()
    with asking.reading() as session:
        receiver = receiver_for(session, district, limits=VISITOR, options=chosen)
    reading = read_file(data, name=name, receiver=receiver, limits=VISITOR)
    transaction = asking.house().rehearsal if rehearsed else asking.deed
    return store(transaction, reading, district=district, by=asking.viewer(), now=asking.now(), options=chosen)


def _chosen() -> Options:
    status = typed("status") or str(Status.CONFIRMED)
    if status not in set(STATUSES):
        raise Invalid.of("status", "unknown_choice")
    return Options(status=Status(status), discipline=typed("discipline"), audience=typed("audience"))


def _folder() -> Any:  # noqa: ANN401 - a Path
    return asking.house().settings.data_dir


def _offered() -> dict[str, Any]:
    metropolis, words = asking.metropolis(), asking.words()
    mine = homes()
    with asking.reading() as session:
        runs = undoing.recent(session, by=asking.viewer(), now=asking.now())
    return {
        "runs": runs, "homes": {each.id: each.name for each in mine},
        "districts": [(each.slug, each.name) for each in mine],
        "statuses": [(str(status), words.t(said)) for status, said in STATUSES.items()],
        "disciplines": options(metropolis.disciplines, words.language),
        "audiences": options(metropolis.audiences, words.language),
        "largest": words.file_size(VISITOR.size), "most": words.number(VISITOR.events),
        "templates": [(kind, to.office("import", f"template.{kind}")) for kind in ("xlsx", "csv")],
    }  # fmt: skip


def _shown(report: Report) -> dict[str, Any]:
    """The counts, and the rows: those that ask for a look first."""
    words = asking.words()
    counts = [(str(each), words.t(said), report.count(each)) for each, said in OUTCOMES.items() if report.count(each)]
    rows = sorted(report.rows, key=_weight)
    return {
        "report": report, "counts": counts, "rows": rows[:MOST_ROWS], "more": max(0, len(rows) - MOST_ROWS),
        "said": {each: words.t(said) for each, said in OUTCOMES.items()}, "useful": _useful(report.rows),
        "fields_said": {name: words.t(said) for name, said in FIELDS.items()},
    }  # fmt: skip


def _weight(row: Row) -> tuple[int, int]:
    return (0 if row.outcome == Outcome.REFUSED else 1 if row.problems else 2, row.row)


def _useful(rows: Sequence[Row]) -> bool:
    """Whether there is anything to take in."""
    return any(each.outcome not in (Outcome.REFUSED, Outcome.UNCHANGED) for each in rows)
