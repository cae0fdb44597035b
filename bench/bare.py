"""The same bytes from the barest WSGI function: the floor for anything in Python. BENCH_BODY names the file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BODY = Path(os.environ["BENCH_BODY"]).read_bytes()
HEADERS = [("Content-Type", "text/calendar; charset=utf-8"), ("Content-Length", str(len(BODY))), ("ETag", '"bench"')]


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """WSGI."""
    if environ.get("HTTP_IF_NONE_MATCH") == '"bench"':
        start_response("304 NOT MODIFIED", HEADERS[2:])
        return []
    start_response("200 OK", HEADERS)
    return [BODY]
