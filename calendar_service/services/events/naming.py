"""Names that last: slugs, each once, and UIDs."""

from __future__ import annotations

from itertools import count
from uuid import UUID, uuid4

from calendar_service.domain.metropolis import Installation, Metropolis
from calendar_service.services.secrets import keyed_hash
from calendar_service.text import slugify


def free_slug(text: str, taken: set[str]) -> str:
    """A slug of a text that nobody has: the slug itself, else with the first free number."""
    stem = slugify(text)
    return next(slug for number in count(1) if (slug := stem if number == 1 else f"{stem}-{number}") not in taken)


def new_uid(metropolis: Metropolis) -> str:
    """A UID for an event that starts its life here (RFC 7986 §5.3): random, under a domain that never changes."""
    return f"{uuid4()}@{metropolis.uid_domain}"


def uid_once(installation: Installation, key: str) -> str:
    """The UID of what a form posts: the same form sent twice is one event, not two. Nobody can choose it."""
    digest = keyed_hash(installation, "posted once", key)
    return f"{UUID(hex=digest, version=4)}@{installation.metropolis.uid_domain}"
