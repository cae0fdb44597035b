"""The fixed vocabularies: slugs that never change, with their labels in each language."""

from __future__ import annotations

from flask import Response

from calendar_service.api import questions
from calendar_service.api.answers import FOR_AN_HOUR, json_answer
from calendar_service.api.document.operations import ApiRoom, Says
from calendar_service.api.shapes import term_json
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.entrance import asking
from calendar_service.words import mark

room = ApiRoom("vocabularies")


@room.get("/disciplines", Says(summary=mark("Las disciplinas, en dos niveles"), gives="Terms"))
def list_disciplines() -> Response:
    """What."""
    return _answer(asking.metropolis().disciplines)


@room.get("/formats", Says(summary=mark("Los formatos"), gives="Terms"))
def list_formats() -> Response:
    """How."""
    return _answer(asking.metropolis().formats)


@room.get("/audiences", Says(summary=mark("Los públicos"), gives="Terms"))
def list_audiences() -> Response:
    """For whom."""
    return _answer(asking.metropolis().audiences)


@room.get("/accessibility", Says(summary=mark("Los códigos de accesibilidad"), gives="Terms"))
def list_accessibility() -> Response:
    """For whom it is no obstacle."""
    return _answer(asking.metropolis().accessibility)


def _answer(vocabulary: Vocabulary) -> Response:
    questions.nothing()
    items = [term_json(each) for each in vocabulary.terms]
    return json_answer({"items": items, "next_cursor": None}, cache=FOR_AN_HOUR)
