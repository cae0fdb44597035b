"""Clusters on the desk: proposed by proximity, coordinated, enlarged."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from calendar_service.db.queries.network.places import cluster_by_slug
from calendar_service.services.house import House
from tests.web.office import Desk, form_in, problem_at
from tests.web.pages import read

pytestmark = pytest.mark.parametrize("copies", ["sqlite"], indirect=True)


@pytest.fixture
def rosa(app: Flask, house: House, now: datetime) -> Desk:
    return Desk(app, house, now, "barranco")


@pytest.fixture
def luis(app: Flask, house: House, now: datetime) -> Desk:
    return Desk(app, house, now, "miraflores")


def joined(rosa: Desk, luis: Desk) -> None:
    """Malecón: Barranco, which proposed it, and Miraflores."""
    rosa.press("/office/clusters/new", name="Malecón", members=["miraflores"])
    luis.press("/office/clusters/malecon/answer", "/office/clusters", do="accept")


def test_a_group_by_proximity_is_named_drawn_and_taken_with_one_click(rosa: Desk, luis: Desk) -> None:
    near = rosa.open("/office/clusters/new").one("section", cls="part")
    proposals = near.all("li")
    assert len(proposals) >= 1
    for each in proposals:
        assert "Barranco" in each.text
        assert "km de un extremo al otro" in each.text
        assert len(each.all("svg")) == 1
    taken = rosa.open(proposals[0].hrefs()[0])
    form = form_in(taken, "/office/clusters/new")
    assert form["name"] == ["Barranco y alrededores"]
    assert len(form["members"]) >= 2
    rosa.post("/office/clusters/new", form)
    home = rosa.open("/office/clusters").one("section")
    asked = {each.removesuffix(" por responder") for each in home.texts("li")}
    assert "De acuerdo por ahora: Barranco. Existe desde que acepten dos." in home.texts("p")
    assert asked | {"Barranco"} == {*proposals[0].one("a").text.split(", ")}
    del luis


def test_what_a_proposal_lacks_is_said_at_once_and_beside_its_field(rosa: Desk) -> None:
    page = read(rosa.send("/office/clusters/new", name="", theme="x" * 600).text)
    assert [each.text.partition(":")[0] for each in page.one("div", cls="problems").all("li")] == [
        "Nombre", "Para qué", "Distritos"
    ]  # fmt: skip
    assert "al menos 2 distritos" in problem_at(page, "members")


def test_a_group_that_there_is_already_is_not_proposed_again(rosa: Desk, luis: Desk) -> None:
    first = rosa.open("/office/clusters/new").one("section", cls="part").all("li")[0].one("a").text
    taken = rosa.open("/office/clusters/new").one("section", cls="part").hrefs()[0]
    rosa.post("/office/clusters/new", form_in(rosa.open(taken), "/office/clusters/new"))
    with rosa.house.deed() as session:
        for each in cluster_by_slug(session, "barranco-y-alrededores").members:
            each.state = "accepted"
    again = rosa.open("/office/clusters/new").one("section", cls="part").all("li")
    assert first not in [each.one("a").text for each in again]
    del luis


def test_the_coordinator_passes_it_on_on_the_page_of_clusters(rosa: Desk, luis: Desk) -> None:
    joined(rosa, luis)
    deed = "/office/clusters/malecon/coordinator"
    assert "Coordina Barranco" in rosa.open("/office/clusters").text
    assert [each.attrs["action"] for each in luis.open("/office/clusters").all("form")].count(deed) == 0
    options = {each.text: each.attrs["value"] for each in rosa.open("/office/clusters").one("select").all("option")}
    assert [*options] == ["Barranco (Barranco)", "Miraflores (Miraflores)"]
    rosa.press(deed, "/office/clusters", coordinator=options["Miraflores (Miraflores)"])
    assert "Coordina Miraflores" in rosa.open("/office/clusters").text
    assert "Miraflores coordina desde ahora" in luis.open("/office/").text


def test_the_coordinator_asks_further_districts_and_nobody_else_does(rosa: Desk, luis: Desk) -> None:
    joined(rosa, luis)
    invite = "/office/clusters/malecon/invite"
    luis.open(invite, status=403)
    near = [each.attrs["value"] for each in rosa.open(invite).one("fieldset", cls="field").all("input")]
    assert {"barranco", "miraflores"} & {*near} == set()
    assert "Marca al menos un distrito" in rosa.send(invite).text
    rosa.press(invite, members=["chorrillos"])
    assert "Chorrillos por responder" in rosa.open("/office/clusters").text


def test_who_looks_after_the_network_sees_every_cluster_and_may_say_who_coordinates(
    rosa: Desk, luis: Desk, app: Flask, house: House, now: datetime
) -> None:
    joined(rosa, luis)
    red = Desk(app, house, now, facilitator=True)
    page = red.open("/office/clusters")
    assert "/office/clusters" in red.open("/office/").hrefs()
    assert [each.attrs["action"] for each in page.one("section").all("form")] == [
        "/office/clusters/malecon/coordinator"
    ]
    options = {each.text: each.attrs["value"] for each in page.one("select").all("option")}
    red.press(
        "/office/clusters/malecon/coordinator", "/office/clusters", coordinator=options["Miraflores (Miraflores)"]
    )
    assert "Coordina Miraflores" in luis.open("/office/clusters").text
