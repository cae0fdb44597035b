"""The clock that runs beside the web service: started with it, started again when it dies, stopped with it."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from calendar_service.cli.terminal import say

COMMAND = (sys.executable, "-m", "calendar_service.worker")
PAUSE = 5.0
"""Seconds before a clock that died is started again."""
LAST_WORDS = 20.0
"""Seconds that a clock has to finish the message in hand."""


class Clock:
    """A child process. It has a process group of its own, so that Ctrl-C reaches it through us alone."""

    def __init__(self) -> None:
        self._ending = False  # a plain flag: signal handlers set it, and may come twice
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start it and keep it running until told to stop."""
        while not self._must_end():
            self._process = subprocess.Popen([*COMMAND, "--beside", str(os.getpid())], process_group=0)  # noqa: S603
            if self._must_end():  # told between the two lines above
                self._process.terminate()
            self._process.wait()
            if not self._must_end():
                say(f"The clock ended (exit code {self._process.returncode}); it is started again.")
                time.sleep(PAUSE)

    def _must_end(self) -> bool:
        return self._ending

    def stop(self) -> None:
        """Ask it to end; safe to call from a signal handler, and twice."""
        self._ending = True
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def see_off(self) -> None:
        """Wait until it has ended; one that does not is killed."""
        self.stop()
        until = time.monotonic() + LAST_WORDS
        while self._process and self._process.poll() is None:
            if time.monotonic() > until:
                self._process.kill()
            time.sleep(0.02)
