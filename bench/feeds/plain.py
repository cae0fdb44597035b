"""The plain way to answer: a feed is built anew at each request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from bench.feeds.building import built
from calendar_service.config.reading import read_settings
from calendar_service.services.house import open_house

house = open_house(read_settings())


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI."""
    return app(environ, start_response)


app = Flask(__name__)


@app.get("/<path:path>")
def feed(path: str) -> tuple[bytes, dict[str, str]]:
    """See `built`."""
    return built(house, f"/{path}"), {"Content-Type": "text/calendar"}
