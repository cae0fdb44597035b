"""A mail server that takes whatever comes and keeps nothing; several commands at once, too, as Postfix and Exim do."""

from __future__ import annotations

from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, Envelope, Session


class Quick(Sink):
    """For `python -m aiosmtpd -c`; the method's name is the protocol's verb."""

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name and signature
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say what we take."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]
