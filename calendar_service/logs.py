"""One JSON line an event, in UTC (S43): no address, no token, no body, no query ever stands in it."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
LONGEST_PART = 24
access = logging.getLogger("calendar_service.access")
_REQUEST = vars(logging.makeLogRecord({
    "name": access.name, "levelno": logging.INFO, "levelname": "INFO", "msg": "request",
}))  # fmt: skip


def request(said: Mapping[str, object]) -> None:
    """The line of one answer: as `access.info("request", extra=said)`, without looking up who logs, for every poll."""
    if access.isEnabledFor(logging.INFO):
        record = logging.LogRecord.__new__(logging.LogRecord)
        vars(record).update(_REQUEST, created=time.time(), **said)  # noqa: TID251 - when it was logged, as logging does
        access.handle(record)


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
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in ("alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def cut(path: str) -> str:
    """A path that no route knows, with every long part cut: it might be a mistyped secret."""
    parts = path[:400].split("/")
    return "/".join(f"{each[:4]}…" if len(each) > LONGEST_PART else each for each in parts)
