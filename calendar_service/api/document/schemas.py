"""What the API gives and takes, as JSON Schema 2020-12; each field of an event with what it means.

What is taken comes from `services.drafts`, the one description of what may be entered; only what is given is
written here. Texts are Spanish and marked for translation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calendar_service.domain.network.sharing import ShareState
from calendar_service.services.draft_models import PRICE_PATTERN, WALL_PATTERN
from calendar_service.services.drafts import input_schemas
from calendar_service.words import Words, mark

Schema = dict[str, Any]

PREFIX = "#/components/schemas/"
NOT_TAKEN = frozenset({"internal_note"})
"""Fields of a draft that are entered on pages alone."""


def _of(kind: str, *, null: bool = False, **more: Any) -> Schema:  # noqa: ANN401 - keywords of JSON Schema
    return {"type": [kind, "null"] if null else kind, **more}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(properties: Mapping[str, Schema]) -> Schema:
    """An object with exactly these fields, all of them always there."""
    return {"type": "object", "properties": dict(properties), "required": list(properties),
            "additionalProperties": False}  # fmt: skip


def ref(name: str) -> Schema:
    """A reference to one of the schemas."""
    return {"$ref": PREFIX + name}


TEXT, TEXT_OR_NULL, FLAG, FLAG_OR_NULL = (
    _of("string"),
    _of("string", null=True),
    _of("boolean"),
    _of("boolean", null=True),
)
WHOLE, WHOLE_OR_NULL, DEGREES = _of("integer"), _of("integer", null=True), _of("number")
WALL, WALL_OR_NULL = _of("string", pattern=WALL_PATTERN), _of("string", null=True, pattern=WALL_PATTERN)
DAY_OR_NULL = _of("string", null=True, format="date")
INSTANT = _of("string", format="date-time")
ADDRESS, ADDRESS_OR_NULL = _of("string", format="uri"), _of("string", null=True, format="uri")
STATUS = _of("string", enum=["draft", "tentative", "confirmed", "cancelled"])
TEXTS = _list(TEXT)

EVENT: Mapping[str, tuple[Schema, str]] = {
    "uid": (TEXT, mark("Identificador para siempre, el mismo en todos los calendarios.")),
    "slug": (TEXT_OR_NULL, mark("Nombre en la dirección de su página.")),
    "url": (ADDRESS_OR_NULL, mark("Dirección de su página.")),
    "status": (STATUS, mark("Borrador, reserva, publicado o cancelado.")),
    "hold_until": (DAY_OR_NULL, mark("Último día de una reserva.")),
    "hold_shows": (_of("string", null=True, enum=["busy", "full", None]),
                   mark("Lo que otros distritos ven de la reserva; solo lo ven los suyos.")),
    "reason": (TEXT, mark("Por qué se canceló.")),
    "summary": (TEXT_OR_NULL, mark("Título.")),
    "abstract": (TEXT, mark("Una o dos frases.")),
    "description": (TEXT, mark("Texto completo.")),
    "lang": (TEXT_OR_NULL, mark("Idioma de los textos.")),
    "host": (TEXT, mark("Distrito que organiza; si no se dice, el del token.")),
    "cohosts": (_list(_object({
        "district": TEXT, "state": _of("string", enum=["invited", "accepted", "declined", "left"]),
        "contribution": TEXT,
    })), mark("Distritos que coorganizan.")),
    "start": (WALL, mark("Comienzo, en hora local, o fecha si dura todo el día.")),
    "end": (WALL_OR_NULL, mark("Fin, igual que el comienzo; si dura todo el día, el último día incluido.")),
    "timezone": (TEXT, mark("Zona horaria IANA.")),
    "all_day": (FLAG, mark("Si dura todo el día.")),
    "rrule": (TEXT_OR_NULL, mark("Repetición (RFC 5545), con UNTIL o COUNT.")),
    "rdates": (_list(WALL), mark("Fechas que se añaden.")),
    "exdates": (_list(WALL), mark("Fechas que se quitan.")),
    "overrides": (_list(_object({
        "recurrence_id": WALL, "start": WALL_OR_NULL, "end": WALL_OR_NULL,
        "status": _of("string", enum=["confirmed", "cancelled"]), "venue": TEXT_OR_NULL, "reason": TEXT,
    })), mark("Fechas distintas; recurrence_id es siempre su hora original.")),
    "disciplines": (TEXTS, mark("Disciplinas, la principal primero.")),
    "format": (TEXT_OR_NULL, mark("Formato.")),
    "audiences": (TEXTS, mark("Públicos, el principal primero.")),
    "age_from": (WHOLE_OR_NULL, mark("Desde qué edad.")),
    "age_to": (WHOLE_OR_NULL, mark("Hasta qué edad.")),
    "free": (FLAG_OR_NULL, mark("Si el ingreso es libre.")),
    "price": (_of("string", null=True, pattern=PRICE_PATTERN), mark("Precio, un decimal escrito como texto.")),
    "currency": (TEXT, mark("Moneda ISO 4217.")),
    "price_text": (TEXT, mark("El precio en palabras.")),
    "booking_url": (TEXT, mark("Dónde se reserva o se compra.")),
    "venue": (TEXT_OR_NULL, mark("Lugar: su slug o, al escribir, también un lugar nuevo.")),
    "place_note": (TEXT, mark("Cómo llegar, o el sitio sin más.")),
    "online_url": (TEXT, mark("Dirección en línea.")),
    "outdoors": (FLAG_OR_NULL, mark("Si es al aire libre.")),
    "public_space": (FLAG_OR_NULL, mark("Si es en un espacio público.")),
    "accessibility": (TEXTS, mark("Códigos de accesibilidad.")),
    "languages": (TEXTS, mark("Idiomas en los que se hace.")),
    "organisations": (_list(_object({"slug": TEXT, "role": TEXT})), mark("Organizaciones que participan.")),
    "image": ({"anyOf": [_object({"url": ADDRESS, "alt": TEXT, "credit": TEXT}), {"type": "null"}]},
              mark("Afiche.")),
    "expected_attendance": (WHOLE_OR_NULL, mark("Cuánta gente se espera; solo lo ven los gestores.")),
    "date_reason": (TEXT, mark("Por qué se queda en su fecha aunque otros compitan; solo lo ven los gestores.")),
    "sequence": (WHOLE, mark("Número de cambios ya publicados (RFC 5545).")),
    "version": (WHOLE, mark("Versión: lo que va en ETag y en If-Match.")),
    "created": (INSTANT, mark("Cuándo se creó.")),
    "last_modified": (INSTANT, mark("Cuándo cambió por última vez.")),
}  # fmt: skip
"""Every field of an event, in the order in which it is told, with its schema and its meaning."""

OCCURRENCE = _object({
    "event_uid": TEXT, "slug": TEXT_OR_NULL, "recurrence_id": WALL, "start": WALL, "end": WALL_OR_NULL,
    "all_day": FLAG, "timezone": TEXT, "status": STATUS, "summary": TEXT_OR_NULL, "venue": TEXT_OR_NULL,
    "host": TEXT, "url": ADDRESS_OR_NULL,
})  # fmt: skip
DISTRICT = _object({
    "slug": TEXT, "code": TEXT, "name": TEXT, "municipality": TEXT, "zone": TEXT, "lat": DEGREES, "lon": DEGREES,
    "population": WHOLE, "timezone": TEXT, "site": TEXT, "neighbours": TEXTS, "url": ADDRESS, "feed": ADDRESS,
})  # fmt: skip
CLUSTER = _object({
    "slug": TEXT, "name": TEXT, "theme": TEXT, "members": TEXTS, "url": ADDRESS, "feed": ADDRESS,
})  # fmt: skip
VENUE = _object({
    "slug": TEXT, "name": TEXT, "kind": TEXT, "address": TEXT, "district": TEXT,
    "lat": _of("number", null=True), "lon": _of("number", null=True), "capacity": WHOLE_OR_NULL,
    "accessibility": TEXTS, "public_space": FLAG, "url": ADDRESS,
})  # fmt: skip
ORGANISATION = _object({
    "slug": TEXT, "name": TEXT, "kind": TEXT, "district": TEXT, "disciplines": TEXTS, "about": TEXT, "site": TEXT,
    "contact_address": TEXT, "contact_phone": TEXT, "public": FLAG,
    "verified": _of("string", null=True, format="date-time"),
    "url": ADDRESS,
})  # fmt: skip
TERM = _object({
    "slug": TEXT, "labels": {"type": "object", "additionalProperties": TEXT}, "parent": TEXT_OR_NULL,
    "age_from": WHOLE_OR_NULL, "age_to": WHOLE_OR_NULL, "schema_type": TEXT_OR_NULL,
})  # fmt: skip
_PART = _object({"factor": _of("number", minimum=0, maximum=1), "because": TEXT})
_BETTER = _object({"start": WALL, "end": WALL_OR_NULL, "reason": TEXT})
CLASHES = _object({
    "items": _list(_object({
        "uid": TEXT, "district": TEXT, "summary": TEXT_OR_NULL, "start": WALL, "end": WALL_OR_NULL,
        "status": _of("string", enum=["tentative", "confirmed"]), "score": _of("integer", minimum=0, maximum=100),
        "times": WHOLE,
        "parts": _object({"time": _PART, "nearness": _PART, "public": _PART, "size": _PART}),
    })),
    "left_off": WHOLE,
    "holidays": _list(_object({"day": _of("string", format="date"), "name": TEXT, "kind": TEXT,
                               "district": TEXT_OR_NULL})),
    "better": _list(_BETTER),
    "looked_at": WHOLE,
    "crowded": _list(_object({"start": WALL, "end": WALL_OR_NULL, "rivals": WHOLE, "score": WHOLE,
                              "better": {"anyOf": [_BETTER, {"type": "null"}]}})),
    "shifts": _list(_object({"start": WALL, "end": WALL_OR_NULL, "days": _of("integer"), "hours": _of("integer"),
                             "dates": WHOLE, "before": WHOLE, "after": WHOLE, "reason": TEXT})),
})  # fmt: skip
_SHARE_STATE = _of("string", enum=[str(each) for each in ShareState])
SHARE = _object({
    "event_uid": TEXT, "slug": TEXT, "url": ADDRESS, "summary": TEXT, "host": TEXT, "district": TEXT,
    "state": _SHARE_STATE, "text": TEXT, "standing": FLAG, "proposed": INSTANT,
    "answered": _of("string", null=True, format="date-time"),
})  # fmt: skip
AGREEMENT = _object({"id": WHOLE, "giver": TEXT, "receiver": TEXT, "discipline": TEXT_OR_NULL, "since": INSTANT})
OUTCOME = _object({
    "event_uid": TEXT, "slug": TEXT, "summary": TEXT, "recurrence_id": WALL, "start": WALL, "end": WALL_OR_NULL,
    "held": FLAG_OR_NULL, "people": WHOLE_OR_NULL, "note": TEXT,
    "reported": _of("string", null=True, format="date-time"),
})  # fmt: skip
PROBLEM = _object({
    "type": TEXT, "title": TEXT, "status": WHOLE, "code": TEXT, "detail": TEXT, "incident": TEXT,
    "errors": _list(_object({"field": TEXT, "code": TEXT, "message": TEXT})),
})  # fmt: skip
REPORT = _object({
    "created": WHOLE, "changed": WHOLE, "unchanged": WHOLE, "removed": WHOLE, "refused": WHOLE,
    "remarks": _list(_object({"field": TEXT, "message": TEXT})),
    "rows": _list(_object({
        "row": WHOLE, "key": TEXT, "uid": TEXT_OR_NULL,
        "outcome": _of("string", enum=["created", "changed", "unchanged", "removed", "refused"]),
        "problems": _list(_object({"field": TEXT, "message": TEXT})),
    })),
})  # fmt: skip
ROWS = {"Event": "Events", "Occurrence": "Occurrences", "District": "Districts", "Cluster": "Clusters",
        "Venue": "Venues", "Organisation": "Organisations", "Term": "Terms"}  # fmt: skip
"""What stands in lists, and the name of the list."""


def every_schema(words: Words) -> dict[str, Schema]:
    """All of them by name, the meanings of an event's fields in one language."""
    given = {"Event": _event(words), "Occurrence": OCCURRENCE, "District": DISTRICT, "Cluster": CLUSTER,
             "Venue": VENUE, "Organisation": ORGANISATION,
             "Term": TERM, "Report": REPORT, "Problem": PROBLEM, "Clashes": CLASHES,
             "Outcome": OUTCOME, "Outcomes": _object({"items": _list(ref("Outcome"))}),
             "Agreement": AGREEMENT, "Shares": _object({"items": _list(SHARE)}),
             "Agreements": _object({"items": _list(ref("Agreement"))})}  # fmt: skip
    lists = {name: _object({"items": _list(ref(row)), "next_cursor": TEXT_OR_NULL}) for row, name in ROWS.items()}
    return {**given, **lists, **_taken(words)}


def _event(words: Words) -> Schema:
    return _object({name: schema | {"description": words.t(says)} for name, (schema, says) in EVENT.items()})


def _taken(words: Words) -> dict[str, Schema]:
    told = {name: _told(schema, words) for name, schema in input_schemas(prefix=PREFIX).items()}
    return {**told, "EventPatch": _patch_of(told["EventDraft"])}


def _patch_of(schema: Schema) -> Schema:
    """A merge patch of an object: nothing is required, and null takes a field away (RFC 7396)."""
    fields = {name: {"anyOf": [inner, {"type": "null"}]} for name, inner in schema["properties"].items()}
    return {"type": "object", "properties": fields, "additionalProperties": False}


def _told(schema: Schema, words: Words) -> Schema:
    """A schema of pydantic's without what it says of Python, and with what its fields mean."""
    plain = {key: value for key, value in schema.items() if key not in ("title", "description")}
    if "properties" in plain:
        plain["properties"] = {
            name: _described(name, inner, words) for name, inner in plain["properties"].items() if name not in NOT_TAKEN
        }
    return plain


def _described(name: str, schema: Schema, words: Words) -> Schema:
    plain = {key: value for key, value in schema.items() if key != "title"}
    return plain | {"description": words.t(EVENT[name][1])} if name in EVENT else plain
