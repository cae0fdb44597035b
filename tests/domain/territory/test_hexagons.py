"""The cells of the map."""

from __future__ import annotations

from collections import Counter

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.domain.territory.hexagons import HALF, SIDE, grid

LIMA = read_metropolis(SHIPPED_METROPOLIS)


def test_each_district_has_a_cell_of_its_own_inside_the_drawing() -> None:
    whole = grid(LIMA)
    places = Counter((each.x, each.y) for each in whole.cells)
    assert len(whole.cells) == len(LIMA.districts) == 43
    assert max(places.values()) == 1
    assert min(each.x for each in whole.cells) == HALF
    assert all(each.x + HALF <= whole.width and each.y + SIDE <= whole.height for each in whole.cells)


def test_odd_rows_stand_half_a_cell_to_the_right() -> None:
    cells = {each.slug: each for each in grid(LIMA).cells}
    assert cells["santa-rosa"].x == cells["pueblo-libre"].x  # column 0, rows 1 and 5
    assert cells["ancon"].x - cells["santa-rosa"].x == HALF  # column 1 of an even row, column 0 of an odd one
    assert cells["santa-rosa"].y - cells["ancon"].y == SIDE * 3 // 2


def test_short_names_are_as_people_shorten_them_and_all_differ() -> None:
    short = {each.slug: each.short for each in grid(LIMA).cells}
    assert [short[each] for each in ("san-juan-de-lurigancho", "villa-el-salvador", "barranco", "san-isidro")] == [
        "SJL", "VES", "Bar", "SIs",
    ]  # fmt: skip
    assert len(set(short.values())) == 43


def test_a_long_name_fits_in_three_lines() -> None:
    lines = {each.slug: list(each.lines) for each in grid(LIMA).cells}
    assert lines["san-juan-de-lurigancho"] == ["San Juan de", "Lurigancho"]
    assert all(1 <= len(each) <= 3 for each in lines.values())
