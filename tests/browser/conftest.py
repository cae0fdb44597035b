"""A browser waits for what is expected as long as a busy machine may take; what never comes fails all the same."""

from __future__ import annotations

from playwright.sync_api import expect

expect.set_options(timeout=30_000)
