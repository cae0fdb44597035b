"""The planning board over the whole season, as an officer opens it: what it asks, what it costs, how large it is."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from secrets import token_urlsafe

from flask.testing import FlaskClient

from bench.deeds import measured
from bench.table import show
from calendar_service.app import create_app
from calendar_service.services.house import House
from calendar_service.services.people import signing_in
from calendar_service.services.people.officers import make_officer

PATHS = (
    "/office/board", "/office/board?weeks=26", "/office/board?rows=discipline", "/office/board?rows=venue",
    "/office/board?zone=lima-norte", "/office/board?weeks=1",
)  # fmt: skip
COLUMNS = ("address", "kB", "kB compressed", "statements", "CPU ms, median", "wall ms, median")


def run(house: House, *, district: str, quick: bool) -> None:
    """Measure and print."""
    with house.deed() as session:
        officer = make_officer(
            session, address="bench@example.pe", name="Bench", password=token_urlsafe(), facilitator=False,
            districts={district: "officer"}, now=house.now(),
        )  # fmt: skip
        secret = signing_in.start(session, officer, now=house.now())
    client = create_app(house).test_client()
    client.set_cookie("session", secret, domain="127.0.0.1")
    show("Planning board", COLUMNS, _boards(house, client, times=5 if quick else 20))


def _boards(house: House, client: FlaskClient, *, times: int) -> Iterator[list[object]]:
    base = house.settings.base_url
    for path in PATHS:
        answer = client.get(path, base_url=base)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")

        def open_it(_: int, path: str = path) -> int:
            return client.get(path, base_url=base).status_code

        size = len(answer.data) / 1000
        yield [path, size, len(gzip.compress(answer.data)) / 1000, *measured(house.database, open_it, times=times)]
