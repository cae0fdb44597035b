"""One JSON line an event, in UTC (S43): no address, no token, no body, no query ever stands in it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """What many answers say alike: method, path, status and bytes, and how a line says these."""

    method: str
    path: str
    status: int
    size: int
    said: str


@lru_cache(maxsize=1024)
def alike(method: str, path: str, status: int, size: int) -> Alike:
    """The same one for every answer that says the same."""
    quoted = encode_basestring(path)
    said = f'", "method": "{method}", "path": {quoted}, "status": {status}, "bytes": {size}, "ms": '
    return Alike(method, path, status, size, said)


class Answered(NamedTuple):
    """Polls that were answered in front of Flask: when, in seconds since 1970, the seconds that each took, what they
    say like others, and their ids. Each is as long as the other.
    """

    at: Sequence[float]
    took: Sequence[float]
    same: Sequence[Alike]
    ids: Sequence[str]


def requests(many: Answered) -> None:
    """The lines of many answers: as `access.info("request", extra=…)` of each, but quicker where a handler is ours."""
    if not access.isEnabledFor(logging.INFO):
        return
    for handler in (*access.handlers, *logging.root.handlers):
        if type(handler) in _QUICK:
            handler.hear(many)  # type: ignore[attr-defined]
        elif handler.level <= logging.INFO:
            for record in map(_record, *many):
                handler.handle(record)


def _record(at: float, took: float, same: Alike, id_: str) -> logging.LogRecord:
    record = logging.LogRecord.__new__(logging.LogRecord)
    said = {"id": id_, "method": same.method, "path": same.path, "status": same.status, "bytes": same.size}
    vars(record).update(_REQUEST, created=at, **said, ms=round(took * 1000, 1))
    return record


def _lines(many: Answered) -> str:
    """The same lines that `JsonLines` makes of the records; what follows one another says mostly the same."""
    lines: list[str] = []
    last, start = -1, ""
    for at, took, same, id_ in zip(*many, strict=True):
        if (now := int(at * 1000)) != last:
            last, start = now, _start(now)
        lines.append(f"{start}{id_}{same.said}{_NO_TIME if took < _TOO_SHORT else _milliseconds(took)}}}\n")
    return "".join(lines)


_NO_TIME, _TOO_SHORT = "0.0", 0.00005
"""Nearly every poll takes no time that is said; to find that out takes longer than to know it."""


def _milliseconds(took: float) -> str:
    tenths = round(took * 10_000)
    return f"{tenths // 10}.{tenths % 10}"


def _start(at: int) -> str:
    """How the lines of one millisecond begin, which is counted since 1970."""
    said = f"{datetime.fromtimestamp(at // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}+00:00"
    return f'{{"at": "{said}", "level": "info", "source": "{access.name}", "message": "request", "id": "'


_QUICK: set[type] = set()


def hears(handler: type[H]) -> type[H]:
    """A class of handlers that are told by `hear`."""
    _QUICK.add(handler)
    return handler


@hears
class Stream(logging.StreamHandler[TextIO]):
    """Writes lines to a stream."""

    def hear(self, many: Answered) -> None:
        """Write their lines, as many at a time as a pipe takes whole: another process may write to it, too."""
        with self.lock or nullcontext(), suppress(OSError):  # nobody reads our log: no reason not to serve
            for lines in _together(_lines(many)):
                self.stream.write(lines)
                self.stream.flush()


def _together(text: str) -> Iterator[str]:
    """As many lines at a time as a pipe takes whole (POSIX: PIPE_BUF); a longer one stands alone."""
    said, at = text.encode("utf-8", "surrogatepass"), 0
    while at < len(said):
        end = said.rfind(b"\n", at, at + PIPE_BUF) + 1 or said.find(b"\n", at) + 1
        yield said[at:end].decode("utf-8", "surrogatepass")
        at = end


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
