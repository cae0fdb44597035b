"""An event's poster by the API: set with the bytes of a picture, told with its words, changed as text (S39)."""

from __future__ import annotations

from typing import Any

from calendar_service.services.pictures.encoding import LARGEST
from tests.api.conftest import BASE_URL, Program, fields
from tests.services.pictures.samples import a_picture


def put(program: Program, path: str, *, version: int | None, data: bytes = b"", kind: str = "image/jpeg") -> Any:  # noqa: ANN401 - werkzeug's answer
    headers = {"Content-Type": kind} | ({"If-Match": f'"{version}"'} if version else {})
    return program.ask("PUT", path, data=data or a_picture(size=(100, 200)), headers=headers)


def test_a_poster_is_set_told_and_worded_anew(barranco: Program, concert: dict[str, Any]) -> None:
    made = barranco.post("/events", concert).get_json()
    uid, version = made["uid"], made["version"]
    told = put(barranco, f"/events/{uid}/image?alt=Dos+bailarines&credit=Ana", version=version).get_json()
    image = told["image"]
    assert image["url"].startswith(f"{BASE_URL}/pictures/")
    assert (image["alt"], image["credit"], told["version"]) == ("Dos bailarines", "Ana", version + 1)
    assert barranco.client.get(image["url"].removeprefix(BASE_URL), base_url=BASE_URL).mimetype == "image/jpeg"

    worded = barranco.patch(f"/events/{uid}", {"image": {"alt": "Una pareja"}}, version=version + 1).get_json()
    assert worded["image"] == {**image, "alt": "Una pareja"}
    again = put(
        barranco, f"/events/{uid}/image", version=version + 2, data=a_picture("PNG", (60, 60)), kind="image/png"
    ).get_json()
    assert (again["image"]["alt"], again["image"]["url"] == image["url"]) == ("Una pareja", False)
    assert barranco.patch(f"/events/{uid}", {"image": None}, version=version + 3).get_json()["image"] is None


def test_what_is_no_poster_is_refused_and_the_event_stays(barranco: Program, concert: dict[str, Any]) -> None:
    made = barranco.post("/events", concert).get_json()
    uid, version = made["uid"], made["version"]
    path = f"/events/{uid}/image?alt=x"
    assert put(barranco, path, version=None).status_code == 428
    assert put(barranco, path, version=version + 9).status_code == 412
    assert put(barranco, path, version=version, kind="image/svg+xml").status_code == 415
    assert put(barranco, path, version=version, data=bytes(LARGEST + 1)).status_code == 413
    assert fields(put(barranco, path, version=version, data=b"<svg/>")) == [("image", "image_kind")]
    assert fields(put(barranco, f"/events/{uid}/image", version=version)) == [("image", "image_alt_missing")]
    assert barranco.get(f"/events/{uid}").get_json()["version"] == version
