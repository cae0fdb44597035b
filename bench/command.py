"""The service's command line, for processes that a bench starts: `python -m bench.command serve …`."""

from __future__ import annotations

import sys

from calendar_service.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
