"""A folder of a metropolis that does not agree with itself says so, before a page or a feed does."""

from __future__ import annotations

from pathlib import Path

import pytest

from calendar_service.domain.territory.files import BadMetropolis, read_metropolis
from tests.metropolis.conftest import SANTIAGO


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a whole one."""
    for file in SANTIAGO.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


WRONG = [
    ("metropolis.toml", 'currency = "CLP"\n', "", "metropolis.toml does not say 'currency'"),
    ("metropolis.toml", '"CLP"', '"CLP', "metropolis.toml: Illegal character '\\n' (at line 8, column 16)"),
    ("metropolis.toml", '"CLP"', '"PESO"', "'PESO' is not a currency like PEN"),
    ("metropolis.toml", "America/Santiago", "America/Stgo", "'America/Stgo' is not a time zone like America/Lima"),
    ("metropolis.toml", "es_CL", "es_XX", "'es_XX' is not a locale like es_PE"),
    ("metropolis.toml", "es_CL", "pt_BR", "the language of pt_BR is not one of its languages"),
    ("metropolis.toml", '["es", "en"]', '["es", "tlh"]', "pages are not translated into 'tlh'"),
    ("metropolis.toml", ', en = "SKETCH"', "", "the word for draft is not said in 'en'"),
    ("metropolis.toml", "agenda.granstgo.example", "gran santiago",
     "uid_domain 'gran santiago' is not a name like calendar.example.org"),
    ("metropolis.toml", '"varias"', '"otras"', "the default discipline 'otras' is no discipline"),
    ("districts.csv", "13123 13113", "13123 13999", "nunoa has the neighbour 13999, which is no district's code"),
    ("districts.csv", "13123 13113", "13123", "la-reina and nunoa are not each other's neighbours"),
    ("districts.csv", "Sector Oriente,-33.45690", "Oriente,-33.45690",
     "districts.csv, line 3: no zone has the name 'Oriente'"),
    ("districts.csv", "-33.45690", "-33,45690",
     "districts.csv, line 3: more values than columns; one with a comma stands in quotes"),
    ("districts.csv", "-33.45690", "-93.45690", "nunoa is nowhere on earth"),
    ("districts.csv", ",nunoa,", ",Ñuñoa,",
     "the slug 'Ñuñoa' has other signs than small letters, digits and hyphens between them"),
    ("hexagons.csv", "13120,nunoa,0,1\n", "", "districts.csv, line 3: hexagons.csv has no cell for '13120'"),
    ("hexagons.csv", "13113,la-reina,1,1", "13113,la-reina,0,1", "two districts have the same cell, (0, 1)"),
    ("disciplines.csv", "cueca,sonidos", "cueca,musica",
     "discipline 'cueca' is below 'musica', which is none of the first level"),
    ("formats.csv", "pena,", "tocata,", "format 'tocata' stands there twice"),
    ("formats.csv", "Gig", "", "format 'tocata' is not said in 'en'"),
    ("audiences.csv", "4,12", "four,12", "audience 'cabros-chicos' has the age_min 'four', which is no number"),
    ("holidays.csv", "09-18", "18-09", "holidays.csv, line 3: month must be in 1..12"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "said", "instead", "fault"), WRONG, ids=[each[3] for each in WRONG])
def test_what_does_not_agree_is_said_in_one_sentence(
    folder: Path, file: str, said: str, instead: str, fault: str
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(said) >= 1
    (folder / file).write_text(text.replace(said, instead, 1), encoding="utf-8")
    with pytest.raises(BadMetropolis) as refused:
        read_metropolis(folder)
    assert str(refused.value) == f"{folder}: {fault}"


def test_tables_are_read_as_spreadsheets_write_them(folder: Path) -> None:
    """With a mark at the beginning; but not in the letters of an old Windows."""
    file = folder / "districts.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8-sig")
    assert [each.name for each in read_metropolis(folder).districts] == ["Providencia", "Ñuñoa", "La Reina"]
    file.write_text(text, encoding="cp1252")
    with pytest.raises(BadMetropolis, match=r"districts\.csv is not in UTF-8"):
        read_metropolis(folder)
