"""Who is at the desk, and for which municipalities."""

from __future__ import annotations

from calendar_service.domain.access import may_post_for
from calendar_service.domain.errors import Forbidden
from calendar_service.domain.territory.places import District
from calendar_service.entrance import asking
from calendar_service.services.people.signing_in import SignedIn


def myself() -> SignedIn:
    """Whoever came through a door that lets officers in only."""
    found = asking.signed_in()
    assert found is not None  # noqa: S101 - see there
    return found


def homes() -> list[District]:
    """Her districts, by name; somebody who looks after the network alone has none."""
    return sorted((each.district for each in myself().officer.memberships), key=lambda each: each.name)


def posting_homes() -> list[District]:
    """Those for which she may post. Raises Forbidden where there is none."""
    found = [each for each in homes() if may_post_for(asking.viewer(), each.id)]
    if not found:
        raise Forbidden("no_district")
    return found
