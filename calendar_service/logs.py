"""One JSON line an event, in UTC (S43): no address, no token, no body, no query ever stands in it."""

from __future__ import annotations

import json
import logging
import sys
import time
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple, TextIO, TypeVar

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
LONGEST_PART = 24
H = TypeVar("H", bound=logging.Handler)
access = logging.getLogger("calendar_service.access")
_REQUEST = vars(logging.makeLogRecord({
    "name": access.name, "levelno": logging.INFO, "levelname": "INFO", "msg": "request",
}))  # fmt: skip


_HEAD = f'"level": "info", "source": "{access.name}", "message": "request"'


class Answered(NamedTuple):
    """What the access log says of a poll that was answered in front of Flask."""

    id: str
    method: str
    path: str
    status: int
    size: int
    ms: float

    def line(self, at: float) -> str:
        """The same line that `JsonLines` makes of `fields`, at a time in seconds since 1970."""
        return (
            f'{{"at": "{_second(int(at))}.{int(at % 1 * 1000):03d}+00:00", {_HEAD}, "id": "{self.id}", '
            f'"method": "{self.method}", "path": {encode_basestring(self.path)}, '
            f'"status": {self.status}, "bytes": {self.size}, "ms": {self.ms}}}\n'
        )

    def fields(self) -> dict[str, object]:
        """What a record of it carries."""
        return {"id": self.id, "method": self.method, "path": self.path, "status": self.status, "bytes": self.size,
                "ms": self.ms}  # fmt: skip


def request(answered: Answered) -> None:
    """The line of one answer: as `access.info("request", extra=…)`, but quicker where every handler is ours."""
    if not access.isEnabledFor(logging.INFO):
        return
    at = time.time()  # noqa: TID251 - when it was logged, as logging does
    record = None
    for handler in (*access.handlers, *logging.root.handlers):
        if type(handler) in _QUICK:
            handler.hear(answered, at)  # type: ignore[attr-defined]
            continue
        if record is None:
            record = logging.LogRecord.__new__(logging.LogRecord)
            vars(record).update(_REQUEST, created=at, **answered.fields())
        if record.levelno >= handler.level:
            handler.handle(record)


_QUICK: set[type] = set()


def hears(handler: type[H]) -> type[H]:
    """A class of handlers that are told by `hear`."""
    _QUICK.add(handler)
    return handler


@lru_cache(maxsize=4)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@hears
class Stream(logging.StreamHandler[TextIO]):
    """Writes lines to a stream."""

    def hear(self, answered: Answered, at: float) -> None:
        """Write its line."""
        line = answered.line(at)
        with self.lock or nullcontext(), suppress(OSError):  # nobody reads our log: no reason not to serve
            self.stream.write(line)
            self.stream.flush()


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
