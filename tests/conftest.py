"""Fixtures for every room; databases come from `tests/databases.py`, the mail server from `tests/smtp.py`."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from calendar_service.web import counting
from calendar_service.words import Words
from tests import compiled, hashing, left_over
from tests.machine import need, work_in_memory

pytest_plugins = ["tests.databases", "tests.smtp"]

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers give /dev/shm 64 MB
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure() -> None:
    """An error without a sentence fails a test; people get a general one. What costs is done once per process.

    Followers are written down when a test asks: the thread that does so every minute would outlast its test, and
    write into the database of another.
    """
    work_in_memory()
    Words.strict = True
    compiled.remember()
    hashing.remember()
    left_over.watch()
    counting.EVERY = threading.TIMEOUT_MAX


def pytest_collection_finish() -> None:
    """Look for garbage seldom: a test leaves an application, and going through all that is imported took a third."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A browser's test is skipped, or fails in CI, before anything is started for it."""
    if item.get_closest_marker("browser"):
        need("driver")
        need("chromium")


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_open() -> Iterator[None]:
    """What a process's last tests left open is found before it ends: nobody is told of it after."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def nothing_is_left_over(request: pytest.FixtureRequest) -> Iterator[None]:
    """No copy of a feed is written when its test is over."""
    if "tmp_path" in request.fixturenames:
        request.getfixturevalue("tmp_path")  # made before this, and so gone after it
    yield
    left_over.finish()


@pytest.fixture
def now() -> datetime:
    """An instant, aware UTC: 00:30 on 1 December, while in Lima it is still 19:30 on 30 November."""
    return datetime(2026, 12, 1, 0, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium (pytest-playwright reads this)."""
    return {**browser_type_launch_args, "executable_path": need("chromium"), "args": CHROMIUM_FLAGS}
