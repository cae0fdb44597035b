"""How to use the API: the OpenAPI document for programs, a page for people, both made of the declarations."""

from __future__ import annotations

from flask import Response

from calendar_service.api import speaking
from calendar_service.api.answers import FOR_AN_HOUR, json_answer
from calendar_service.api.document import openapi, operations, schemas
from calendar_service.api.document.operations import ApiRoom
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room

PATH = operations.PREFIX + "/openapi.json"


def handbook_of(rooms: tuple[ApiRoom, ...]) -> Room:
    """The room with the document and the page of these operations. It knows nobody: what it says is public."""
    room = Room("api-handbook")
    declared = tuple(each for room in rooms for each in room.operations)

    @room.get(PATH, policy=Policy.PUBLIC)
    def document() -> Response:
        """The OpenAPI document in the asker's language."""
        made = openapi.document(
            declared, words=speaking.words(), metropolis=asking.metropolis().name,
            base_url=asking.house().settings.base_url,
        )  # fmt: skip
        answer = json_answer(made, cache=FOR_AN_HOUR)
        answer.vary.add("Accept-Language")
        return answer

    @room.get(operations.ROOT, policy=Policy.PUBLIC)
    def handbook() -> Response:
        """The page."""
        refusals = {each.name: [str(status) for status in openapi.statuses_of(each)] for each in declared}
        metropolis = asking.metropolis()
        return page(
            "public/api.html", operations=declared, fields=schemas.EVENT, document=PATH, refusals=refusals,
            root=asking.house().settings.base_url + operations.PREFIX, example_district=metropolis.districts[0].slug,
        )  # fmt: skip

    return room
