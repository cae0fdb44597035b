"""Messages put into words: each kind has a folder of templates, text first (M1, M18, M22).

There is no request here: language, day and links come from the message, the time and the installation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.errors import Invalid
from calendar_service.domain.mail import Message, Subscription, SubscriptionKind
from calendar_service.domain.mailboxes import read_address
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.moments import local_day, to_wall
from calendar_service.entrance.rendering import templates
from calendar_service.mail.contents import ROOMS, Content, Reason
from calendar_service.mail.envelope import Envelope, as_bytes
from calendar_service.mail.saying import Saying
from calendar_service.mail.series import drafts_of
from calendar_service.services.agenda.describing import describe
from calendar_service.services.mails import blocking, subscribing
from calendar_service.services.mails.sending.claiming import Draft
from calendar_service.services.news.headlines import headline
from calendar_service.words import Words, plain
from calendar_service.words import words as words_of


class Letters:
    """The scribe: says what no longer holds, and writes what does. `sender` is our own address."""

    def __init__(self, *, sender: str) -> None:
        self.sender = sender

    def stale(self, session: Session, messages: Sequence[Message], *, now: datetime) -> Mapping[int, str]:
        """Those of a parcel that no longer hold, each with the reason (M13)."""
        first = messages[0]
        if blocking.keeps_out(blocking.block_of(session, first.folded_address), first.kind):
            return {each.id: "address-blocked" for each in messages}
        return ROOMS[first.kind].stale(session, messages, now=now)

    def write(self, session: Session, messages: Sequence[Message], *, now: datetime) -> bytes:
        """The mail for a parcel."""
        content = ROOMS[messages[0].kind].content(session, messages, now)
        subscribing.keep_links_alive(session, content.linked or content.subscriptions)
        letter = _Letter(session=session, message=messages[0], content=content, now=now)
        return as_bytes(letter.envelope(sender=self.sender))

    def drafts(self, session: Session, messages: Sequence[Message], *, now: datetime) -> Mapping[int, Draft]:
        """Of what is due what holds and is plain, to be made bytes when it goes."""

        def envelope(message: Message, content: Content) -> Envelope:
            letter = _Letter(session=session, message=message, content=content, now=now)
            return letter.envelope(sender=self.sender)

        return drafts_of(session, messages, envelope, now=now)


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates() / "mail"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        autoescape=select_autoescape(("html",), default=False), keep_trailing_newline=True,
    )  # fmt: skip


TEMPLATES = _environment()


@dataclass(frozen=True, kw_only=True)
class _Letter:
    """One mail being written."""

    session: Session
    message: Message
    content: Content
    now: datetime

    def envelope(self, *, sender: str) -> Envelope:
        subscriptions = self.content.subscriptions
        stop = subscribing.stop_path(self.session, subscriptions) if subscriptions else ""
        return Envelope(
            message_id=self.message.message_id, date=self.now, sender=sender, sender_name=self._sender_name,
            reply_to=self._reply_to, to=self.message.address, subject=" ".join(self._rendered("subject.txt").split()),
            list_label=self._list_label, stop_url=self._url(stop) if stop else None,
            text=plain(self._rendered("body.txt")), html=self._rendered("body.html"),
        )  # fmt: skip

    @cached_property
    def words(self) -> Words:
        metropolis = self.session.installation.metropolis
        return words_of(self.message.language, locale=metropolis.locale)

    def _url(self, path: str) -> str:
        return to.absolute(self.session.installation.base_url, path)

    def _rendered(self, part: str) -> str:
        template: Template = TEMPLATES.get_template(f"{self.message.kind}/{part}")
        return template.render(self._values)

    @cached_property
    def _values(self) -> dict[str, Any]:
        metropolis = self.session.installation.metropolis
        today = local_day(self.now, metropolis.timezone)
        subscriptions = self.content.subscriptions
        return {
            "_": self.words.t, "ngettext": self.words.n, "words": self.words, "to": to, "url": self._url,
            "say": Saying(words=self.words, today=today), "today": today, "metropolis": metropolis,
            "base_url": self.session.installation.base_url, "language": self.words.language,
            "headline": lambda news, also=(): headline(news, self.words, also),
            "at_wall": lambda instant: to_wall(instant, metropolis.timezone), "describe": self._describe,
            "reasons": [self._reason(each) for each in subscriptions],
            "stop_path": subscribing.stop_path(self.session, subscriptions) if subscriptions else "",
            "manage_path": subscribing.manage_path(self.session, subscriptions[0]) if subscriptions else "",
        } | dict(self.content.values)  # fmt: skip

    def _reason(self, subscription: Subscription) -> Reason:
        return Reason(what=self._describe(subscription), stop_path=subscribing.stop_path(self.session, [subscription]))

    def _describe(self, subscription: Subscription) -> str:
        """What somebody asked for, in words."""
        if subscription.kind == SubscriptionKind.EVENT:
            return self._event_name(subscription)
        selection = subscribing.stored_selection(subscription.selection)
        if selection is None:
            return self.words.t("una selección de actividades")
        today = local_day(self.now, self.session.installation.metropolis.timezone)
        return describe(self.session, selection, words=self.words, today=today)

    def _event_name(self, subscription: Subscription) -> str:
        event = subscribing.event_of(self.session, subscription)
        return (event.summary if event else "") or self.words.t("una actividad")

    @property
    def _host(self) -> District | None:
        """The one host of all that the mail speaks of."""
        hosts = {each.id: each for each in self.content.hosts}
        return next(iter(hosts.values())) if len(hosts) == 1 else None

    @property
    def _sender_name(self) -> str:
        """The municipality where all is hers, else the agenda: the address is ours in any case (M1, M6)."""
        metropolis = self.session.installation.metropolis
        return (
            self._host.municipality if self._host else self.words.t("Agenda cultural de %(name)s", name=metropolis.name)
        )

    @property
    def _reply_to(self) -> str:
        try:
            return read_address(self._host.contact_address) if self._host else ""
        except Invalid:
            return ""

    @property
    def _list_label(self) -> str:
        subscriptions = self.content.subscriptions
        scope = subscriptions[0].scope if len(subscriptions) == 1 else self.message.kind
        return scope.replace(":", "-")
