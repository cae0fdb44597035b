"""Feeds and downloads (CONTRACT "Feeds"): what `web.polling` did not answer from one row."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from calendar_service import addresses as to
from calendar_service.entrance import asking
from calendar_service.entrance.answers import text
from calendar_service.entrance.doors import Policy, Room
from calendar_service.entrance.refusals import Refusal
from calendar_service.services.syndication.asking import Ask, Format, Kind, read_ask
from calendar_service.services.syndication.subjects import MovedError
from calendar_service.web.counting import Counting
from calendar_service.web.feed_answers import describing, is_unchanged, takes_gzip, validators
from calendar_service.web.press import Issue, Press


def refuse(refusal: Refusal) -> ResponseReturnValue:
    """An error as plain text, each sentence after the parameter that it is about: no program shows a page."""
    words = asking.words()
    sentences = [f"{each.field}: {words.sentence(each.code, **each.values)}" for each in refusal.problems]
    said = "\n".join(sentences) or words.sentence(refusal.code, **refusal.values)
    answer = text(said + "\n", status=refusal.status)
    answer.headers.update(refusal.headers)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


ENDING = f"<any({', '.join(Format)}):format_>"
room = Room("feeds", prefix="/feeds/", refuse=refuse)


def press() -> Press:
    """The press of this process."""
    return cast("Press", current_app.extensions["press"])


@room.get(f"/feeds/all.{ENDING}", policy=Policy.PUBLIC)
def everything(format_: str) -> Response:
    """All that is on."""
    return _feed(Kind.ALL, format_=format_)


@room.get(f"/feeds/districts/<slug>.{ENDING}", policy=Policy.PUBLIC)
def district(slug: str, format_: str) -> Response:
    """What a district hosts or co-hosts."""
    return _feed(Kind.DISTRICT, slug, format_=format_)


@room.get(f"/feeds/clusters/<slug>.{ENDING}", policy=Policy.PUBLIC)
def cluster(slug: str, format_: str) -> Response:
    """What the districts of a cluster host, each event once."""
    return _feed(Kind.CLUSTER, slug, format_=format_)


@room.get(f"/feeds/selection.{ENDING}", policy=Policy.PUBLIC)
def selection(format_: str) -> Response:
    """Whatever was chosen."""
    return _feed(Kind.SELECTION, format_=format_)


@room.get(f"/feeds/events/<slug>.{ENDING}", policy=Policy.PUBLIC)
def event(slug: str, format_: str) -> Response:
    """One event, to download."""
    return _feed(Kind.EVENT, slug, format_=format_)


@room.get(f"/feeds/events/<slug>/<recurrence_id>.{ENDING}", policy=Policy.PUBLIC)
def occurrence(slug: str, recurrence_id: str, format_: str) -> Response:
    """One date of an event, to download."""
    return _feed(Kind.OCCURRENCE, slug, recurrence_id, format_=format_)


def _feed(kind: Kind, slug: str = "", recurrence_id: str = "", *, format_: str = Format.ICS) -> Response:
    ask = read_ask(
        kind, asking.query_pairs(), metropolis=asking.metropolis(), slug=slug, recurrence_id=recurrence_id,
        format_=Format(format_),
    )  # fmt: skip
    try:
        answer = _answer(ask, press().issue(ask, now=asking.now()))
    except MovedError as moved:
        return _moved(ask, moved.slug)
    if not ask.is_download:
        counting: Counting = current_app.extensions["counting"]
        counting.note(request.environ, ask.scope, day=asking.today())
    return answer


def _answer(ask: Ask, issue: Issue) -> Response:
    packed = takes_gzip(request.headers.get("Accept-Encoding"))
    known, since = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
    if is_unchanged(issue.version, if_none_match=known, if_modified_since=since):
        answer = Response(status=304, mimetype="text/plain")
    else:
        answer = _body(issue, packed=packed)
        answer.headers.update(describing(request.path, packed=packed, download=_file_name(ask)))
    answer.headers.update(validators(issue.version, packed=packed))
    if issue.stale is not None:
        answer.headers["X-Calendar-Stale"] = str(issue.stale)
        answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


def _body(issue: Issue, *, packed: bool) -> Response:
    """A large one goes out block by block: several readers would not fit into memory together."""
    if large := press().blocks(issue, packed=packed):
        size, blocks = large
        answer = Response(blocks, direct_passthrough=True)
        answer.content_length = size
        return answer
    return make_response(press().read(issue, packed=packed), 200)


def _file_name(ask: Ask) -> str:
    """What a file to save is called; empty for what is followed or read where it stands."""
    saved = ask.is_download and ask.format in (Format.ICS, Format.CSV)
    return "-".join(part for part in (ask.slug, ask.recurrence_id) if part) if saved else ""


def _moved(ask: Ask, slug: str) -> Response:
    """The feed's lasting address, with the query it was asked with (301)."""
    match ask.kind:
        case Kind.DISTRICT:
            path = to.feed_district(slug, ask.format)
        case Kind.CLUSTER:
            path = to.feed_cluster(slug, ask.format)
        case _:
            path = to.feed_event(slug, ask.recurrence_id or None, ask.format)
    answer = text("", status=301)
    answer.headers["Location"] = to.with_query(path, request.query_string.decode("ascii", "replace"))
    return answer
