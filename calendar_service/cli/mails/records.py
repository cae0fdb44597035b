"""Whether the big mailbox providers find what they ask for of the domain that mails come from (M6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calendar_service.cli.mails.dns_records import LookUp, NoAnswer

Found = tuple[str, bool, str]
"""A part, whether it is well, and what is said of it."""
SPF, DMARC = "v=spf1", "v=DMARC1"


def records_of(domain: str, look_up: LookUp, *, returns: str) -> Iterator[Found]:
    """SPF of the domain that mails come back to, DMARC of the one they come from, and whether the two are one.

    A DKIM key stands under a selector that only the mail server knows: it cannot be looked up from here.
    """
    yield _found("spf", [returns], SPF, look_up)
    yield _found("dmarc", [f"_dmarc.{each}" for each in _and_above(domain)], DMARC, look_up)
    if not _are_one(domain, returns):
        yield "bounces", False, f"come back to {returns}, whose SPF is none for DMARC: take a name under {domain}"


def _and_above(domain: str) -> Sequence[str]:
    """A name, and those above it but the topmost: a policy there is for all that are below (RFC 7489 section 6.6.3)."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]


def _found(part: str, names: Sequence[str], begins: str, look_up: LookUp) -> Found:
    for name in names:
        try:
            found = [each for each in look_up(name) if each.split(";")[0].split(" ")[0].strip() == begins]
        except NoAnswer as wrong:
            return part, False, f"{name} cannot be looked up ({wrong})"
        if found:
            return part, len(found) == 1, f"{name}: {found[0] if len(found) == 1 else _counted(len(found), begins)}"
    return part, False, f"{names[0]}: {_counted(0, begins)}"


def _counted(many: int, begins: str) -> str:
    return f"{many} TXT records that begin with {begins}, where one is needed"


def _are_one(domain: str, other: str) -> bool:
    return domain == other or domain.endswith(f".{other}") or other.endswith(f".{domain}")
