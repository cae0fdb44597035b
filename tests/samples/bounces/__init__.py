"""Mails that came back, as the programs of others write them. `RETURN-PATH` stands where ours stood."""

from __future__ import annotations

from pathlib import Path

SAMPLES = Path(__file__).parent
RETURN_PATH = "bounces+7-739951-0123456789abcdef0123@agenda.example"


def sample(name: str, return_path: str = RETURN_PATH) -> bytes:
    """One of them, to a return path."""
    return (SAMPLES / f"{name}.eml").read_bytes().replace(b"RETURN-PATH", return_path.encode())
