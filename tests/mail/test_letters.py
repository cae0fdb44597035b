"""What mails say (M1, M13, M18, M22; UX "Mails")."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event
from calendar_service.domain.mail import BlockedAddress, Message
from calendar_service.domain.people import Role
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.events.revising import Change, change_occurrence
from calendar_service.services.mails import blocking, digesting, reminding, stopping, subscribing
from calendar_service.services.network import sharing
from calendar_service.services.people import inviting, resetting
from calendar_service.services.people.officers import change_password
from calendar_service.services.people.signing_in import viewer_of
from calendar_service.services.status.statuses import cancel
from tests.builders import an_account, an_event, an_officer
from tests.mails import (
    LETTERS,
    ROSA,
    Written,
    a_subscription,
    a_wish,
    asked,
    confirm_token,
    html_of,
    manage_token,
    stop_token,
    text_of,
)

pytestmark = pytest.mark.one_database

DAY = timedelta(days=1)
CONCERT = to_utc(datetime(2026, 12, 5, 19, 30), "America/Lima")
FRIDAY = CONCERT - DAY
BASE = "https://agenda.example"


@pytest.fixture
def concert(session: Session, officer: Viewer, now: datetime) -> Event:
    return an_event(session, by=officer, now=now)


def links(text: str) -> list[str]:
    return re.findall(rf"{re.escape(BASE)}(/[^\s<\"&]*)", text)


def test_a_reminder_says_what_when_where_and_for_how_much(
    session: Session, concert: Event, written: Written, now: datetime
) -> None:
    a_subscription(session, now=now, event=concert)
    reminding.owe_due(session, now=FRIDAY)
    mail = written("reminder", FRIDAY)
    assert (mail["To"], mail["Subject"]) == (ROSA, "Mañana: Retreta en el parque")
    assert mail["From"] == "Municipalidad de Barranco <agenda@agenda.example>"
    lines = text_of(mail).split("\n")
    start = lines.index("Retreta en el parque")
    assert lines[start + 1 : start + 5] == [
        "mañana · sáb. 5 de diciembre, 7:30 p. m. a 9 p. m.", "Parque Municipal, Av. Grau 100 (Barranco)",
        "Ingreso libre", f"{BASE}/events/retreta-en-el-parque",
    ]  # fmt: skip


def test_the_first_and_the_last_line_say_why_and_how_to_stop(
    session: Session, concert: Event, written: Written, now: datetime
) -> None:
    """UX "Mails"; and the header's button leads to the same place (M4)."""
    subscription = a_subscription(session, now=now, event=concert)
    reminding.owe_due(session, now=FRIDAY)
    mail = written("reminder", FRIDAY)
    stop = f"{BASE}/mail/stop/{stop_token(session, subscription)}"
    first, *_, last = text_of(mail).strip().split("\n")
    assert first.startswith("Te escribimos porque pediste los avisos «Retreta en el parque».")
    assert last.startswith("Recibes esto porque lo pediste.")
    assert (first.endswith(stop), last.endswith(stop)) == (True, True)
    assert mail["List-Unsubscribe"] == f"<{stop}>"
    assert mail["List-Id"] == f"<event-{concert.id}-1d.agenda.example>"


def test_text_and_html_lead_to_the_same_places(
    session: Session, concert: Event, written: Written, now: datetime
) -> None:
    """M1: both parts say the same."""
    a_subscription(session, now=now, event=concert)
    a_subscription(session, now=now, query="free=1")
    reminding.owe_due(session, now=FRIDAY)
    mail = written("reminder", FRIDAY)
    assert set(links(text_of(mail))) == set(links(html_of(mail)))


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_what_inboxes_show_beside_the_subject_is_what_is_new(
    session: Session, concert: Event, officer: Viewer, written: Written, now: datetime
) -> None:
    """Before the first line, which says why it comes: when and where, or what changed."""
    a_subscription(session, now=now, event=concert)
    reminding.owe_due(session, now=FRIDAY)
    reminder = html_of(written("reminder", FRIDAY))
    assert "mañana · sáb. 5 de diciembre" in reminder.partition("Te escribimos porque")[0]
    cancel(session, concert, by=officer, now=now, reason="Lluvia fuerte")
    cancelled = html_of(written("cancelled", now))
    assert "Ya no va: sáb. 5 de diciembre" in cancelled.partition("Te escribimos porque")[0]


def test_many_reasons_are_named_and_each_can_be_stopped_alone(
    session: Session, concert: Event, written: Written, now: datetime
) -> None:
    """M18."""
    first = a_subscription(session, now=now, event=concert)
    second = a_subscription(session, now=now, query="free=1")
    reminding.owe_due(session, now=FRIDAY)
    mail = written("reminder", FRIDAY)
    text = text_of(mail)
    for subscription, what in ((first, "Retreta en el parque"), (second, "Gratis")):
        alone = f"{BASE}/mail/stop/{stop_token(session, subscription)}"
        assert f"- {what}. Dejar solo este: {alone}\n" in text
    assert text.split("\n")[0].endswith(f"/mail/stop/{stop_token(session, first, second)}")


def test_a_mail_links_to_what_is_kept_and_never_carries_an_address_or_a_note(
    session: Session, officer: Viewer, written: Written, now: datetime
) -> None:
    """M2, M22, S47."""
    event = an_event(session, by=officer, now=now, internal_note="llamar a Pedro", expected_attendance=777)
    subscription = a_subscription(session, now=now, event=event)
    reminding.owe_due(session, now=FRIDAY)
    mail = written("reminder", FRIDAY)
    said = text_of(mail) + html_of(mail)
    assert f"/mail/manage/{manage_token(session, subscription)}" in said
    assert not [secret for secret in ("Pedro", "777", ROSA, subscription.secret) if secret in said]


def test_what_officers_wrote_is_escaped_in_html_and_plain_in_text(
    session: Session, officer: Viewer, written: Written, now: datetime
) -> None:
    """S20."""
    event = an_event(session, by=officer, now=now, summary="<b>Perú</b> & «más»")
    a_subscription(session, now=now, event=event)
    reminding.owe_due(session, now=FRIDAY)
    mail = written("reminder", FRIDAY)
    assert "<b>Perú</b> & «más»" in text_of(mail)
    assert "<b>Perú</b>" not in html_of(mail)
    assert "&lt;b&gt;Perú&lt;/b&gt; &amp; «más»" in html_of(mail)


def test_events_of_several_hosts_come_from_the_agenda_of_one_from_her(
    session: Session, concert: Event, written: Written, now: datetime
) -> None:
    """M1, M6: the address is ours, the answer goes to the municipality."""
    session.execute(
        update(District).where(District.slug == "barranco").values(contact_address="cultura@barranco.example")
    )
    session.expire(concert.host)
    a_subscription(session, now=now)
    reminding.owe_due(session, now=FRIDAY)
    mail = written("reminder", FRIDAY)
    assert mail["Reply-To"] == "cultura@barranco.example"
    an_event(session, by=an_officer(session, "lince", now=now), host="lince", now=now)
    reminding.owe_due(session, now=FRIDAY)
    mail = written("reminder", FRIDAY)
    assert (mail["From"].addresses[0].display_name, mail["Reply-To"]) == (
        "Agenda cultural de Lima Metropolitana", None,
    )  # fmt: skip


def test_a_confirmation_has_nothing_of_the_event_but_its_name(
    session: Session, officer: Viewer, written: Written, now: datetime
) -> None:
    """M7."""
    event = an_event(session, by=officer, now=now, abstract="Con la banda", description="Traer abrigo")
    subscription = asked(session, a_wish(event=event), now=now)
    mail = written("confirm", now)
    said = text_of(mail) + html_of(mail)
    assert f"{BASE}/mail/confirm/{confirm_token(session, subscription)}" in said
    assert "Retreta en el parque" in said
    assert not [each for each in ("banda", "abrigo", "Grau", "7:30", "/events/") if each in said]
    assert mail["List-Unsubscribe"] is None


def test_who_is_subscribed_already_is_told_so(
    session: Session, concert: Event, written: Written, now: datetime
) -> None:
    subscription = a_subscription(session, now=now, event=concert)
    asked(session, a_wish(event=concert), now=now)
    mail = written("confirm", now)
    assert mail["Subject"] == "Ya tienes estos avisos de la agenda cultural"
    assert text_of(mail).startswith("Alguien, quizá tú, pidió avisos que ya recibes. Si no fuiste tú, no hagas nada: ")
    assert "/mail/confirm/" not in text_of(mail)
    assert f"/mail/manage/{manage_token(session, subscription)}" in text_of(mail)


def test_a_cancellation_says_so_in_the_subject_with_its_reason(
    session: Session, concert: Event, officer: Viewer, written: Written, now: datetime
) -> None:
    a_subscription(session, now=now, event=concert)
    cancel(session, concert, by=officer, now=now, reason="Lluvia fuerte")
    mail = written("cancelled", now)
    assert mail["Subject"] == "Cancelado: Retreta en el parque"
    assert "Ya no va: sáb. 5 de diciembre, 7:30 p. m. a 9 p. m." in text_of(mail)
    assert "Motivo: Lluvia fuerte" in text_of(mail)


def test_of_one_date_that_moved_it_says_why(session: Session, officer: Viewer, written: Written, now: datetime) -> None:
    series = an_event(session, by=officer, now=now, rrule="FREQ=WEEKLY;COUNT=2")
    a_subscription(session, now=now, event=series)
    moved = Change(start=datetime(2026, 12, 6, 18), end=datetime(2026, 12, 6, 20), reason="Por lluvia pasa al domingo")
    change_occurrence(session, series, "20261205T1930", moved, seen=None, by=officer, now=now)
    mail = written("changed", now)
    assert (
        "Cambió la fecha, la hora o el lugar.\n"
        "- Antes: sáb. 5 de diciembre, 7:30 p. m. a 9 p. m. → Ahora: dom. 6 de diciembre, 6 p. m. a 8 p. m."
        " · Por lluvia pasa al domingo"
    ) in text_of(mail)
    said = html_of(mail).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "<br><b>Ahora: dom. 6 de diciembre, 6 p. m. a 8 p. m.</b><br>Por lluvia pasa al domingo</li>" in said


def test_what_was_withdrawn_is_named_and_not_linked(
    session: Session, concert: Event, officer: Viewer, written: Written, now: datetime
) -> None:
    a_subscription(session, now=now, event=concert)
    cancel(session, concert, by=officer, now=now, reason="Error", withdraw=True)
    mail = written("cancelled", now)
    assert mail["Subject"] == "Cancelado: Retreta en el parque"
    assert not [each for each in links(text_of(mail)) if each.startswith("/events/")]


def test_a_digest_names_its_selection_and_its_week(
    session: Session, concert: Event, written: Written, now: datetime
) -> None:
    a_subscription(session, now=now, kind="digest", query="free=1")
    thursday = to_utc(datetime(2026, 12, 3, 9), "America/Lima")
    digesting.owe_digests(session, now=thursday)
    mail = written("digest", thursday)
    assert mail["Subject"] == "Tu semana cultural, del 3 al 9 de diciembre"
    assert "Gratis\ndel 3 al 9 de diciembre\n\nRetreta en el parque\n" in text_of(mail)


def test_a_reminder_says_whose_it_is_that_a_district_shares_unless_the_event_itself_was_asked_for(
    session: Session, concert: Event, officer: Viewer, written: Written, now: datetime
) -> None:
    lince = an_officer(session, "lince", now=now)
    sharing.propose(session, concert, ["lince"], by=officer, now=now)
    sharing.answer(session, concert, "lince", accept=True, by=lince, now=now)
    a_subscription(session, now=now, kind="selection", query="district=lince")
    reminding.owe_due(session, now=FRIDAY)
    mail = written("reminder", FRIDAY)
    html = mail.get_body(("html",))
    assert html is not None
    assert ["Compartido por Barranco" in each for each in (text_of(mail), html.get_content())] == [True, True]
    a_subscription(session, now=now, event=concert)
    assert "Compartido por" not in text_of(written("reminder", FRIDAY))


def test_a_digest_says_which_of_its_dates_were_cancelled(
    session: Session, concert: Event, officer: Viewer, written: Written, now: datetime
) -> None:
    """As the lists on the site do, in text and in HTML."""
    an_event(session, by=officer, now=now, summary="Otra retreta")
    a_subscription(session, now=now, kind="digest", query="free=1")
    cancel(session, concert, by=officer, now=now, reason="Lluvia")
    thursday = to_utc(datetime(2026, 12, 3, 9), "America/Lima")
    digesting.owe_digests(session, now=thursday)
    mail = written("digest", thursday)
    assert "Retreta en el parque\nCancelado\n" in text_of(mail)
    assert "Otra retreta\nCancelado" not in text_of(mail)
    assert "<del>Retreta en el parque</del>" in html_of(mail)


def test_a_districts_digest_says_whose_it_is_that_the_district_shares(
    session: Session, concert: Event, officer: Viewer, written: Written, now: datetime
) -> None:
    lince = an_officer(session, "lince", now=now)
    sharing.propose(session, concert, ["lince"], by=officer, now=now)
    sharing.answer(session, concert, "lince", accept=True, by=lince, now=now)
    a_subscription(session, now=now, kind="digest", query="district=lince")
    thursday = to_utc(datetime(2026, 12, 3, 9), "America/Lima")
    digesting.owe_digests(session, now=thursday)
    mail = written("digest", thursday)
    html = mail.get_body(("html",))
    assert html is not None
    assert ["Compartido por Barranco" in each for each in (text_of(mail), html.get_content())] == [True, True]


def test_letters_to_officers_carry_the_link_that_is_kept_nowhere(
    session: Session, written: Written, now: datetime
) -> None:
    """S7, S8: the link is derived when the mail is written."""
    manager = an_officer(session, "miraflores", now=now, role=Role.MANAGER)
    path = inviting.invite(
        session, address="nueva@miraflores.example", district="miraflores", role="officer", by=manager, now=now
    )
    assert path in links(text_of(written("invitation", now)))
    account = an_account(session, now=now)
    resetting.ask(session, address=account.address, prefix="192.0.2.1", now=now)
    assert [each for each in links(text_of(written("reset", now))) if each.startswith("/office/reset/")]
    stored = [str(each.about) + each.key for each in session.scalars(select(Message))]
    assert not [each for each in stored if path.rpartition("/")[2] in each]


def test_a_link_that_was_used_is_not_sent(session: Session, now: datetime) -> None:
    """M13."""
    account = an_account(session, now=now)
    resetting.ask(session, address=account.address, prefix="192.0.2.1", now=now)
    change_password(session, account, password_hash="-", by=viewer_of(account), now=now)
    session.flush()
    (message,) = session.scalars(select(Message).where(Message.kind == "reset"))
    assert LETTERS.stale(session, [message], now=now) == {message.id: "no-longer-waited-for"}


def test_a_changed_password_is_told_with_its_hour(session: Session, written: Written, now: datetime) -> None:
    account = an_account(session, now=now)
    change_password(session, account, password_hash="-", by=viewer_of(account), now=now)
    assert "Cambió el lun. 30 de noviembre a las 7:30 p. m." in text_of(written("password-changed", now))


def test_a_blocked_address_gets_nothing_more(session: Session, concert: Event, now: datetime) -> None:
    """M13, S47: but a letter to an officer of that address does go out."""
    a_subscription(session, now=now, event=concert, address="Rosa@barranco.example")
    reminding.owe_due(session, now=FRIDAY)
    account = an_account(session, now=now)
    resetting.ask(session, address=account.address, prefix="192.0.2.1", now=FRIDAY)
    key = blocking.address_hash(session.installation, account.address)
    session.add(BlockedAddress(address_hash=key, reason="asked", at=now))
    session.flush()
    reminder, reset = session.scalars(select(Message).order_by(Message.id)).all()
    assert LETTERS.stale(session, [reminder], now=FRIDAY) == {reminder.id: "address-blocked"}
    assert LETTERS.stale(session, [reset], now=FRIDAY) == {}


def test_with_a_new_secret_links_of_old_and_new_mails_both_stop(
    session: Session, concert: Event, written: Written, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M4, S51: keys rotate, and a link works for ever."""
    subscription = a_subscription(session, now=now, event=concert)
    reminding.owe_due(session, now=FRIDAY)
    before = stop_token(session, subscription)
    monkeypatch.setattr(session, "installation", replace(session.installation, secret=b"n" * 32))
    mail = written("reminder", FRIDAY)
    after = mail["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    assert before != after
    for token in (before, after):
        assert list(stopping.meant_by(session, token)) == [subscription]
    (manage,) = {each for each in links(text_of(mail)) if each.startswith("/mail/manage/")}
    assert stopping.kept_of(session, manage.rpartition("/")[2]).address == ROSA


def test_a_confirmation_written_with_a_new_secret_confirms(
    session: Session, written: Written, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(session, a_wish(), now=now)
    monkeypatch.setattr(session, "installation", replace(session.installation, secret=b"n" * 32))
    (link,) = {each for each in links(text_of(written("confirm", now))) if each.startswith("/mail/confirm/")}
    assert subscribing.confirm(session, link.rpartition("/")[2], now=now).state == "active"
