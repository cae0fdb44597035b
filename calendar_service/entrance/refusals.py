"""What an answer that is an error says, before a page or the API has put it into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import g

from calendar_service.domain.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What an answer that is an error says: its status, the code and values of its sentence, its headers."""

    status: int
    code: str
    values: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def incident(self) -> str:
        """The number by which the operator finds this in the log."""
        return str(g.get("request_id", ""))
