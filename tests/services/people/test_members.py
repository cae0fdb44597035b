"""Who belongs where, and accounts closed and opened again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.db.queries.people import officers
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import DomainError, Forbidden, Invalid, NotFound, Stale, WrongState
from calendar_service.domain.journal import Audit
from calendar_service.domain.people import Officer
from calendar_service.services.auditing import OPERATOR
from calendar_service.services.people import inviting, members, signing_in, tokens
from tests.builders import a_district, an_account


class Town:
    """People of two districts and a facilitator; everybody is known by a short name."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now = database, now
        self.ids: dict[str, int] = {}

    def add(self, name: str, districts: Mapping[str, str], *, facilitator: bool = False) -> None:
        with self.database.deed() as session:
            officer = an_account(
                session, f"{name}@example.pe", districts=districts, facilitator=facilitator, now=self.now
            )
        self.ids[name] = officer.id

    def viewer(self, name: str) -> Viewer:
        with self.database.reading() as session:
            return signing_in.viewer_of(officers.officer_by_id(session, self.ids[name]))

    def do(self, deed: Callable[..., Any], whom: str, *, by: str, **more: Any) -> None:  # noqa: ANN401
        viewer = self.viewer(by)
        with self.database.deed() as session:
            if slug := more.pop("district", None):
                more["district_id"] = a_district(session, slug).id
            deed(session, officers.officer_by_id(session, self.ids[whom]), by=viewer, now=self.now, **more)

    def refuses(self, deed: Callable[..., Any], whom: str, *, by: str, **more: Any) -> str:  # noqa: ANN401
        with pytest.raises(DomainError) as refused:
            self.do(deed, whom, by=by, **more)
        return f"{type(refused.value).__name__}: {refused.value.code}"

    def roles(self, name: str) -> dict[str, str]:
        with self.database.reading() as session:
            found = officers.officer_by_id(session, self.ids[name])
            return {each.district.slug: each.role for each in found.memberships}

    def is_closed(self, name: str) -> bool:
        with self.database.reading() as session:
            return officers.officer_by_id(session, self.ids[name]).deactivated is not None


@pytest.fixture
def town(lima: Database, now: datetime) -> Town:
    town = Town(lima, now)
    town.add("mara", {"barranco": "manager"})
    town.add("rosa", {"barranco": "officer"})
    town.add("juan", {"barranco": "officer", "ate": "officer"})
    town.add("alba", {"ate": "manager"})
    town.add("red", {}, facilitator=True)
    return town


def test_a_manager_makes_an_officer_manager_and_back(town: Town) -> None:
    town.do(members.change_role, "rosa", by="mara", district="barranco", role="manager")
    assert town.roles("rosa") == {"barranco": "manager"}
    town.do(members.change_role, "mara", by="rosa", district="barranco", role="officer")
    assert town.roles("mara") == {"barranco": "officer"}


def test_the_last_manager_stays_manager_until_there_is_another(town: Town) -> None:
    """S9: whoever asks, a successor comes first."""
    for by in ("mara", "red"):
        assert town.refuses(members.change_role, "mara", by=by, district="barranco", role="officer") == (
            "WrongState: last_manager"
        )
        assert town.refuses(members.remove, "mara", by=by, district="barranco") == "WrongState: last_manager"
    assert town.refuses(members.deactivate, "mara", by="mara") == "WrongState: last_manager"
    assert town.roles("mara") == {"barranco": "manager"}


def test_a_closed_manager_is_no_successor(town: Town) -> None:
    """S9."""
    town.do(members.change_role, "rosa", by="mara", district="barranco", role="manager")
    town.do(members.deactivate, "rosa", by="mara")
    assert town.refuses(members.remove, "mara", by="mara", district="barranco") == "WrongState: last_manager"


def test_a_facilitator_closes_even_the_last_manager(town: Town) -> None:
    """S9, S16: a stolen account is closed at once; the facilitator looks after the district meanwhile."""
    town.do(members.deactivate, "mara", by="red")
    assert town.is_closed("mara")


def test_the_last_facilitator_stays(town: Town) -> None:
    assert town.refuses(members.deactivate, "red", by="red") == "WrongState: last_facilitator"
    assert town.refuses(members.set_facilitator, "red", by="red", facilitator=False) == "WrongState: last_facilitator"
    town.do(members.set_facilitator, "alba", by="red", facilitator=True)
    town.do(members.deactivate, "red", by="red")
    assert town.is_closed("red")


def test_only_facilitators_make_facilitators(town: Town) -> None:
    assert town.refuses(members.set_facilitator, "rosa", by="mara", facilitator=True) == "Forbidden: not_facilitator"
    town.do(members.set_facilitator, "rosa", by="red", facilitator=True)
    assert town.viewer("rosa").facilitator


@pytest.mark.parametrize("by", ["rosa", "alba"])
def test_who_does_not_manage_the_district_changes_nobody_in_it(town: Town, by: str) -> None:
    """S13: neither its officers nor the managers of others; not even one who shares another district with her."""
    assert town.refuses(members.change_role, "juan", by=by, district="barranco", role="manager") == (
        "Forbidden: not_manager"
    )
    assert town.refuses(members.remove, "juan", by=by, district="barranco") == "Forbidden: not_manager"
    assert town.roles("juan") == {"barranco": "officer", "ate": "officer"}


def test_a_manager_does_not_close_the_account_of_who_works_elsewhere_too(town: Town) -> None:
    """S9, S13: she takes her out of her own district; the account is the facilitator's to close."""
    assert town.refuses(members.deactivate, "juan", by="mara") == "Forbidden: not_in_charge"
    assert town.refuses(members.deactivate, "alba", by="mara") == "Forbidden: not_in_charge"
    assert town.refuses(members.deactivate, "red", by="mara") == "Forbidden: not_in_charge"
    town.do(members.remove, "juan", by="mara", district="barranco")
    assert town.roles("juan") == {"ate": "officer"}
    town.do(members.deactivate, "juan", by="alba")
    assert town.is_closed("juan")


def test_an_unknown_role_or_membership_is_refused(town: Town) -> None:
    assert town.refuses(members.change_role, "rosa", by="mara", district="barranco", role="facilitator") == (
        "Invalid: invalid"
    )
    assert town.refuses(members.remove, "alba", by="red", district="barranco") == "NotFound: not_found"


@pytest.mark.parametrize(
    ("deed", "more"),
    [
        (members.change_role, {"district": "barranco", "role": "manager"}),
        (members.remove, {"district": "barranco"}),
        (members.deactivate, {}),
        (members.end_sessions, {}),
    ],
)
def test_her_sessions_end_with_the_change(town: Town, deed: Callable[..., Any], more: dict[str, str]) -> None:
    """S4, S5: at the next request."""
    with town.database.deed() as session:
        secrets = {
            name: signing_in.start(session, officers.officer_by_id(session, town.ids[name]), now=town.now)
            for name in ("rosa", "juan")
        }
    town.do(deed, "rosa", by="mara", **more)
    with town.database.reading() as session:
        assert signing_in.viewer_of_session(session, secrets["rosa"], now=town.now) is None
        assert signing_in.viewer_of_session(session, secrets["juan"], now=town.now) is not None


def test_who_is_not_in_charge_ends_nobodys_sessions(town: Town) -> None:
    assert town.refuses(members.end_sessions, "rosa", by="alba") == "Forbidden: not_in_charge"
    assert town.refuses(members.end_sessions, "mara", by="rosa") == "Forbidden: not_in_charge"


def a_token(town: Town, name: str, district: str) -> str:
    with town.database.deed() as session:
        officer = officers.officer_by_id(session, town.ids[name])
        return tokens.make_token(session, officer, district=district, now=town.now)


def test_closing_an_account_ends_all_that_it_could_do(town: Town) -> None:
    """S9: tokens, and invitations sent and received."""
    secret = a_token(town, "mara", "barranco")
    with town.database.deed() as session:
        mara = signing_in.viewer_of(officers.officer_by_id(session, town.ids["mara"]))
        inviting.invite(session, address="x@example.pe", district="barranco", role="officer", by=mara, now=town.now)
        inviting.invite(session, address="mara@example.pe", district="ate", role="officer", now=town.now)
        inviting.invite(session, address="y@example.pe", district="ate", role="officer", now=town.now)
    town.do(members.deactivate, "mara", by="red")
    with town.database.reading() as session:
        assert tokens.viewer_of_token(session, secret, now=town.now) is None
        left = inviting.pending(session, by=OPERATOR, now=town.now)
        assert [each.address for each in left] == ["y@example.pe"]


def test_an_opened_account_has_its_memberships_and_none_of_its_keys(town: Town) -> None:
    secret = a_token(town, "rosa", "barranco")
    town.do(members.deactivate, "rosa", by="mara")
    assert town.refuses(members.deactivate, "rosa", by="mara") == "WrongState: already_closed"
    town.do(members.reactivate, "rosa", by="mara")
    assert town.refuses(members.reactivate, "rosa", by="mara") == "WrongState: already_open"
    assert town.roles("rosa") == {"barranco": "officer"}
    with town.database.reading() as session:
        assert tokens.viewer_of_token(session, secret, now=town.now) is None


def test_another_manager_does_not_open_what_was_closed(town: Town) -> None:
    town.do(members.deactivate, "rosa", by="mara")
    assert town.refuses(members.reactivate, "rosa", by="alba") == "Forbidden: not_in_charge"


def test_removal_revokes_the_tokens_for_that_district_alone(town: Town) -> None:
    here, there = a_token(town, "juan", "barranco"), a_token(town, "juan", "ate")
    town.do(members.remove, "juan", by="mara", district="barranco")
    with town.database.reading() as session:
        assert tokens.viewer_of_token(session, here, now=town.now) is None
        assert tokens.viewer_of_token(session, there, now=town.now) is not None


def in_charge(town: Town, by: str) -> list[str]:
    viewer = town.viewer(by)
    with town.database.reading() as session:
        found, count = members.in_charge(session, by=viewer)
    assert count == len(found)
    return [each.name.lower() for each in found]


def test_a_manager_sees_her_districts_officers_and_nobody_else(town: Town) -> None:
    """S18: no directory of officers."""
    assert in_charge(town, "mara") == ["juan", "mara", "rosa"]
    assert in_charge(town, "rosa") == []
    with town.database.reading() as session, pytest.raises(NotFound):
        members.officer_for(session, town.ids["alba"], by=Viewer(officer_id=1, managed=frozenset()))


def test_a_facilitator_sees_everybody_closed_accounts_last(town: Town) -> None:
    """S16."""
    town.do(members.deactivate, "juan", by="red")
    assert in_charge(town, "red") == ["alba", "mara", "red", "rosa", "juan"]


def test_of_two_managers_who_leave_at_once_one_stays(town: Town) -> None:
    """S9, R4: the question and the deed are one."""
    town.do(members.change_role, "rosa", by="mara", district="barranco", role="manager")
    outcomes: list[str] = []

    def leave(name: str) -> None:
        try:
            town.do(members.change_role, name, by=name, district="barranco", role="officer")
        except (WrongState, Stale, Forbidden, Invalid) as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=leave, args=(name,)) for name in ("mara", "rosa")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    managers = [name for name in ("mara", "rosa") if town.roles(name)["barranco"] == "manager"]
    assert (len(managers), len(outcomes)) == (1, 1)


def test_every_change_is_audited_with_what_was_before(town: Town) -> None:
    """S44."""
    town.do(members.change_role, "rosa", by="mara", district="barranco", role="manager")
    town.do(members.deactivate, "juan", by="red")
    with town.database.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.officer_id.is_not(None)).order_by(Audit.id)).all()
    assert [(row.officer_id, row.deed, row.subject, row.details) for row in rows] == [
        (town.ids["mara"], "role-changed", f"officer:{town.ids['rosa']}", {"role": ["officer", "manager"]}),
        (town.ids["red"], "account-closed", f"officer:{town.ids['juan']}", {}),
    ]


def test_her_own_account_is_described_anew(town: Town) -> None:
    from calendar_service.services.people.officers import describe

    viewer = town.viewer("rosa")
    with town.database.deed() as session:
        describe(session, name="  Rosa \n Quispe ", language="en", by=viewer, now=town.now)
    with town.database.reading() as session:
        rosa: Officer = officers.officer_by_id(session, town.ids["rosa"])
    assert (rosa.name, rosa.language) == ("Rosa Quispe", "en")
    for name, language in (("", "es"), ("x" * 101, "es"), ("Rosa", "tlh")):
        with pytest.raises(Invalid), town.database.deed() as session:
            describe(session, name=name, language=language, by=viewer, now=town.now)
