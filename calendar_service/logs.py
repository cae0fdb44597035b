"""One JSON line an event, in UTC (S43): no address, no token, no body, no query ever stands in it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from select import PIPE_BUF
from typing import TextIO, TypeVar

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
LONGEST_PART = 24
H = TypeVar("H", bound=logging.Handler)
access = logging.getLogger("calendar_service.access")
_REQUEST = vars(logging.makeLogRecord({
    "name": access.name, "levelno": logging.INFO, "levelname": "INFO", "msg": "request",
}))  # fmt: skip


Answered = tuple[float, str, str, int, int, float]
"""A poll that was answered in front of Flask: when, in seconds since 1970, method, path, status, bytes, and the
seconds that it took. No class: one is made for every poll."""


def requests(many: Sequence[Answered], ids: Sequence[str]) -> None:
    """The lines of many answers: as `access.info("request", extra=…)` of each, but quicker where a handler is ours."""
    if not access.isEnabledFor(logging.INFO):
        return
    for handler in (*access.handlers, *logging.root.handlers):
        if type(handler) in _QUICK:
            handler.hear(many, ids)  # type: ignore[attr-defined]
        elif handler.level <= logging.INFO:
            for answered, id_ in zip(many, ids, strict=True):
                handler.handle(_record(answered, id_))


def _record(answered: Answered, id_: str) -> logging.LogRecord:
    at, method, path, status, size, took = answered
    record = logging.LogRecord.__new__(logging.LogRecord)
    vars(record).update(
        _REQUEST, created=at, id=id_, method=method, path=path, status=status, bytes=size, ms=round(took * 1000, 1)
    )  # fmt: skip
    return record


def _line(answered: Answered, id_: str) -> str:
    """The same line that `JsonLines` makes of the record."""
    at, method, path, status, size, took = answered
    tenths = round(took * 10_000)  # of a millisecond: writing a float takes longer
    return f"{_start(int(at * 1000))}{id_}{_what(method, path, status, size)}{tenths // 10}.{tenths % 10}}}\n"


@lru_cache(maxsize=64)
def _start(at: int) -> str:
    """How the lines of one millisecond begin, which is counted since 1970."""
    said = f"{datetime.fromtimestamp(at // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}+00:00"
    return f'{{"at": "{said}", "level": "info", "source": "{access.name}", "message": "request", "id": "'


@lru_cache(maxsize=512)
def _what(method: str, path: str, status: int, size: int) -> str:
    """What many lines say alike."""
    path = encode_basestring(path)
    return f'", "method": "{method}", "path": {path}, "status": {status}, "bytes": {size}, "ms": '


_QUICK: set[type] = set()


def hears(handler: type[H]) -> type[H]:
    """A class of handlers that are told by `hear`."""
    _QUICK.add(handler)
    return handler


@hears
class Stream(logging.StreamHandler[TextIO]):
    """Writes lines to a stream."""

    def hear(self, many: Sequence[Answered], ids: Sequence[str]) -> None:
        """Write their lines, as many at a time as a pipe takes whole: another process may write to it, too."""
        with self.lock or nullcontext(), suppress(OSError):  # nobody reads our log: no reason not to serve
            for lines in _together(list(map(_line, many, ids))):
                self.stream.write(lines)
                self.stream.flush()


def _together(lines: Sequence[str]) -> Iterator[str]:
    """Lines joined up to what a pipe takes whole (POSIX: PIPE_BUF); a longer one stands alone."""
    first = size = 0
    for place, line in enumerate(lines):
        length = len(line) if line.isascii() else len(line.encode("utf-8", "replace"))
        if size + length > PIPE_BUF and size:
            yield "".join(lines[first:place])
            first, size = place, 0
        size += length
    yield "".join(lines[first:])


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, level, source, message, and whatever `extra` carried."""

    def format(self, record: logging.LogRecord) -> str:
        """JSON escapes line ends, so that no value can forge a line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "source": record.name, "message": record.getMessage(),
        }  # fmt: skip
        line |= {key: value for key, value in vars(record).items() if key not in PLAIN}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__qualname__
        return json.dumps(line, default=str, ensure_ascii=False).replace("\u2028", " ").replace("\u2029", " ")


def configure(stream: TextIO = sys.stderr, *, level: int = logging.INFO) -> None:
    """Send everything to a stream as JSON lines; for the entrances that serve."""
    handler = Stream(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in ("alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def cut(path: str) -> str:
    """A path that no route knows, with every long part cut: it might be a mistyped secret."""
    parts = path[:400].split("/")
    return "/".join(f"{each[:4]}…" if len(each) > LONGEST_PART else each for each in parts)
