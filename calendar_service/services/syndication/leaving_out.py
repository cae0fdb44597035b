"""One damaged event is left out of what holds it, and logged for the operator; the others are given (decision 8)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError

from calendar_service.domain.errors import DomainError, NotFound
from calendar_service.domain.events import Event

log = logging.getLogger(__name__)


@contextmanager
def left_out(event: Event, *, of: str = "feeds") -> Iterator[None]:
    """Within it, what is wrong with this event stops nothing; what was asked wrong, or not loaded, does."""
    try:
        yield
    except (DomainError, InvalidRequestError):
        raise
    except Exception as wrong:  # noqa: BLE001 - whatever is wrong with one event must not stop a feed
        _tell(wrong, uid=event.uid, of=of)


@contextmanager
def unknown_if_damaged(name: str, *, of: str = "feeds") -> Iterator[None]:
    """Within it, an event that is asked for alone and cannot be given is as unknown as in lists. Raises NotFound."""
    try:
        yield
    except (DomainError, SQLAlchemyError):
        raise
    except Exception as wrong:
        _tell(wrong, uid=name, of=of)
        raise NotFound("event") from wrong


def _tell(wrong: Exception, *, uid: str, of: str) -> None:
    said = ascii(str(wrong))[1:201]  # what is wrong may be that it cannot be written
    log.error("event left out of %s", of, extra={"uid": uid, "problem": said})
