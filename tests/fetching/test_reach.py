"""Where we may ask: nothing that leads inside, however it is written (S37, F17)."""

from __future__ import annotations

import pytest

from calendar_service.domain.errors import Invalid
from calendar_service.domain.sources import read_address
from calendar_service.fetching.reach import is_public

OUTSIDE = ("8.8.8.8", "200.48.225.130", "2001:4860:4860::8888", "2800:3f0::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
           "2002:808:808::1")  # fmt: skip
INSIDE = (
    "127.0.0.1", "0.0.0.1", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.20.0.1", "192.0.0.192", "192.168.1.1",
    "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fec0::1",
    "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:7f00:1::1", "2001:db8::1", "2001:10::1", "3fff::1", "localhost", "", "8.8.8.8.8",
)  # fmt: skip


def test_public_addresses_may_be_asked_and_others_not_s37() -> None:
    assert [each for each in OUTSIDE if not is_public(each)] == []
    assert [each for each in INSIDE if is_public(each)] == []


@pytest.mark.parametrize(("typed", "asked"), [
    ("https://Agenda.Example/cal.ics", "https://agenda.example/cal.ics"),
    ("webcal://agenda.example/a b.ics?x=1#top", "https://agenda.example/a%20b.ics?x=1"),
    ("http://peña.example:80/ñ.ics", "http://xn--pea-8ma.example/%C3%B1.ics"),
    ("https://[2001:4860:4860::8888]/", "https://[2001:4860:4860::8888]/"),
    ("  https://agenda.example  ", "https://agenda.example/"),
])  # fmt: skip
def test_an_address_has_one_form_s37(typed: str, asked: str) -> None:
    assert read_address(typed).text == asked
    assert read_address(asked).text == asked


@pytest.mark.parametrize(("typed", "why"), [
    ("ftp://agenda.example/", "source_address"), ("file:///etc/passwd", "source_address"),
    ("//agenda.example/", "source_address"), ("https://localhost/", "source_address"),
    ("https://agenda.example/\r\nHost: inside", "source_address"), ("https://[::1", "source_address"),
    ("https://rosa:secret@agenda.example/", "source_password"), ("https://agenda.example@10.0.0.1/", "source_password"),
    ("https://agenda.example:8080/", "source_port"), ("http://agenda.example:443/", "source_port"),
    ("https://agenda.example:99999/", "source_address"),
])  # fmt: skip
def test_an_address_that_hides_something_is_refused_s37(typed: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_address(typed)
    assert refused.value.problems[0].code == why
