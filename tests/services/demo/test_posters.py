"""The posters of the demo season: drawn, kept, and shown by the events that name them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.events import Event
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.demo.data import DemoData, read_demo
from calendar_service.services.demo.posters import MOTIFS, drawn, hang
from calendar_service.services.demo.season import make_season
from calendar_service.services.printing.lettering import HUES


@pytest.fixture
def data(installation: Installation) -> DemoData:
    found = read_demo(installation.metropolis.folder)
    assert found
    return found


def test_every_poster_of_the_season_can_be_drawn_and_says_what_it_shows(data: DemoData) -> None:
    said = [each["poster"] for each in (*data.specials, *data.activities) if "poster" in each]
    assert {each["motif"] for each in said} == set(MOTIFS)
    assert all(0 <= each["hue"] < len(HUES) and each["words"] and each["alt"] for each in said)
    assert len({each["words"] for each in said}) == len(said) > 20


def test_a_poster_is_four_by_five_and_the_same_when_drawn_again() -> None:
    one = drawn("Retreta", motif="rays", hue=1)
    assert Image.open(io.BytesIO(one)).size == (480, 600)
    assert drawn("Retreta", motif="rays", hue=1) == one != drawn("Retreta", motif="rays", hue=2)


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_an_event_shows_its_poster(lima: Database, data: DemoData, tmp_path: Path, now: datetime) -> None:
    few = replace(data, specials=data.specials[:1], activities=())
    hung = hang(lima, few, data_dir=tmp_path, now=now)
    with lima.deed() as session:
        make_season(session, now=now, events=2, posters=hung)
    with lima.reading() as session:
        shown = session.execute(select(Event.picture_digest, Event.image_alt).order_by(Event.id)).all()
    (picture,) = hung.values()
    assert shown == [(picture.digest, data.specials[0]["poster"]["alt"]), (None, "")]
