"""What other mail systems send back, as they write it (M20; RFC 3464, RFC 5965)."""

from __future__ import annotations

import pytest

from calendar_service.mail.bounces import read
from calendar_service.services.mails.bouncing import Report, Told
from tests.samples.bounces import RETURN_PATH, SAMPLES, sample


def said(name: str) -> tuple[str, str] | None:
    report = read(sample(name))
    return (report.told, report.status) if report else None


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("postfix-no-such-mailbox", "5.1.1"),
        ("postfix-delayed", "4.4.1"),
        ("exim-mailbox-full", "5.2.2"),  # it says 5.0.0, and the other server said more
        ("exchange-not-found", "5.1.10"),
        ("gmail-policy", "5.7.26"),
    ],
)
def test_a_report_of_delivery_says_why(name: str, status: str) -> None:
    assert said(name) == (Told.CAME_BACK, status)


@pytest.mark.parametrize("name", ["complaint", "complaint-head-alone"])
def test_a_complaint_is_one(name: str) -> None:
    assert said(name) == (Told.COMPLAINT, "")


@pytest.mark.parametrize("name", ["qmail-prose", "on-holiday", "delivered", "not-spam"])
def test_whatever_else_comes_is_no_report(name: str) -> None:
    assert said(name) is None


def test_every_sample_is_read_and_names_the_address_at_which_it_came() -> None:
    reports = {path.stem: read(sample(path.stem)) for path in SAMPLES.glob("*.eml")}
    named = {name: any(RETURN_PATH in each for each in report.named) for name, report in reports.items() if report}
    assert (len(reports), named) == (11, dict.fromkeys(named, True))


def test_the_pipe_may_say_at_which_address_it_came() -> None:
    report = read(sample("complaint").replace(RETURN_PATH.encode(), b"nobody@example.org"), to=RETURN_PATH)
    assert report == Report(told=Told.COMPLAINT, status="", named=(RETURN_PATH, "<abuse@agenda.example>",
                            "<nobody@example.org>"))  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\0\xff" * 50, b"Content-Type: multipart/report\n\n",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\n\n--x--\n",
        b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n",
        b"Content-Type: multipart/report; boundary=\n\n--\n",
        b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\nContent-Type: message/rfc822\n\n" * 3000,
        b"Subject: =?utf-8?q?" + b"=FF" * 999 + b"?=\nContent-Type: =?utf-8?b?bXVsdGlwYXJ0L3JlcG9ydA==?=\n\n",
    ],
)  # fmt: skip
def test_what_is_broken_or_hostile_is_no_report(raw: bytes) -> None:
    assert read(raw) is None


def test_parts_within_parts_without_end_are_no_report() -> None:
    """The parser goes into each, and would go deeper than Python does."""
    assert read(b"Content-Type: message/rfc822\n\n" * 5_000) is None
    nested = (b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(3_000))
    assert read(b"".join(nested)) is None


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "read_as"),
    [
        ("failed", "", "", "5.0.0"),
        ("delayed", "", "", "4.0.0"),
        ("Failed (for good)", "5.1.1 (no such user)", "", "5.1.1"),
        ("failed", "5.0.0", "smtp; 550 [203.0.113.5] no", "5.0.0"),  # an address is no status
        ("failed", "5.2.1", "smtp; 550 5.1.1 no", "5.2.1"),
        ("failed", "4.4.7", "", "4.4.7"),  # given up after days
    ],
)
def test_a_status_is_taken_from_where_it_says_most(action: str, status: str, diagnostic: str, read_as: str) -> None:
    fields = f"Reporting-MTA: dns; mx\n\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {diagnostic}\n"
    head = "Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
    report = read(f"{head}{fields}\n--x--\n".encode())
    assert report is not None
    assert report.status == read_as
