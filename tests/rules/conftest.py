"""The web under test, as the rooms of the web have it."""

from __future__ import annotations

from tests.web.conftest import app, client, house, season

__all__ = ["app", "client", "house", "season"]
