"""How far two places are apart, and where a selection is measured from."""

from __future__ import annotations

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Protocol

from calendar_service.domain.finding.selection import Point
from calendar_service.domain.territory.metropolis import Metropolis

EARTH_KM = 6371.0088


class Somewhere(Protocol):
    """What has a place on the map (WGS 84, degrees)."""

    @property
    def latitude(self) -> float:
        """North of the equator."""

    @property
    def longitude(self) -> float:
        """East of Greenwich."""


def distance_km(here: Somewhere, there: Somewhere) -> float:
    """Along the great circle."""
    return _km(here.latitude, here.longitude, there.latitude, there.longitude)


@lru_cache(maxsize=4096)
def _km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Places stay where they are, and are asked about again and again."""
    south, west = radians(other_latitude - latitude), radians(other_longitude - longitude)
    slope = cos(radians(latitude)) * cos(radians(other_latitude))
    return 2 * EARTH_KM * asin(sqrt(sin(south / 2) ** 2 + slope * sin(west / 2) ** 2))


def point_of(near: Point | str | None, metropolis: Metropolis) -> Point | None:
    """Where `near=` is: a point, or a district's; None for none, and for an unknown district."""
    if near is None or isinstance(near, Point):
        return near
    places = (each for each in metropolis.districts if each.slug == near)
    return next((Point(each.latitude, each.longitude) for each in places), None)
