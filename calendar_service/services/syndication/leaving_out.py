"""One damaged event is left out of what holds it, and logged for the operator; the others are given (decision 8)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import is_shown
from calendar_service.domain.errors import Damaged, DomainError, NotFound

log = logging.getLogger(__name__)


@contextmanager
def left_out(name: str, *, of: str = "feeds") -> Iterator[None]:
    """Within it, what is wrong with this event stops nothing; what was asked wrong, or not loaded, does."""
    try:
        yield
    except (DomainError, InvalidRequestError):
        raise
    except Exception as wrong:  # noqa: BLE001 - whatever is wrong with one event must not stop a feed
        _tell(wrong, uid=name, of=of)


@contextmanager
def unknown_if_damaged(
    name: str, *, of: str = "feeds", said: Callable[[], NotFound] = lambda: NotFound("event")
) -> Iterator[None]:
    """Within it, an event that is asked for alone and cannot be given is as unknown as in lists. Raises NotFound,
    or what `said` says: a page may say more than that.
    """
    try:
        yield
    except (DomainError, SQLAlchemyError):
        raise
    except Exception as wrong:
        _tell(wrong, uid=name, of=of)
        raise said() from wrong


@contextmanager
def calm_if_damaged(session: Session, slug: str, *, of: str = "pages") -> Iterator[None]:
    """The same for a page, which says of an event that everybody may see that it is there (S18). Raises NotFound."""
    with unknown_if_damaged(slug, of=of, said=lambda: Damaged() if is_shown(session, slug) else NotFound("event")):
        yield


def _tell(wrong: Exception, *, uid: str, of: str) -> None:
    said = ascii(str(wrong))[1:201]  # what is wrong may be that it cannot be written
    log.error("event left out of %s", of, extra={"uid": uid, "problem": said})
