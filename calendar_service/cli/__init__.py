"""The `calendar-service` command: one file per group of commands, put together in `commands`."""

from calendar_service.cli.commands import main

__all__ = ["main"]
