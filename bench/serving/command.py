"""The service's command line, for processes that a bench starts: `python -m bench.serving.command serve …`.

With BENCH_PEAK it writes there how many megabytes it held at most. Nobody else can say: what `wait4` tells of a child
(ru_maxrss) is never less than what its parent held when it was started.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from calendar_service.cli import main


def _peak() -> float:
    """Megabytes that this program, not what was here before it, held at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    code = main(sys.argv[1:])
    if "BENCH_PEAK" in os.environ:
        Path(os.environ["BENCH_PEAK"]).write_text(str(_peak()))
    sys.exit(code)
