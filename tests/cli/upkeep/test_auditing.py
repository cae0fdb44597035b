"""`audit`: the whole log of a span as lines of JSON (S49)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from calendar_service.db.engine import Database
from calendar_service.services.auditing import OPERATOR, note
from tests.cli.conftest import Run

NOW = datetime.now(UTC)  # noqa: TID251 - commands read the real clock


def test_audit_prints_what_was_done_in_a_span_and_by_whom(run: Run, in_lima: Database) -> None:
    with in_lima.deed() as session:
        for days, deed in ((30, "old"), (1, "new")):
            note(session, by=OPERATOR, deed=deed, subject="trial", now=NOW - timedelta(days=days), role=["a", "b"])
    said = run("audit", "--since", (NOW - timedelta(days=2)).isoformat())
    lines = [json.loads(each) for each in said.out.splitlines()]
    assert [(each["deed"], each["channel"], each["details"]) for each in lines if each["subject"] == "trial"] == [
        ("new", "command", {"role": ["a", "b"]})
    ]
    assert run("audit", "--since", "2030-01-01").code == 2
