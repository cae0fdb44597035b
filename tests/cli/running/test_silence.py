"""Who hangs up first on a line that is silent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calendar_service.cli.running.serving import SILENCE

DEPLOY = Path(__file__).resolve().parents[3] / "docs" / "deploy"


@pytest.mark.parametrize(
    ("file", "said"), [("nginx.conf", r"keepalive_timeout (\d+)s;"), ("Caddyfile", r"keepalive (\d+)s")]
)
def test_a_proxy_lets_go_of_a_line_before_the_service_hangs_up_on_what_is_sent(file: str, said: str) -> None:
    """What is sent at the moment at which the service hangs up is lost, and no proxy sends a POST twice (R8)."""
    found = re.search(said, (DEPLOY / file).read_text())
    assert found is not None
    assert int(found[1]) < SILENCE
