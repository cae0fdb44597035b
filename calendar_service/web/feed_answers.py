"""What an answer to a calendar program looks like: validators, headers, bytes. The same in front of Flask and in it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from calendar_service.services.syndication.bodies.composing import Version

TYPES = {
    "ics": "text/calendar; charset=utf-8", "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8", "csv": "text/csv; charset=utf-8; header=present",
}  # fmt: skip
CONSTANT = {
    "Cache-Control": "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400",
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",
}


def is_unchanged(version: Version, *, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Whether what the client has is still good (RFC 9110 §13.1): a tag decides, else the date.

    A proxy that compresses weakens a tag, and our own gzip has another one: all of them mean this version.
    """
    if if_none_match is not None:
        return version.etag in _tags(if_none_match) or if_none_match == "*"
    if if_modified_since is None:
        return False
    try:
        known = parsedate_to_datetime(if_modified_since)
    except (ValueError, TypeError):
        return False
    return version.changed.replace(microsecond=0) <= (known if known.tzinfo else known.replace(tzinfo=UTC))


def _tags(header: str) -> set[str]:
    tags = (each.strip().removeprefix("W/").strip('"') for each in header[:4000].split(","))
    return {each.removesuffix("-gzip") for each in tags}


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: str | None) -> bool:
    """Whether the client takes gzip (RFC 9110 §12.5.3)."""
    if not accept_encoding or "gzip" not in accept_encoding:
        return False
    for each in accept_encoding.lower().split(","):
        coding, _, weight = each.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def tag(version: Version, *, packed: bool) -> str:
    """The ETag as a header says it; the gzip is other bytes, so it has another."""
    return f'"{version.etag}-gzip"' if packed else f'"{version.etag}"'


def forms_of(version: Version) -> frozenset[str]:
    """The forms in which nearly every program brings a version's tag back."""
    tags = [tag(version, packed=packed) for packed in (False, True)]
    return frozenset([*tags, *(f"W/{each}" for each in tags)])


def validators(version: Version, *, packed: bool) -> dict[str, str]:
    """What a 304 carries, and a 200 too."""
    return {"ETag": tag(version, packed=packed), "Last-Modified": http_date(version.changed), **CONSTANT}


def describing(path: str, *, packed: bool, download: str = "") -> dict[str, str]:
    """What a 200 says of its bytes. `download` is the name of a file to save; a calendar to follow is shown."""
    name, _, kind = path.rpartition("/")[2].rpartition(".")
    headers = {
        "Content-Type": TYPES[kind],
        "Content-Disposition": f'inline; filename="{name}.{kind}"',
        "Accept-Ranges": "none",
    }
    if download:
        saved = f"{download}.{kind}"
        headers["Content-Disposition"] = f"attachment; filename=\"{saved}\"; filename*=UTF-8''{saved}"
    if packed:
        headers["Content-Encoding"] = "gzip"
    return headers


@lru_cache(maxsize=4096)
def http_date(instant: datetime) -> str:
    """IMF-fixdate (RFC 9110 §5.6.7)."""
    return format_datetime(instant.astimezone(UTC), usegmt=True)
