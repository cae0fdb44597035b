"""The pages of mail: asking, saying yes, stopping, seeing and erasing (M4, M7, M19, S18, S19, S27, S46, S47)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from calendar_service.app import create_app
from calendar_service.domain.mail import Message, Subscription
from calendar_service.services.house import House
from calendar_service.services.status.statuses import cancel
from tests.builders import an_event, an_officer
from tests.mails import ROSA, a_subscription, a_wish, asked, confirm_token, manage_token, stop_token
from tests.web.conftest import Browser

pytestmark = pytest.mark.one_database

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = {"address": ROSA, "kind": "digest", "lead": "1d", "lang": "es", "consent": "1"}


def send(client: FlaskClient, path: str, at: str = "", **fields: str) -> TestResponse:
    """Fill in the form of a page and send it, as a browser does."""
    shown = client.get(path).get_data(as_text=True)
    token = TOKEN.search(shown)
    return client.post(at or path, data={"csrf_token": token.group(1) if token else "", **fields})


def subscriptions(house: House) -> list[Subscription]:
    with house.reading() as session:
        return list(session.scalars(select(Subscription).order_by(Subscription.id)))


def mails(house: House) -> int:
    with house.reading() as session:
        return len(session.scalars(select(Message.id)).all())


def tokens_of(house: House, now: datetime, *, confirmed: bool = True, **wish: Any) -> dict[str, str]:  # noqa: ANN401
    with house.deed() as session:
        made = a_subscription(session, now=now, **wish) if confirmed else asked(session, a_wish(**wish), now=now)
        return {
            "confirm": confirm_token(session, made), "stop": stop_token(session, made),
            "manage": manage_token(session, made),
        }  # fmt: skip


def test_the_page_offers_calendars_and_mail_for_what_was_chosen(client: FlaskClient) -> None:
    shown = client.get("/subscribe?free=1&district=barranco&when=today").get_data(as_text=True)
    feed = "agenda.example/feeds/selection.ics?district=barranco&amp;free=1"
    assert f'href="webcal://{feed}"' in shown
    assert f'value="https://{feed}"' in shown
    assert "calendar.google.com/calendar/r?cid=webcal%3A%2F%2Fagenda.example%2Ffeeds" in shown
    for host in ("outlook.live.com", "outlook.office.com"):
        assert f'href="https://{host}/calendar/0/addfromweb?url=https%3A%2F%2Fagenda.example%2Ffeeds' in shown
    assert "los últimos 30 días y los próximos 400" in shown
    assert "más de 1000 actividades" in shown
    assert 'action="/subscribe?district=barranco&amp;free=1"' in shown


@pytest.mark.parametrize(
    ("query", "feed"),
    [
        ("", "/feeds/all.ics"), ("?district=barranco", "/feeds/districts/barranco.ics"),
        ("?district=barranco&district=lince", "/feeds/selection.ics?district=barranco&amp;district=lince"),
    ],
)  # fmt: skip
def test_a_district_and_everything_have_feeds_of_their_own(client: FlaskClient, query: str, feed: str) -> None:
    assert f'value="https://agenda.example{feed}"' in client.get(f"/subscribe{query}").get_data(as_text=True)


def test_the_feed_is_drawn_for_cameras_unless_its_address_is_too_long(client: FlaskClient) -> None:
    shown = client.get("/subscribe?free=1").get_data(as_text=True)
    assert '<figure class="code"><svg viewBox="0 0 ' in shown  # without a viewBox a browser cuts it instead of scaling
    names = "&".join(f"discipline={each}" for each in list(_disciplines(client))[:40])
    long = client.get(f"/subscribe?{names}")
    assert (long.status_code, "<figure" in long.get_data(as_text=True)) == (200, False)


def _disciplines(client: FlaskClient) -> list[str]:
    return [each.slug for each in client.application.extensions["house"].metropolis.disciplines.terms]


def test_the_box_is_not_ticked_for_anybody(client: FlaskClient) -> None:
    """S46."""
    box = re.search(r'<input type="checkbox" id="consent"[^>]*>', client.get("/subscribe").get_data(as_text=True))
    assert box is not None
    assert "checked" not in box.group()


def test_asking_sends_a_mail_and_the_page_says_so(client: FlaskClient, house: House) -> None:
    answer = send(client, "/subscribe?free=1", **FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/subscribe?free=1&said=subscribe-asked")
    (made,) = subscriptions(house)
    assert (made.kind, made.selection, made.state, made.language) == ("digest", "free=1", "pending", "es")
    assert mails(house) == 1
    assert "Revisa tu correo" in client.get(answer.headers["Location"]).get_data(as_text=True)


def test_the_answer_is_the_same_for_new_waiting_and_subscribed(
    client: FlaskClient, house: House, now: datetime
) -> None:
    """M7, S18."""
    tokens_of(house, now, address="active@example.pe", kind="digest")
    tokens_of(house, now, address="pending@example.pe", kind="digest", confirmed=False)
    answers = [
        send(client, "/subscribe", **FORM | {"address": f"{who}@example.pe"}) for who in ("new", "pending", "active")
    ]
    assert len({(each.status_code, each.headers["Location"], each.get_data()) for each in answers}) == 1


def test_a_form_with_problems_comes_back_with_what_was_typed(client: FlaskClient, house: House) -> None:
    answer = send(client, "/subscribe?free=1", address="rosa@", kind="selection", lead="1w", lang="en")
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="rosa@"' in shown
    assert 'value="1w" selected' in shown
    assert 'value="en" selected' in shown
    assert 'value="selection" checked' in shown
    assert {"address-error", "consent-error"} == set(re.findall(r'id="([a-z]+-error)"', shown))
    assert subscriptions(house) == []


def test_a_form_from_elsewhere_is_refused(client: FlaskClient, house: House) -> None:
    """S19."""
    assert client.post("/subscribe", data=FORM).status_code == 403
    assert subscriptions(house) == []


def test_one_place_that_asks_for_many_has_to_wait(client: FlaskClient) -> None:
    """S29."""
    shown = client.get("/subscribe").get_data(as_text=True)
    token = TOKEN.findall(shown)[0]
    forms = [FORM | {"csrf_token": token, "address": f"p{n}@example.pe"} for n in range(31)]
    answers = [client.post("/subscribe", data=each) for each in forms]
    assert [each.status_code for each in answers] == [303] * 30 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_an_event_is_asked_for_on_its_own(client: FlaskClient, house: House, now: datetime) -> None:
    with house.deed() as session:
        slug = an_event(session, by=an_officer(session, now=now), now=now).slug
    path = f"/subscribe?event={slug}"
    answer = send(client, path, **FORM | {"kind": "event", "lead": "1h"})
    assert answer.status_code == 303
    (made,) = subscriptions(house)
    assert (made.kind, made.lead, made.selection) == ("event", "1h", "")


def test_nobody_can_ask_for_what_is_over_or_was_never_public(client: FlaskClient, house: House, now: datetime) -> None:
    with house.deed() as session:
        officer = an_officer(session, now=now)
        event = an_event(session, by=officer, now=now)
        cancel(session, event, by=officer, now=now, reason="Lluvia")
        draft = an_event(session, by=officer, now=now, status="draft")  # type: ignore[arg-type]
        over, hidden = event.slug, draft.slug
    shown = client.get(f"/subscribe?event={over}")
    assert shown.status_code == 200
    assert 'name="address"' not in shown.get_data(as_text=True)
    assert client.get(f"/subscribe?event={hidden}").status_code == 404


def test_the_link_of_the_mail_shows_a_button_and_only_the_button_confirms(
    client: FlaskClient, house: House, now: datetime
) -> None:
    """M7: machines open links."""
    path = f"/mail/confirm/{tokens_of(house, now, confirmed=False, query='free=1')['confirm']}"
    for method in ("GET", "HEAD"):
        assert client.open(path, method=method).status_code == 200
    assert subscriptions(house)[0].state == "pending"
    assert "Recordatorio, un día antes" in client.get(path).get_data(as_text=True)
    assert client.post(path, data={"x": ""}).status_code == 403
    assert subscriptions(house)[0].state == "pending"
    answer = send(client, path)
    assert (answer.status_code, subscriptions(house)[0].state) == (200, "active")
    assert "Gratis" in answer.get_data(as_text=True)
    assert "Listo" in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("token", ["x", "x" * 22])
def test_a_link_that_means_nothing_any_more_says_so(client: FlaskClient, token: str) -> None:
    answer = client.get(f"/mail/confirm/{token}")
    assert (answer.status_code, "ya no sirve" in answer.get_data(as_text=True)) == (404, True)


def test_one_click_stops_without_page_cookie_or_token(house: House, now: datetime) -> None:
    """M4, RFC 8058: as a mail program sends it; again is fine."""
    path = f"/mail/stop/{tokens_of(house, now)['stop']}"
    app = create_app(house)
    for _ in range(2):
        program = Browser(app)
        answer = program.post(path, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"})
        assert (answer.status_code, answer.get_data(), "Set-Cookie" in answer.headers) == (200, b"", False)
    assert subscriptions(house)[0].state == "ended"


def test_looking_at_the_link_asks_and_changes_nothing(client: FlaskClient, house: House, now: datetime) -> None:
    path = f"/mail/stop/{tokens_of(house, now, query='free=1')['stop']}"
    shown = client.get(path)
    assert (shown.status_code, "Gratis" in shown.get_data(as_text=True)) == (200, True)
    client.head(path)
    assert subscriptions(house)[0].state == "active"
    stopped = client.post(path, data={"x": ""})
    assert (stopped.status_code, 'href="/subscribe?free=1"' in stopped.get_data(as_text=True)) == (200, True)
    assert subscriptions(house)[0].state == "ended"


def test_the_link_of_somebody_forgotten_answers_as_ever(client: FlaskClient, house: House, now: datetime) -> None:
    """M4: nobody learns from it that she is gone."""
    tokens = tokens_of(house, now)
    send(client, f"/mail/manage/{tokens['manage']}", do="erase")
    path = f"/mail/stop/{tokens['stop']}"
    assert client.get(path).status_code == 200
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_everything_kept_is_shown_and_taken_along(client: FlaskClient, house: House, now: datetime) -> None:
    """S47."""
    path = f"/mail/manage/{tokens_of(house, now, query='free=1')['manage']}"
    shown = client.get(path).get_data(as_text=True)
    assert ROSA in shown
    assert "Gratis" in shown
    taken = client.get(f"{path}?format=json")
    assert "attachment" in taken.headers["Content-Disposition"]
    assert taken.get_json()["subscriptions"][0]["selection"] == "free=1"


def test_everything_is_stopped_or_erased_by_a_button(client: FlaskClient, house: House, now: datetime) -> None:
    path = f"/mail/manage/{tokens_of(house, now)['manage']}"
    assert client.post(path, data={"do": "erase"}).status_code == 403
    assert send(client, path, do="stop").status_code == 303
    assert [each.state for each in subscriptions(house)] == ["ended"]
    assert send(client, path, do="erase").status_code == 303
    assert (subscriptions(house), client.get(path).status_code) == ([], 404)


@pytest.mark.parametrize("kind", ["confirm", "stop", "manage"])
def test_pages_with_a_secret_are_never_stored_and_tell_nobody_where_from(
    client: FlaskClient, house: House, now: datetime, kind: str
) -> None:
    """S24, S27."""
    answer = client.get(f"/mail/{kind}/{tokens_of(house, now)[kind]}")
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_tokens_do_not_enter_the_log(
    client: FlaskClient, house: House, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """S43."""
    tokens = tokens_of(house, now)
    with caplog.at_level("INFO"):
        for kind, token in tokens.items():
            client.get(f"/mail/{kind}/{token}")
        send(client, "/subscribe", **FORM)
    assert caplog.records
    logged = "\n".join(str(vars(each)) for each in caplog.records)
    assert not [token for token in (*tokens.values(), ROSA) if token in logged]


def test_every_page_of_mail_is_there_in_english(client: FlaskClient, house: House, now: datetime) -> None:
    tokens = tokens_of(house, now)
    pages = ["/subscribe?lang=en", *(f"/mail/{kind}/{token}?lang=en" for kind, token in tokens.items())]
    shown = [client.get(each).get_data(as_text=True) for each in pages]
    for text, english in zip(shown, ("By mail", "Done", "Stop these", "My notices"), strict=True):
        assert english in text
