"""What runs in each web process: the application over a house of its own."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from multiprocessing import parent_process
from typing import TYPE_CHECKING

from granian import _signals

from calendar_service import logs
from calendar_service.app import create_app
from calendar_service.cli.running import counts, lanes
from calendar_service.cli.running.receiving import Gate
from calendar_service.config.reading import read_settings
from calendar_service.services.house import open_house
from calendar_service.web.measuring import count_requests

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ENDING = frozenset({signal.SIGINT, signal.SIGTERM})
SETTLED = 2.0
"""Seconds after which a worker surely listens to what it is told; told before, it would miss it."""
LOOK = 1.0
"""Seconds between two looks at whether the parent lives."""


def application() -> WSGIApplication:
    """The WSGI application; granian calls this once in every worker, before it heeds signals."""
    heed_signals_once()
    logs.configure()
    if counts.take_room():
        count_requests()
    if parent := parent_process():
        end_with(parent.pid or 0)
    made = create_app(open_house(read_settings(), begun=True))
    at_once = made.extensions["at_once"].__call__  # to call the object takes longer, and is done for every request
    lanes.part(at_once, Gate(made.extensions["largest"], made.extensions["counting"].address))
    gc.collect()
    gc.freeze()  # what stands for good is not gone through again whenever garbage is looked for
    return made


def heed_signals_once() -> None:
    """Let one thread wait for the signals that end us, and tell granian once.

    Its own handler runs in the main thread alone, which stays asleep when the system hands the signal to another;
    and told a second time, as by Ctrl-C and systemd, which tell every process, it would stand still for ever.
    """
    born = time.monotonic()
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # here, and in every thread that begins from now on

    def set_sync_signals() -> object:
        event = _signals.WorkerSignal()  # type: ignore[attr-defined]

        def wait() -> None:
            signal.sigwait(ENDING)
            time.sleep(max(0.0, born + SETTLED - time.monotonic()))
            event.set()

        threading.Thread(target=wait, name="signals", daemon=True).start()
        return event

    _signals.set_sync_signals = set_sync_signals


def end_with(parent: int) -> None:
    """End this process gracefully when its parent is gone, even killed: nobody else would stop it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
