"""The child that sets one sheet: JSON in at standard input, a PDF out at standard output.

python -m calendar_service.services.printing.setting SHEET FONTS
"""

from __future__ import annotations

import resource
import sys

import typst

CPU_SECONDS = 15
MEMORY = 2 << 30
LARGEST = 4_000_000


def main(sheet: str, fonts: str) -> None:
    """Set it within limits."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    said = sys.stdin.buffer.read(LARGEST).decode()
    made = typst.compile(
        sheet, font_paths=[fonts], ignore_system_fonts=True, sys_inputs={"said": said}, pdf_standards=["ua-1"]
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(*sys.argv[1:])
