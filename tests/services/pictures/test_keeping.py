"""Where pictures are: on the disk before the row that names them, for as long as an event shows them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from calendar_service.db.engine import Database
from calendar_service.domain.errors import Busy, Invalid
from calendar_service.domain.events import Event, Status
from calendar_service.domain.posting.pictures import StoredPicture
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import revise
from calendar_service.services.pictures import keeping, storing
from tests.builders import an_event, an_officer
from tests.services.pictures.samples import a_picture

MONTH = timedelta(days=31)


def test_the_same_picture_is_kept_once_and_nobody_outside_can_guess_its_name(
    lima: Database, tmp_path: Path, now: datetime
) -> None:
    first = keeping.keep(lima, a_picture(), data_dir=tmp_path, now=now)
    assert keeping.keep(lima, a_picture(), data_dir=tmp_path, now=now) == first
    files = sorted(each.name for each in (tmp_path / "uploads").rglob("*") if each.is_file())
    assert files == [f"{size}.{ending}" for size in ("card", "full", "mini", "thumb") for ending in ("jpg", "webp")]
    with lima.reading() as session:
        assert session.get(StoredPicture, first.digest).width == 900  # type: ignore[union-attr]


def test_files_that_cannot_be_kept_leave_no_row(lima: Database, tmp_path: Path, now: datetime) -> None:
    """R1, R14: a row never names what is not there."""
    (tmp_path / "uploads").write_text("in the way")
    with pytest.raises(Busy):
        keeping.keep(lima, a_picture(), data_dir=tmp_path, now=now)
    with lima.reading() as session:
        assert session.query(StoredPicture).count() == 0


@pytest.mark.parametrize("name", ["card.gif", "../secret", "card.jpg/../full.jpg", ""])
def test_only_the_files_of_a_picture_are_read(tmp_path: Path, name: str) -> None:
    storing.put(tmp_path, "ab12", {"card.jpg": b"x"})
    assert storing.read(tmp_path, "ab12", "card.jpg") == b"x"
    assert storing.read(tmp_path, "ab12", name) is None
    assert storing.read(tmp_path, "../uploads", "card.jpg") is None


def test_an_event_keeps_its_picture_and_loses_it_with_its_text(lima: Database, tmp_path: Path, now: datetime) -> None:
    picture = keeping.keep(lima, a_picture(), data_dir=tmp_path, now=now)
    with lima.deed() as session:
        by = an_officer(session, now=now)
        image = {"url": f"https://otra.example{picture.address}", "alt": "Dos bailarines", "credit": "Ana Quispe"}
        event = an_event(session, by=by, now=now, image=image)
        assert (event.picture, event.image_alt, event.image_credit) == (picture, "Dos bailarines", "Ana Quispe")
        bare = read_draft({**draft_of(event), "image": None}, metropolis=session.installation.metropolis)
        revise(session, event, bare, seen=event.version, by=by, now=now)
        assert (event.picture, event.image_alt, event.image_credit) == (None, "", "")


@pytest.mark.parametrize(
    ("image", "code"),
    [
        ({"url": "/pictures/" + "0" * 32 + "/full.jpg", "alt": "x"}, "image_unknown"),
        ({"url": "https://elsewhere.example/a.jpg", "alt": "x"}, "image_unknown"),
        ({"alt": "x"}, "image_unknown"),
        ({"url": "/pictures/" + "0" * 32 + "/full.jpg"}, "image_alt_missing"),
    ],
)
def test_a_picture_that_is_not_here_or_says_nothing_is_refused(
    lima: Database, now: datetime, image: dict[str, str], code: str
) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        with pytest.raises(Invalid) as wrong:
            an_event(session, by=by, now=now, image=image)
        session.rollback()
    assert [(each.field, each.code) for each in wrong.value.problems] == [("image", code)]


def test_what_no_event_shows_is_tidied_after_thirty_days(lima: Database, tmp_path: Path, now: datetime) -> None:
    used, unused = (keeping.keep(lima, a_picture(size=(n, n)), data_dir=tmp_path, now=now) for n in (100, 200))
    with lima.deed() as session:
        image = {"url": used.address, "alt": "x"}
        an_event(session, by=an_officer(session, now=now), now=now, status=Status.DRAFT, image=image)
    early, late = (
        keeping.tidy(lima, data_dir=tmp_path, now=each) for each in (now + MONTH - 2 * keeping.UNUSED / 30, now + MONTH)
    )
    assert (early, late) == (0, 1)
    assert storing.read(tmp_path, unused.digest, "card.jpg") is None
    assert storing.read(tmp_path, used.digest, "card.jpg") is not None
    with lima.reading() as session:
        assert [each.digest for each in session.query(StoredPicture)] == [used.digest]
        assert session.query(Event).one().picture == used


def test_a_picture_from_before_there_was_a_smallest_size_gives_the_next_one(tmp_path: Path) -> None:
    storing.put(tmp_path, "a" * 32, {"thumb.jpg": b"small", "card.jpg": b"middle"})
    assert [storing.read(tmp_path, "a" * 32, name) for name in ("mini.jpg", "mini.webp")] == [b"small", None]
