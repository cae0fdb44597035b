"""What runs in each web process: the application over a house of its own."""

from __future__ import annotations

import os
import signal
import threading
import time
from multiprocessing import parent_process
from typing import TYPE_CHECKING

from calendar_service import logs
from calendar_service.app import create_app
from calendar_service.config import read_settings
from calendar_service.services.house import open_house
from calendar_service.web.measuring import count_requests

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOK = 1.0
"""Seconds between two looks at whether the parent lives."""


def application() -> WSGIApplication:
    """The WSGI application; granian calls this once in every worker."""
    os.setpgrp()  # Ctrl-C reaches the parent alone: a worker that is told twice would hang until it is killed
    logs.configure()
    count_requests()
    if parent := parent_process():
        end_with(parent.pid or 0)
    return create_app(open_house(read_settings()))


def end_with(parent: int) -> None:
    """End this process gracefully when its parent is gone, even killed: nobody else would stop it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
