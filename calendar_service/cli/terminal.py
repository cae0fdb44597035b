"""What is said at the terminal: the result on stdout and nothing else there, all the rest on stderr."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable
from typing import Any


class Refused(RuntimeError):
    """Something was not well; the text is one sentence. Exit code 1."""


class Away(Refused):
    """The database cannot be reached, or is in somebody else's hands; it may be back."""


class WrongUse(ValueError):
    """The command was called wrongly in a way that its arguments alone do not show. Exit code 2."""


def say(text: str) -> None:
    """Progress, a warning, a refusal."""
    print(text, file=sys.stderr, flush=True)


def give(given: Namespace, result: Any, text: str | Iterable[str]) -> None:  # noqa: ANN401 - plain JSON
    """The result: as JSON if that was asked for, else as lines for a person."""
    if given.json:
        print(json.dumps(result, ensure_ascii=False, indent=2, default=str), flush=True)
        return
    for line in [text] if isinstance(text, str) else text:
        print(line, flush=True)
