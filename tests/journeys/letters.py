"""What somebody does who asks for mail: the page, the mail, the link in it, the button behind the link."""

from __future__ import annotations

import re
from email.message import EmailMessage

from sqlalchemy import select

from calendar_service.domain.mail import Subscription
from tests.processes import Answer
from tests.sites import Site
from tests.smtp import Letter, Postbox
from tests.visitor import Forms, Visitor


def subscribed(site: Site, postbox: Postbox, path: str, **form: str) -> Visitor:
    """Ask on the page, then press the button behind the link of the mail."""
    visitor = site.visitor()
    assert visitor.submit(path, **form).status == 303
    site.wait_until(site.clock.now)
    confirm = link_in(site, postbox.letters[-1], "/mail/confirm/")
    assert visitor.get(confirm).status == 200  # scanners open links: nothing is confirmed by looking (M7)
    assert states(site)[-1] == "pending"
    assert press(visitor, confirm).status == 200
    assert states(site)[-1] == "active"
    postbox.letters.clear()
    return visitor


def press(visitor: Visitor, path: str) -> Answer:
    """Press the one button that a page has."""
    (form,) = [each for each in Forms(visitor.get(path).text).forms if each.action == path]
    return visitor.post(path, form.fields)


def states(site: Site) -> list[str]:
    with site.house.reading() as session:
        return list(session.scalars(select(Subscription.state).order_by(Subscription.id)))


def text_of(letter: Letter) -> str:
    plain = letter.message.get_body(("plain",))
    assert isinstance(plain, EmailMessage)
    return str(plain.get_content())


def link_in(site: Site, letter: Letter, start: str) -> str:
    found = re.search(rf"{re.escape(site.url)}({start}[\w.~-]+)", text_of(letter))
    assert found, text_of(letter)
    return found[1]
