"""A feed's address: read without the database, one for each feed (CONTRACT "Feeds")."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

import pytest

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.domain.errors import Invalid
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.services.syndication.asking import Ask, Kind, read_ask, window_of

LIMA = read_metropolis(SHIPPED_METROPOLIS)
EVENING = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
"""In Lima it is still 19:30 on 30 November."""


def ask(kind: Kind, slug: str = "", query: str = "", recurrence_id: str = "") -> Ask:
    pairs = parse_qsl(query, keep_blank_values=True)
    return read_ask(kind, pairs, metropolis=LIMA, slug=slug, recurrence_id=recurrence_id)


@pytest.mark.parametrize(
    ("made", "address"),
    [
        (ask(Kind.ALL), "/feeds/all.ics"),
        (ask(Kind.DISTRICT, "barranco"), "/feeds/districts/barranco.ics"),
        (ask(Kind.CLUSTER, "malecon"), "/feeds/clusters/malecon.ics"),
        (ask(Kind.SELECTION), "/feeds/all.ics"),
        (ask(Kind.EVENT, "retreta"), "/feeds/events/retreta.ics"),
        (ask(Kind.OCCURRENCE, "retreta", "", "20261205T1930"), "/feeds/events/retreta/20261205T1930.ics"),
        (ask(Kind.DISTRICT, "lima", "lang=en&full=1"), "/feeds/districts/lima.ics?full=1&lang=en"),
        (
            ask(Kind.SELECTION, "", "lang=en&q=jazz%20y%20m%C3%A1s&free=1&district=surco&district=lima&to=2026-12-31"),
            "/feeds/selection.ics?district=lima&district=surco&to=2026-12-31&q=jazz+y+m%C3%A1s&free=1&lang=en",
        ),
    ],
)
def test_a_feed_has_one_canonical_address(made: Ask, address: str) -> None:
    assert made.address == address


def test_the_order_and_the_defaults_of_a_query_make_no_other_feed() -> None:
    assert (
        ask(Kind.SELECTION, "", "free=1&district=surco&district=lima&km=5&lang=es").key
        == ask(Kind.SELECTION, "", "district=lima&free=1&district=surco&district=lima").key
    )


@pytest.mark.parametrize("query", ["district=lima", "utm_source=x", "q=a", "when=today", "page=2", "full=2"])
def test_a_named_feed_takes_no_other_parameter(query: str) -> None:
    """S27."""
    with pytest.raises(Invalid):
        ask(Kind.DISTRICT, "barranco", query)


@pytest.mark.parametrize(
    "query", ["x=1", "district=A B", "when=soon", "km=99", "from=2026-12-02&to=2026-12-01", "free=2"]
)
def test_a_selection_refuses_what_it_does_not_know(query: str) -> None:
    with pytest.raises(Invalid):
        ask(Kind.SELECTION, "", query)


@pytest.mark.parametrize(
    ("made", "scope"),
    [
        (ask(Kind.ALL), "all"),
        (ask(Kind.DISTRICT, "barranco", "full=1"), "district/barranco"),
        (ask(Kind.CLUSTER, "malecon"), "cluster/malecon"),
        (ask(Kind.SELECTION, "", "district=barranco&discipline=musica&q=jazz"), "district/barranco"),
        (ask(Kind.SELECTION, "", "cluster=malecon"), "cluster/malecon"),
        (ask(Kind.SELECTION, "", "cluster=malecon&district=barranco"), "district/barranco"),
        (ask(Kind.SELECTION, "", "district=barranco&district=lima"), "all"),
        (ask(Kind.SELECTION, "", "district=barranco&zone=lima-centro"), "district/barranco"),
        (ask(Kind.SELECTION, "", "zone=lima-centro"), "all"),
        (ask(Kind.SELECTION, "", "discipline=musica"), "all"),
    ],
)
def test_a_feed_hangs_on_the_narrowest_scope_that_holds_all_of_it(made: Ask, scope: str) -> None:
    assert made.scope == scope


def days(made: Ask, now: datetime = EVENING) -> tuple[date, date | None]:
    window = window_of(made, now=now, timezone="America/Lima")
    return window.first_day, window.last_day


def test_the_window_goes_from_30_days_back_to_400_ahead_by_local_days() -> None:
    assert days(ask(Kind.ALL)) == (date(2026, 10, 31), date(2028, 1, 4))
    window = window_of(ask(Kind.ALL), now=EVENING, timezone="America/Lima")
    assert (window.start, window.end) == (
        datetime(2026, 10, 31, 5, tzinfo=UTC),
        datetime(2028, 1, 5, 5, tzinfo=UTC),
    )


def test_the_window_moves_at_local_midnight_and_not_before() -> None:
    just_before, midnight = datetime(2026, 12, 1, 4, 59, 59, tzinfo=UTC), datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert days(ask(Kind.ALL), just_before) == days(ask(Kind.ALL))
    assert days(ask(Kind.ALL), midnight) == (date(2026, 11, 1), date(2028, 1, 5))


@pytest.mark.parametrize("kind", [Kind.ALL, Kind.SELECTION])
def test_a_piece_is_bounded_on_both_sides(kind: Kind) -> None:
    assert days(ask(kind, "", "from=2026-05-01&to=2026-05-31")) == (date(2026, 5, 1), date(2026, 5, 31))
    assert days(ask(kind, "", "from=2026-05-01")) == (date(2026, 5, 1), date(2027, 6, 5))
    assert days(ask(kind, "", "to=2026-12-24")) == (date(2026, 11, 30), date(2026, 12, 24))
    assert days(ask(kind, "", "to=2026-05-31")) == (date(2026, 5, 1), date(2026, 5, 31))


def test_a_piece_of_over_400_days_is_refused() -> None:
    """S30."""
    with pytest.raises(Invalid):
        days(ask(Kind.ALL, "", "from=2026-05-01&to=2027-06-06"))


def test_a_range_by_name_is_relative_to_now() -> None:
    assert days(ask(Kind.SELECTION, "", "when=today")) == (date(2026, 11, 30), date(2026, 11, 30))
