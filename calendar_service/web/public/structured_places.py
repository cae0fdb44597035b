"""Places and who acts there as schema.org says them (JSON-LD), for search engines: what their pages show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from calendar_service import addresses as to
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.network.organisations import Organisation
from calendar_service.domain.territory.places import District, Venue
from calendar_service.entrance import asking

Said = dict[str, Any]
CONTEXT = "https://schema.org"


def page_about(said: Said) -> Said:
    """The same as the subject of a page; empty values are left out."""
    return {"@context": CONTEXT, **{key: value for key, value in said.items() if value not in (None, "", [])}}


def place(venue: Venue) -> Said:
    """A venue with its address and, where it is known, its position."""
    address = {
        "@type": "PostalAddress", "streetAddress": venue.address, "addressLocality": venue.district.name,
        "addressRegion": asking.metropolis().name,
    }  # fmt: skip
    said: Said = {"@type": "Place", "name": venue.name, "url": absolute(to.venue(venue.slug)), "address": address}
    if venue.latitude is not None and venue.longitude is not None:
        said["geo"] = {"@type": "GeoCoordinates", "latitude": venue.latitude, "longitude": venue.longitude}
    return said


def venue(found: Venue) -> Said:
    """A venue as its page says it."""
    more = {"maximumAttendeeCapacity": found.capacity, "publicAccess": found.public_space or None}
    return page_about({**place(found), **more})


def municipality(district: District) -> Said:
    """Who hosts."""
    return {
        "@type": "GovernmentOrganization", "name": district.municipality,
        "url": absolute(to.district(district.slug)),
    }  # fmt: skip


def district(found: District) -> Said:
    """A district's municipality as its page says it."""
    area = {"@type": "AdministrativeArea", "name": found.name}
    return page_about({**municipality(found), "areaServed": area, "sameAs": found.site})


def cluster(found: Cluster, members: Sequence[District]) -> Said:
    """A cluster and the municipalities that act in it."""
    return page_about({
        "@type": "Organization", "name": found.name, "url": absolute(to.cluster(found.slug)),
        "member": [municipality(each) for each in members],
    })  # fmt: skip


def organisation(found: Organisation) -> Said:
    """A public entry of the register."""
    return page_about({
        "@type": "Organization", "name": found.name, "url": absolute(to.organisation(found.slug)),
        "sameAs": found.site, "areaServed": {"@type": "AdministrativeArea", "name": found.district.name},
    })  # fmt: skip


def site() -> Said:
    """The whole, and how one searches it."""
    words, metropolis = asking.words(), asking.metropolis()
    search = {
        "@type": "SearchAction", "target": absolute(f"{to.events()}?q={{words}}"), "query-input": "required name=words",
    }  # fmt: skip
    return page_about({
        "@type": "WebSite", "name": words.t("Agenda cultural de %(place)s", place=metropolis.name),
        "url": absolute(to.home()), "inLanguage": asking.language(), "potentialAction": search,
    })  # fmt: skip


def absolute(path: str) -> str:
    """The whole address."""
    return to.absolute(asking.house().settings.base_url, path)
