"""Rooms made for a test, and a browser before them."""

from __future__ import annotations

from flask import Flask, Response
from flask.testing import FlaskClient

from calendar_service.entrance.answers import text
from calendar_service.entrance.doors import Policy, Room


def opened(app: Flask, *rooms: Room) -> FlaskClient:
    """A browser before an application with further rooms."""
    for room in rooms:
        room.open(app)
    client: FlaskClient = app.test_client()
    return client


def a_room(**doors: Policy) -> Room:
    """A room with one GET door for each name, at the path of that name."""
    room = Room("trial")
    for name, policy in doors.items():

        def view() -> Response:
            return text("come in")

        view.__name__ = name
        room.get(f"/trial/{name}", policy=policy)(view)
    return room
