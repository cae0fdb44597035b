"""What machines ask about the service: is it ready, and how does it do (R12, S52). Reasons are for operators."""

from __future__ import annotations

import json

from flask import Response, current_app

from calendar_service.entrance import asking, guarding
from calendar_service.entrance.answers import text
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.upkeep.condition import Watch, gauges
from calendar_service.web.measuring import exposition

room = Room("operations")
EXPOSITION = "text/plain; version=0.0.4"


@room.get("/readyz", policy=Policy.PUBLIC, private=True)
def readyz() -> Response:
    """200 when everything that a request needs is well, else 503; an operator is told of each part."""
    findings = _watch().findings(now=asking.now())
    ready = all(each.well for each in findings)
    told: dict[str, object] = {"ready": ready}
    if guarding.is_operator():
        told["parts"] = {str(each.part): {"well": each.well, "says": each.says} for each in findings}
    return text(json.dumps(told), mimetype="application/json", status=200 if ready else 503)


@room.get("/metrics", policy=Policy.OPERATOR)
def metrics() -> Response:
    """Counters of this installation's web processes, and gauges of its mails, clock and disk."""
    current_app.extensions["ledger"].write()
    return Response(exposition(gauges(asking.house(), now=asking.now())), content_type=EXPOSITION)


def _watch() -> Watch:
    watch: Watch = current_app.extensions.setdefault("watch", Watch(asking.house()))
    return watch
