"""The districts of the metropolis as somebody in one of them looks at them: her neighbours first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from calendar_service.entrance import asking

Option = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Districts as (slug, name), by name; those left out are in neither list."""

    near: list[Option]
    far: list[Option]


def around(homes: Iterable[str], *, without: Iterable[str] = ()) -> Neighbourhood:
    """The districts next to these (slugs), and all the others."""
    districts = asking.metropolis().districts
    home, left_out = set(homes), {*homes, *without}
    codes = {code for each in districts if each.slug in home for code in each.neighbours}
    others = sorted((each for each in districts if each.slug not in left_out), key=lambda each: each.name)
    return Neighbourhood(
        near=[(each.slug, each.name) for each in others if each.code in codes],
        far=[(each.slug, each.name) for each in others if each.code not in codes],
    )
