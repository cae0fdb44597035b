"""Mail's DNS records (M6), asked of a small name server of our own."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from calendar_service.cli.mails.dns_records import NoAnswer, Place, texts
from calendar_service.cli.mails.records import Found, records_of

SPF = "v=spf1 include:_spf.mail.example -all"
LONG = "v=DKIM1; p=" + "x" * 400


def strings(text: str) -> bytes:
    """A TXT record's data: strings of at most 255 octets."""
    data = text.encode()
    return b"".join(bytes([len(part)]) + part for part in (data[at : at + 255] for at in range(0, len(data), 255)))


def answer(question: bytes, records: list[str], *, code: int = 0, truncated: bool = False) -> bytes:
    """What a name server says; names are pointers to the question's."""
    flags = 0x8180 | code | (0x0200 if truncated else 0)
    asked = question[12 : question.index(b"\0", 12) + 5]
    told = [] if truncated else records
    header = question[:2] + struct.pack(">5H", flags, 1, len(told), 0, 0)
    return (
        header
        + asked
        + b"".join(b"\xc0\x0c" + struct.pack(">2HIH", 16, 1, 60, len(strings(each))) + strings(each) for each in told)
    )


@contextmanager
def name_server(**how: Any) -> Iterator[Place]:  # noqa: ANN401 - of `answer`
    """Answers every question the same way, over UDP and, where that is cut, over TCP at the same port."""
    whole = {**how, "truncated": False}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        line.bind(listening.getsockname())
        listening.listen()

        def serve() -> None:
            question, who = line.recvfrom(4096)
            line.sendto(answer(question, **how), who)
            if how.get("truncated"):
                talk, _ = listening.accept()
                with talk:
                    told = answer(talk.recv(4096)[2:], **whole)
                    talk.sendall(struct.pack(">H", len(told)) + told)

        threading.Thread(target=serve, daemon=True).start()
        yield line.getsockname()


def test_records_are_read_each_joined_from_its_strings() -> None:
    with name_server(records=[SPF, LONG]) as server:
        assert texts("_dmarc.agenda.example", servers=[server]) == [SPF, LONG]


def test_a_name_that_there_is_not_has_no_records() -> None:
    with name_server(records=[], code=3) as server:
        assert texts("agenda.example", servers=[server]) == []


def test_an_answer_that_was_cut_is_asked_for_again_over_tcp() -> None:
    with name_server(records=[LONG] * 5, truncated=True) as server:
        assert texts("agenda.example", servers=[server]) == [LONG] * 5


def test_the_next_resolver_is_asked_where_one_refuses() -> None:
    with name_server(records=[], code=2) as broken, name_server(records=[SPF]) as server:
        assert texts("agenda.example", servers=[broken, server]) == [SPF]


def test_nobody_to_ask_is_an_error_and_not_an_absence() -> None:
    with name_server(records=[], code=5) as broken, pytest.raises(NoAnswer, match="refused with code 5"):
        texts("agenda.example", servers=[broken])


def test_an_answer_that_is_garbled_is_no_answer() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))

        def serve() -> None:
            question, who = line.recvfrom(4096)
            line.sendto(question[:2] + b"\x81\x80\0\1\0\1\0\0\0\0\xff\xff", who)

        threading.Thread(target=serve, daemon=True).start()
        with pytest.raises(NoAnswer):
            texts("agenda.example", servers=[line.getsockname()])


# --- what is made of them ---

GOOD = {"agenda.example": [SPF, "other=1"], "_dmarc.agenda.example": ["v=DMARC1; p=none"]}


def found(records: dict[str, list[str]]) -> dict[str, bool]:
    return {part: well for part, well, _ in _looked_up("agenda.example", records)}


def _looked_up(domain: str, records: dict[str, list[str]], *, returns: str = "") -> list[Found]:
    return list(records_of(domain, lambda name: records.get(name, []), returns=returns or domain))


def test_a_domain_with_both_records_is_well() -> None:
    assert found(GOOD) == {"spf": True, "dmarc": True}


@pytest.mark.parametrize(
    ("changed", "unwell"),
    [
        ({"agenda.example": []}, "spf"),
        ({"agenda.example": [SPF, SPF]}, "spf"),  # two make both void (RFC 7208 section 4.5)
        ({"agenda.example": ["v=spf10"]}, "spf"),
        ({"_dmarc.agenda.example": []}, "dmarc"),
    ],
)
def test_a_missing_or_doubled_record_is_told(changed: dict[str, list[str]], unwell: str) -> None:
    assert found(GOOD | changed) == {"spf": True, "dmarc": True} | {unwell: False}


def test_a_policy_for_the_whole_organisation_is_one() -> None:
    """RFC 7489 section 6.6.3: it stands at the domain above, for all that are below it."""
    above = {"agenda.lima.example": [SPF], "_dmarc.lima.example": ["v=DMARC1; p=reject"]}
    assert [(part, well, says) for part, well, says in _looked_up("agenda.lima.example", above) if part == "dmarc"] == [
        ("dmarc", True, "_dmarc.lima.example: v=DMARC1; p=reject")
    ]


def test_what_comes_back_elsewhere_is_asked_for_there() -> None:
    """SPF is looked for at the return path's domain, which DMARC wants to be the sender's own."""
    records = {"b.agenda.example": [SPF], "_dmarc.agenda.example": ["v=DMARC1; p=none"], "elsewhere.example": [SPF]}
    assert [each[:2] for each in _looked_up("agenda.example", records, returns="b.agenda.example")] == [
        ("spf", True), ("dmarc", True),
    ]  # fmt: skip
    assert [each[:2] for each in _looked_up("agenda.example", records, returns="elsewhere.example")] == [
        ("spf", True), ("dmarc", True), ("bounces", False),
    ]  # fmt: skip


def test_records_that_cannot_be_looked_up_are_not_called_missing() -> None:
    def nobody(_: str) -> list[str]:
        raise NoAnswer("timed out")

    assert [says for _, _, says in records_of("agenda.example", nobody, returns="agenda.example")] == [
        "agenda.example cannot be looked up (timed out)", "_dmarc.agenda.example cannot be looked up (timed out)",
    ]  # fmt: skip
