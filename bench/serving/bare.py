"""The same answer from the barest WSGI function: the floor for anything in Python.

BENCH_BODY names the file of its body, BENCH_HEADERS one with the headers, as JSON.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BODY = Path(os.environ["BENCH_BODY"]).read_bytes()
HEADERS = [(name, value) for name, value in json.loads(Path(os.environ["BENCH_HEADERS"]).read_bytes())]
STATUS, PIECES = ("200 OK", [BODY]) if BODY else ("304 NOT MODIFIED", [])


def application(_: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """WSGI."""
    start_response(STATUS, HEADERS)
    return PIECES
