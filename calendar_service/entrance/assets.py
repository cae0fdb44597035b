"""The files that ship with the service: read and compressed once, kept by browsers for ever by version."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.errors import NotFound
from calendar_service.entrance.doors import Policy, Room

FOLDER = Path(__file__).resolve().parent.parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css", ".png": "image/png",
         ".woff2": "font/woff2"}  # fmt: skip
PACKED = ("text/", "image/svg+xml")

room = Room("assets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file's bytes, the same compressed (None when that does not pay), its type and its version."""

    body: bytes
    packed: bytes | None
    mimetype: str
    version: str


@cache
def assets() -> dict[str, Asset]:
    """Every file below `static`, by its path there."""
    files = (path for path in sorted(FOLDER.rglob("*")) if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): _read(path) for path in files}


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    mimetype = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if mimetype.startswith(PACKED) else None
    return Asset(body=body, packed=packed, mimetype=mimetype, version=sha256(body).hexdigest()[:10])


def asset(name: str) -> str:
    """The address of a file that ships; a changed file, a new address. Raises KeyError for an unknown one."""
    return to.static(name, version=assets()[name].version)


@room.get("/static/<path:name>", policy=Policy.PUBLIC)
def static(name: str) -> Response:
    """One file, compressed for who takes it."""
    found = assets().get(name)
    if found is None:
        raise NotFound
    packed = found.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
    answer = Response(packed or found.body, mimetype=found.mimetype)
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == found.version else FOR_AN_HOUR
    answer.set_etag(found.version, weak=True)
    return answer.make_conditional(request)  # type: ignore[return-value] # werkzeug's own type; it gives itself back
