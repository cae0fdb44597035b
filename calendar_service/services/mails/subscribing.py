"""Asking to be told: by mail, of one event or of a selection, once the owner of the address has said yes (M7).

Whoever asks is told the same whether the address is new, waiting or subscribed already (S18). The link in the mail
shows a button; only pressing it confirms, since machines open links.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import last_date_of_event
from calendar_service.db.queries.mails import subscriptions as queries
from calendar_service.domain.access import ANYBODY
from calendar_service.domain.errors import Invalid, NotFound, Problem
from calendar_service.domain.events import Event, Status
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.mail import (
    Lead,
    MailConsent,
    Message,
    MessageKind,
    Subscription,
    SubscriptionKind,
    SubscriptionState,
)  # fmt: skip
from calendar_service.domain.mailboxes import fold_address, read_address
from calendar_service.domain.territory.metropolis import Installation, Metropolis
from calendar_service.services import throttling
from calendar_service.services.access import event_for
from calendar_service.services.mails import blocking, mailing
from calendar_service.services.secrets import derived_token, hash_of, new_secret
from calendar_service.words import mark

log = logging.getLogger(__name__)

CONSENT_TEXT = "2026-11"
CONSENT = mark("Acepto que guarden mi dirección y lo que pido para enviarme estos avisos, hasta que los detenga.")
"""What is agreed to, and its version, which changes with every word of it and is kept as proof (S46)."""

LINK_WORKS = timedelta(days=7)
MAILS_A_DAY = 3
MOST_SUBSCRIPTIONS = 30
ONE_DAY = timedelta(days=1)
BY_PREFIX = throttling.quota("subscribe.prefix", times=30, window=timedelta(hours=1))
BY_EVERYBODY = throttling.quota("subscribe.all", times=2_000, window=timedelta(hours=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asked for. `selection` has no time of its own: a subscription is for whatever comes."""

    address: str
    kind: SubscriptionKind
    lead: Lead
    language: str
    selection: Selection | None = None
    event: Event | None = None

    @property
    def query(self) -> str:
        """The canonical query string of the selection; empty for an event."""
        return self.selection.query() if self.selection else ""

    @property
    def scope(self) -> str:
        """What was asked for, as a name: asking twice finds the first."""
        if self.event is not None:
            return f"{self.kind}:{self.event.id}:{self.lead}"
        digest = sha256(self.query.encode()).hexdigest()[:24]
        return f"{self.kind}:{digest}" if self.kind is SubscriptionKind.DIGEST else f"{self.kind}:{digest}:{self.lead}"


def read_wish(
    session: Session, form: Mapping[str, str], *, event: str | None, selection: Selection, now: datetime
) -> Wish:
    """Read what was asked (fields address, kind, lead, lang, consent), of an event's slug or of a selection.

    Raises Invalid with every problem, NotFound for an event that the public does not know.
    """
    found = _event(session, event, now=now) if event else None
    reader = _Reader(form)
    kind = reader.kind(SubscriptionKind.EVENT if event else None)
    wish = Wish(
        address=reader.address(), kind=kind, event=found, selection=None if event else selection.without_time(),
        lead=Lead.DAY if kind is SubscriptionKind.DIGEST else reader.lead(),
        language=_language(form.get("lang"), session.installation.metropolis),
    )  # fmt: skip
    reader.check_consent()
    if reader.problems:
        raise Invalid(reader.problems)
    return wish


class _Reader:
    """Reads a form and gathers every problem; what cannot be read gets a stand-in."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self.form = form
        self.problems: list[Problem] = []

    def address(self) -> str:
        try:
            return read_address(self.form.get("address", ""))
        except Invalid as wrong:
            self.problems.extend(wrong.problems)
            return ""

    def kind(self, only: SubscriptionKind | None) -> SubscriptionKind:
        """What was chosen; of an event there is but one kind, and of a selection the other two."""
        said = self.form.get("kind") or only
        choices = {only} if only else {SubscriptionKind.SELECTION, SubscriptionKind.DIGEST}
        if said not in choices:
            self.problems.append(Problem(field="kind", code="subscribe_kind"))
            return only or SubscriptionKind.SELECTION
        return SubscriptionKind(said)

    def lead(self) -> Lead:
        said = self.form.get("lead") or Lead.DAY
        if said not in set(Lead):
            self.problems.append(Problem(field="lead", code="subscribe_lead"))
            return Lead.DAY
        return Lead(said)

    def check_consent(self) -> None:
        """An unticked box is no consent (S46)."""
        if self.form.get("consent") not in ("1", "on", "yes"):
            self.problems.append(Problem(field="consent", code="subscribe_consent"))


def _language(said: str | None, metropolis: Metropolis) -> str:
    return said if said in metropolis.languages else metropolis.language


def stored_selection(query: str) -> Selection | None:
    """The selection that a subscription keeps; None when a later version of this code can no longer read it."""
    try:
        return Selection.read(parse_qsl(query))
    except Invalid:
        log.exception("a stored selection cannot be read", extra={"selection": query})
        return None


def open_event(session: Session, slug: str, *, now: datetime) -> tuple[Event, bool]:
    """The public event that somebody may want to be told of, and whether anything is still to come of it.

    Raises NotFound.
    """
    event, _ = event_for(session, slug, viewer=ANYBODY)
    if event.is_bare:
        raise NotFound("event")
    last = last_date_of_event(session, event.id)
    return event, event.status == Status.CONFIRMED and last is not None and last.start_utc > now


def _event(session: Session, slug: str, *, now: datetime) -> Event:
    event, is_to_come = open_event(session, slug, now=now)
    if not is_to_come:
        raise Invalid.of("kind", "subscribe_event_over")
    return event


def ask(session: Session, wish: Wish, *, prefix: str, now: datetime) -> None:
    """Ask for mail: keep the wish, and owe a mail with the link that confirms it. Raises TooMany.

    It ends the same whether the address is new, waiting, subscribed already or never to be written to again.
    `prefix` is where the asking came from.
    """
    throttling.take(session, [(BY_PREFIX, prefix), (BY_EVERYBODY, throttling.EVERYBODY)], now=now)
    folded = fold_address(wish.address)
    block = blocking.block_of(session, folded)
    if not blocking.may_be_asked(block, now=now):
        return
    known = queries.subscription_to(session, folded, wish.scope)
    if known is None and queries.count_subscriptions(session, folded) >= MOST_SUBSCRIPTIONS:
        return
    subscription = known or _new(session, wish, now=now)
    if block is not None or subscription.state != SubscriptionState.ACTIVE:
        _refresh(session, subscription, wish, now=now)
    _owe_link(session, subscription, now=now)


def _new(session: Session, wish: Wish, *, now: datetime) -> Subscription:
    secret = new_secret()
    subscription = Subscription(
        address=wish.address, folded_address=fold_address(wish.address), kind=wish.kind, scope=wish.scope,
        event_id=wish.event.id if wish.event else None, selection=wish.query, lead=wish.lead, language=wish.language,
        secret=secret, created=now,
        stop_hash=hash_of(derived_token(session.installation, STOP, wish.scope, secret)),
        manage_hash=hash_of(derived_token(session.installation, MANAGE, wish.scope, secret)),
    )  # fmt: skip
    session.add(subscription)
    return subscription


def _refresh(session: Session, subscription: Subscription, wish: Wish, *, now: datetime) -> None:
    """Begin anew what ended, was never confirmed in time, or goes to an address whose mails came back; one that waits
    gets more time.
    """
    lapsed = subscription.confirm_expires is not None and subscription.confirm_expires <= now
    if lapsed or subscription.state == SubscriptionState.ENDED:
        subscription.created = now
    subscription.state = SubscriptionState.PENDING
    subscription.address, subscription.language = wish.address, wish.language
    subscription.confirmed = subscription.ended = None
    subscription.confirm_expires = now + LINK_WORKS
    subscription.confirm_hash = hash_of(_confirm_token(session.installation, subscription))
    session.flush()


def _owe_link(session: Session, subscription: Subscription, *, now: datetime) -> None:
    """At most three a day to one address (S29), each with the proof of what was agreed to; the rest are not sent."""
    since, folded = now - ONE_DAY, subscription.folded_address
    if queries.count_messages_to(session, folded, kind=MessageKind.CONFIRM, since=since) >= MAILS_A_DAY:
        return
    session.add(MailConsent(
        subscription_id=subscription.id, purpose=subscription.kind, text_version=CONSENT_TEXT, at=now
    ))  # fmt: skip
    mailing.owe_letter(
        session, kind=MessageKind.CONFIRM, address=subscription.address, language=subscription.language,
        about={"subscription": subscription.id}, key=f"{subscription.id}:{now.isoformat()}", now=now,
        lifetime=LINK_WORKS,
    )  # fmt: skip


# Tokens: each for one purpose, derived when a mail is written, kept as hashes (M19)

CONFIRM, STOP, MANAGE = "subscription.confirm", "subscription.stop", "subscription.manage"
JOINT = "."
"""Between the tokens of a link that stops several subscriptions at once."""


def _confirm_token(installation: Installation, subscription: Subscription) -> str:
    asked = subscription.created.isoformat()
    stored = subscription.confirm_hash or ""
    return derived_token(installation, CONFIRM, f"{subscription.scope} {asked}", subscription.secret, stored=stored)


def confirm_path(session: Session, subscription: Subscription) -> str:
    """Where its owner confirms it."""
    return to.mail_confirm(_confirm_token(session.installation, subscription))


def stop_path(session: Session, subscriptions: Sequence[Subscription]) -> str:
    """Where one click stops these; works for ever (M4)."""
    return to.mail_stop(JOINT.join(_stop_token(session.installation, each) for each in subscriptions))


def _stop_token(installation: Installation, each: Subscription) -> str:
    return derived_token(installation, STOP, each.scope, each.secret, stored=each.stop_hash)


def _manage_token(installation: Installation, each: Subscription) -> str:
    return derived_token(installation, MANAGE, each.scope, each.secret, stored=each.manage_hash)


def manage_path(session: Session, subscription: Subscription) -> str:
    """Where its owner sees, takes along and erases all that is kept of her address."""
    return to.mail_manage(_manage_token(session.installation, subscription))


def keep_links_alive(session: Session, subscriptions: Sequence[Subscription]) -> None:
    """After the installation's secret was lost: know the links that are written from now on, and those before (M4)."""
    for each in subscriptions:
        stop = hash_of(_stop_token(session.installation, each))
        if stop != each.stop_hash:
            each.former_stop_hash, each.stop_hash = each.stop_hash, stop
            each.manage_hash = hash_of(_manage_token(session.installation, each))
            each.confirm_hash = each.confirm_hash and hash_of(_confirm_token(session.installation, each))


def links_of(session: Session, subscriptions: Sequence[Subscription]) -> Sequence[str] | None:
    """The tokens of all links in a mail that these brought; None if they are to be made known first."""
    first = subscriptions[0]
    tokens = [_stop_token(session.installation, each) for each in subscriptions]
    manage = _manage_token(session.installation, first)
    known = [each.stop_hash for each in subscriptions]
    if [hash_of(each) for each in tokens] != known or hash_of(manage) != first.manage_hash:
        return None
    return [*tokens, manage]


# The owner's answer


def open_link(session: Session, token: str, *, now: datetime) -> Subscription:
    """What a confirmation link means, confirmed already or still waiting. Raises NotFound: unknown, over, ended."""
    subscription = queries.subscription_by_confirm_hash(session, hash_of(token))
    if subscription is None:
        raise NotFound("subscription")
    over = subscription.confirm_expires is not None and subscription.confirm_expires <= now
    if subscription.state == SubscriptionState.PENDING and over:
        raise NotFound("subscription")
    return subscription


def confirm(session: Session, token: str, *, now: datetime) -> Subscription:
    """Begin a subscription; twice is fine. Raises NotFound."""
    subscription = open_link(session, token, now=now)
    if subscription.state == SubscriptionState.PENDING:
        subscription.state = SubscriptionState.ACTIVE
        subscription.confirmed = now
        blocking.lift(session, subscription.folded_address)
    return subscription


def event_of(session: Session, subscription: Subscription) -> Event | None:
    """The event that somebody subscribed to; None for a selection."""
    return session.get(Event, subscription.event_id) if subscription.event_id else None


# The mail that carries the link


def letter(session: Session, message: Message, *, now: datetime) -> Subscription | None:
    """The subscription that a mail is to confirm (or that is active already); None when there is nothing to say."""
    found = queries.subscription_by_id(session, message.about["subscription"])
    if found is None or found.state == SubscriptionState.ENDED:
        return None
    if found.state == SubscriptionState.PENDING and (found.confirm_expires or now) <= now:
        return None
    return found
