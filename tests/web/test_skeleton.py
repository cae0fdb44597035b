from __future__ import annotations

from flask.testing import FlaskClient


def test_the_process_says_that_it_is_alive(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_an_unknown_page_offers_the_search(client: FlaskClient) -> None:
    answer = client.get("/nada")
    assert answer.status_code == 404
    assert 'role="search"' in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
