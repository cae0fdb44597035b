"""`invite` and `token`: a secret is printed once, one line, and nothing else on stdout."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calendar_service.db.engine import Database
from calendar_service.db.queries.people.officers import officer_by_address
from calendar_service.domain.people import Role
from calendar_service.services.people import inviting
from calendar_service.services.people.officers import make_officer
from calendar_service.services.people.tokens import viewer_of_token
from tests.cli.conftest import Run, Said

NOW = datetime.now(UTC)  # noqa: TID251 - commands read the real clock


def token_of(said: Said) -> str:
    (line,) = said.out.splitlines()
    assert line.startswith("http://127.0.0.1:8000/office/invitation/")
    return line.rpartition("/")[2]


@pytest.mark.parametrize(
    ("words", "role", "district"),
    [
        (["--district", "barranco"], Role.OFFICER, "barranco"),
        (["--district", "barranco", "--manager"], Role.MANAGER, "barranco"),
        (["--facilitator"], Role.FACILITATOR, None),
    ],
)
def test_invite_prints_the_link_once(
    run: Run, in_lima: Database, words: list[str], role: Role, district: str | None
) -> None:
    said = run("invite", "rosa@barranco.example", *words)
    assert (said.code, said.err) == (0, "")
    with in_lima.deed() as session:
        welcome = inviting.open_invitation(session, token_of(said), now=NOW)
        invited = welcome.invitation
        assert (invited.address, invited.role) == ("rosa@barranco.example", role)
        assert (invited.district.slug if invited.district else None) == district


def test_the_link_follows_the_base_url(run: Run, in_lima: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALENDAR_BASE_URL", "https://agenda.example.org")
    said = run("invite", "rosa@barranco.example", "--facilitator", "--json")
    assert said.json["link"].startswith("https://agenda.example.org/office/invitation/")


def test_an_unknown_district_is_refused_with_the_nearest(run: Run, in_lima: Database) -> None:
    said = run("invite", "rosa@barranco.example", "--district", "baranco")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("There is no district 'baranco'. Did you mean barranco")


def test_an_address_that_is_none_is_refused(run: Run, in_lima: Database) -> None:
    said = run("invite", "rosa", "--facilitator")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("address: ")


def test_refusals_speak_the_terminals_language(run: Run, in_lima: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    english = run("invite", "rosa", "--facilitator").err
    monkeypatch.setenv("LANG", "es_PE.UTF-8")
    spanish = run("invite", "rosa", "--facilitator").err
    assert english != spanish


def test_a_facilitator_is_invited_to_no_district(run: Run, in_lima: Database) -> None:
    assert run("invite", "a@b.example", "--facilitator", "--manager").code == 2
    assert run("invite", "a@b.example", "--facilitator", "--district", "barranco").code == 2


@pytest.fixture
def rosa(in_lima: Database) -> str:
    address = "rosa@barranco.example"
    with in_lima.deed() as session:
        make_officer(
            session, address=address, name="Rosa", password="no importa cuál sea", now=NOW,
            districts={"barranco": Role.OFFICER},
        )  # fmt: skip
        assert officer_by_address(session, address)
    return address


@pytest.mark.parametrize("words", [[], ["--read-only"]])
def test_token_prints_a_token_that_works_for_that_district(
    run: Run, in_lima: Database, rosa: str, words: list[str]
) -> None:
    said = run("token", rosa, "--district", "barranco", *words)
    assert (said.code, said.err) == (0, "")
    (token,) = said.out.splitlines()
    with in_lima.deed() as session:
        found = viewer_of_token(session, token, now=NOW)
        assert found
        assert found.viewer.writes is (words == [])
        assert len(found.viewer.districts) == 1


def test_a_token_is_for_somebody_who_has_an_account_there(run: Run, in_lima: Database, rosa: str) -> None:
    said = run("token", "nadie@barranco.example", "--district", "barranco")
    assert (said.code, said.out) == (1, "")
    assert said.err == "There is no account of nadie@barranco.example: invite first.\n"
    said = run("token", rosa, "--district", "comas")
    assert (said.code, said.out) == (1, "")
