"""Open data: every list that the page offers is there, whole, for any site to read."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from flask.testing import FlaskClient

from tests.web.pages import visit
from tests.web.season import Season

pytestmark = pytest.mark.one_database


def test_every_list_is_offered_as_csv_and_json_and_says_the_same(client: FlaskClient, season: Season) -> None:
    offered = [each for each in visit(client, "/data").hrefs() if each.startswith("/data/")]
    tables = [each for each in offered if each.endswith(".csv")]
    assert len(offered) == 2 * len(tables) == 14
    for path in tables:
        answer = client.get(path)
        rows = list(csv.DictReader(StringIO(answer.text)))
        said = client.get(path.replace(".csv", ".json"))
        assert [each["slug"] for each in rows] == [each["slug"] for each in said.json or ()] != []
        assert said.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/data/officers.json").status_code == 404
