"""The API asked at random by what it says of itself, right and wrong: it never breaks, and answers as it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from calendar_service.api.document.operations import Operation
from calendar_service.api.rooms import API_ROOMS
from calendar_service.app import create_app
from calendar_service.db.engine import Database
from calendar_service.domain.events import Status
from calendar_service.domain.people import Role
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.house import House
from tests.api.conftest import program_of, settings_for
from tests.builders import an_event, an_officer
from tests.databases import SqliteCopies, loading

NOW = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
KNOWN: list[str] = []
"""The uids of a draft, a hold and a public series; made-up ones alone would only ever be not found."""


@pytest.fixture(scope="module")
def described(
    sqlite_copies: SqliteCopies, installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The schema of an application that is asked under a loopback name, as the generator does; and a token for it."""
    url = sqlite_copies.copy("lima", loading(installation))
    database = Database(url, installation=installation)
    KNOWN[:] = seeded(database)
    house = House(settings=settings_for(url, Path(tmp_path_factory.mktemp("api")), base_url="http://localhost"),
                  installation=installation, database=database, clock=lambda: NOW)  # fmt: skip
    app = create_app(house)
    token = program_of(app, database, "ate", now=NOW).token
    refusals = {"negative_data_rejection": {"expected-statuses": ["4xx"]}}  # 414 and 413 are refusals, too
    config = SchemathesisConfig.from_dict({"checks": refusals})
    loaded = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    yield loaded, {"Authorization": f"Bearer {token}"}
    database.dispose()
    sqlite_copies.drop(url)


def seeded(database: Database) -> list[str]:
    """An event of each status, hosted by the token's district."""
    with database.deed() as session:
        by = an_officer(session, "ate", now=NOW, role=Role.MANAGER)
        made = [
            an_event(session, by=by, host="ate", now=NOW, status=status, rrule="FREQ=WEEKLY;COUNT=3")
            for status in (Status.DRAFT, Status.TENTATIVE, Status.CONFIRMED)
        ]
        return [each.uid for each in made]


OPERATIONS = [each for room in API_ROOMS for each in room.operations]
RIGHT = [(each, GenerationMode.POSITIVE) for each in OPERATIONS]
LONG = 1_000
"""Texts are cleaned before they are measured: one that is only too long with its unseen signs is taken."""
WRONG = [(each, GenerationMode.NEGATIVE) for each in OPERATIONS if each.says.takes or each.says.query]
"""Who takes nothing cannot be asked wrongly."""


def is_blank(query: dict[str, Any] | None) -> bool:
    """Whether a parameter is there and says nothing, as a form's empty field does: that is as if it were not there."""
    values = (each for value in (query or {}).values() for each in (value if isinstance(value, list) else [value]))
    return any(not str(each).strip() for each in values)


@pytest.mark.parametrize(
    ("operation", "mode"), [*RIGHT, *WRONG], ids=[f"{each.name}-{mode.value}" for each, mode in [*RIGHT, *WRONG]]
)
def test_it_never_breaks_and_answers_as_it_says(described: Any, operation: Operation, mode: GenerationMode) -> None:  # noqa: ANN401
    """S31, S40. What fits the schema may still be refused: that a venue exists no schema can say."""
    loaded, token = described
    asked = loaded[operation.path][operation.method]

    @given(case=asked.as_strategy(generation_mode=mode))
    @settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:  # noqa: ANN401 - schemathesis's own
        assume(not is_blank(case.query) and len(repr(case.body)) < LONG)
        if "uid" in case.path_parameters:
            case.path_parameters["uid"] = KNOWN[crc32(repr(case.body).encode()) % len(KNOWN)]
        if case.headers.get("If-Match"):
            case.headers["If-Match"] = "*"
        case.call_and_validate(headers=token, excluded_checks=[checks.positive_data_acceptance])

    ask()
