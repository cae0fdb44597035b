"""The API describes itself: an OpenAPI document that is valid and true, and a page for people."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from calendar_service.api.document.openapi import statuses_of
from calendar_service.api.document.operations import PREFIX
from calendar_service.api.questions import SELECTION
from calendar_service.api.rooms import API_ROOMS
from calendar_service.domain.finding.selection import KEYS
from calendar_service.entrance.doors import Policy
from tests.api.conftest import BASE_URL, Program

pytestmark = pytest.mark.one_database

OPERATIONS = [each for room in API_ROOMS for each in room.operations]


@pytest.fixture
def document(anybody: Program) -> dict[str, Any]:
    told: dict[str, Any] = anybody.get("/openapi.json").get_json()
    return told


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_door_of_the_api_declares_its_policy_and_stands_in_the_document_s12(
    app: Flask, document: dict[str, Any]
) -> None:
    """And nothing is written without a token; what is read with one alone says so."""
    described = {
        (method.upper(), PREFIX + path): {} in told["security"]
        for path, methods in document["paths"].items() for method, told in methods.items()
    }  # fmt: skip
    open_to_all = {path for (method, path), is_open in described.items() if is_open}
    assert not [method for (method, _), is_open in described.items() if is_open and method != "GET"]
    hung = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX) and not rule.rule.endswith("openapi.json"):
            door = app.extensions["doors"][rule.endpoint]
            (method,) = door.methods
            path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
            hung.add((method, path))
            assert (door.policy is Policy.PUBLIC) == (method == "OPTIONS" or described[method, path])
            assert door.room.recognise is not None
    assert {each for each in hung if each[0] != "OPTIONS"} == described.keys()
    assert {path for method, path in hung if method == "OPTIONS"} == open_to_all


def test_the_document_names_every_word_of_a_selection(document: dict[str, Any]) -> None:
    assert {each.name for each in SELECTION} == KEYS
    for path in ("/events", "/occurrences"):
        names = {each["name"] for each in document["paths"][path]["get"]["parameters"] if each["in"] == "query"}
        assert names >= KEYS | {"limit", "cursor"}


def test_the_document_speaks_the_askers_language(anybody: Program) -> None:
    told = {
        language: anybody.get("/openapi.json", headers={"Accept-Language": language}).get_json()["paths"]["/formats"]
        for language in ("es", "en")
    }
    assert [each["get"]["summary"] for each in told.values()] == ["Los formatos", "The formats"]


def test_what_the_document_says_is_taken_says_what_the_fields_mean_and_nothing_of_python(
    document: dict[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["EventDraft"]["properties"]["summary"]["description"] == "Title."
    assert "internal_note" not in schemas["EventDraft"]["properties"] | schemas["EventPatch"]["properties"]
    assert "required" not in schemas["EventPatch"]
    taken = {name: each for name, each in schemas.items() if name.endswith(("Draft", "Answer", "Patch", "Shows"))}
    assert len(taken) == 17
    assert not {"title", "description"} & {key for each in taken.values() for key in each}
    assert '"title": "' not in json.dumps(taken)


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_tells_people_every_operation_and_field(app: Flask, language: str) -> None:
    page = app.test_client().get("/api/", base_url=BASE_URL, headers={"Accept-Language": language})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    for operation in OPERATIONS:
        assert f"{operation.method} {operation.path}" in page.text
        assert str(max(statuses_of(operation))) in page.text
    assert f"curl &#39;{BASE_URL}" in page.text or f"curl '{BASE_URL}" in page.text
    assert ("Operaciones" in page.text, "Operations" in page.text) == (language == "es", language == "en")
    assert "Set-Cookie" not in page.headers
