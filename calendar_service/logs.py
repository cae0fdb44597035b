"""One JSON line an event, in UTC (S43): no address, no token, no body, no query ever stands in it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from select import PIPE_BUF
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
    """What the access log says of a poll that was answered in front of Flask, at a time in seconds since 1970."""

    at: float
    id: str
    method: str
    path: str
    status: int
    size: int
    ms: float

    def line(self) -> str:
        """The same line that `JsonLines` makes of `fields`."""
        return (
            f'{{"at": "{_second(int(self.at))}.{int(self.at % 1 * 1000):03d}+00:00", {_HEAD}, "id": "{self.id}", '
            f'"method": "{self.method}", "path": {encode_basestring(self.path)}, '
            f'"status": {self.status}, "bytes": {self.size}, "ms": {self.ms}}}\n'
        )

    def fields(self) -> dict[str, object]:
        """What a record of it carries."""
        return {"id": self.id, "method": self.method, "path": self.path, "status": self.status, "bytes": self.size,
                "ms": self.ms}  # fmt: skip


def requests(many: Sequence[Answered]) -> None:
    """The lines of many answers: as `access.info("request", extra=…)` of each, but quicker where a handler is ours."""
    if not access.isEnabledFor(logging.INFO):
        return
    for handler in (*access.handlers, *logging.root.handlers):
        if type(handler) in _QUICK:
            handler.hear(many)  # type: ignore[attr-defined]
        elif handler.level <= logging.INFO:
            for answered in many:
                handler.handle(_record(answered))


def _record(answered: Answered) -> logging.LogRecord:
    record = logging.LogRecord.__new__(logging.LogRecord)
    vars(record).update(_REQUEST, created=answered.at, **answered.fields())
    return record


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

    def hear(self, many: Sequence[Answered]) -> None:
        """Write their lines, as many at a time as a pipe takes whole: another process may write to it, too."""
        with self.lock or nullcontext(), suppress(OSError):  # nobody reads our log: no reason not to serve
            for lines in _together([each.line() for each in many]):
                self.stream.write(lines)
                self.stream.flush()


def _together(lines: Iterable[str]) -> Iterator[str]:
    """Lines joined up to what a pipe takes whole (POSIX: PIPE_BUF); a longer one stands alone."""
    joined, size = "", 0
    for line in lines:
        length = len(line) if line.isascii() else len(line.encode("utf-8", "replace"))
        if size + length > PIPE_BUF:
            yield joined
            joined, size = "", 0
        joined += line
        size += length
    yield joined


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
