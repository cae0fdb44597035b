"""The composition root: the one place where the parts meet."""

from __future__ import annotations

import time
from uuid import uuid4

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from calendar_service import logs
from calendar_service.api import rooms as api
from calendar_service.entrance import asking, cookies, errors, guarding, packing, rendering, repeating, security
from calendar_service.entrance.doors import FORM_BYTES, Number, Policy, Route
from calendar_service.entrance.forms import forgery
from calendar_service.services.house import House
from calendar_service.web.at_once import AtOnce
from calendar_service.web.counting import Counting
from calendar_service.web.ledger import Ledger
from calendar_service.web.polling import Polling
from calendar_service.web.press import Press
from calendar_service.web.rooms import ROOMS


def create_app(house: House) -> Flask:
    """The web of a house: its rooms opened, its guard at every door."""
    app = Flask("calendar_service", static_folder=None, template_folder=str(rendering.templates()))
    app.url_rule_class, app.url_map.converters["int"] = Route, Number
    app.config.update(MAX_CONTENT_LENGTH=FORM_BYTES, MAX_FORM_MEMORY_SIZE=FORM_BYTES)
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    press, counting = Press(house), Counting(house)
    ledger = Ledger(counting)
    rooms = (*ROOMS, *api.ROOMS)
    app.extensions.update(house=house, doors={}, rooms=rooms, press=press, counting=counting, ledger=ledger)
    rendering.install(app)
    errors.install(app)
    app.before_request(_begin)
    app.before_request(guarding.guard)
    repeating.install(app)
    app.after_request(_finish)
    for room in rooms:
        room.open(app)
    app.extensions["largest"] = guarding.largest(app)
    if proxies := house.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    polling = Polling(app.wsgi_app, house, press, counting, ledger)
    app.extensions["at_once"] = AtOnce(polling, house)
    app.wsgi_app = polling  # type: ignore[method-assign]
    return app


def _begin() -> None:
    g.request_id = uuid4().hex[:16]
    g.began = time.perf_counter()


def _finish(response: Response) -> Response:
    """Runs after every request, in this order: cookies, headers, compression, the line in the log."""
    forgery.keep_seed(response)
    _keep_language(response)
    packing.pack(security.dress(repeating.keep(response)))
    _log(response)
    return response


def _keep_language(response: Response) -> None:
    """Somebody who chose a language by `?lang=` finds it on the next page too."""
    door, chosen = asking.door(), request.args.get("lang")
    page = response.mimetype == "text/html" and not (door and door.framed)
    if page and chosen and chosen == asking.language() != request.cookies.get(cookies.LANGUAGE):
        cookies.keep_language(response, chosen, settings=asking.house().settings)


def _log(response: Response) -> None:
    """One line a request: the path only where it carries no secret (S43)."""
    door = asking.door()
    path = logs.cut(request.path)
    if door:
        path = door.rule if door.policy is Policy.TOKEN else request.path
    logs.access.info("request", extra={
        "id": g.get("request_id"), "method": request.method, "path": path, "status": response.status_code,
        "bytes": response.content_length, "ms": round((time.perf_counter() - g.began) * 1000, 1),
    })  # fmt: skip
