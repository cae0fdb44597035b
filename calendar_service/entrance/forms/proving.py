"""Asking once more. For the password before what matters most (S10): a door with `step_up=True` opens only after it.

The form that was sent is not lost: the page that asks carries it along, and sends it again with the password. Signing
in does not count as having been asked; having been asked counts for a few minutes.
"""

from __future__ import annotations

from flask import Response, current_app, request

from calendar_service import addresses as to
from calendar_service.domain.errors import DomainError, Forbidden
from calendar_service.entrance import asking, errors
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Door
from calendar_service.entrance.forms import forgery
from calendar_service.services.people import second_factor, signing_in
from calendar_service.services.people.signing_in import SignedIn

PASSWORD, CODE, SURE = "again_password", "again_code", "sure"
OF = "of"
"""What the form is about, by its name: said once more where it is asked whether she is sure."""


def ask_again(door: Door) -> Response | None:
    """The page that asks once more, or None: come in."""
    return _twice(door) or prove(door)


def _twice(door: Door) -> Response | None:
    """Ask whether she is sure, with all that she sent (R25)."""
    if not door.twice or request.method != "POST" or request.form.get(SURE):
        return None
    return page(
        "office/sure.html", question=asking.words().t(door.twice), of=request.form.get(OF, ""), kept=_kept(),
        back=_back(),
    )  # fmt: skip


def _back() -> str:
    """The page from which the form came: the nearest above its address. (Private pages send no referrer, S27.)"""
    adapter = current_app.create_url_adapter(request)
    parts = request.path.split("/")
    for length in range(len(parts) - 1, 2, -1):
        path = "/".join(parts[:length])
        if adapter and adapter.test(path, "GET"):
            return path
    return to.office()


def _kept() -> list[tuple[str, str]]:
    """What was typed, to be sent again."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in OURS]


def prove(door: Door) -> Response | None:
    """The page that asks, or None: come in."""
    found = asking.signed_in()
    if not door.step_up or request.method != "POST" or found is None or found.has_proved(asking.now()):
        return None
    if PASSWORD not in request.form:
        return _ask(found)
    try:
        _prove(found)
    except DomainError as wrong:
        return _ask(found, wrong)
    return None


def _ask(found: SignedIn, wrong: DomainError | None = None) -> Response:
    with asking.reading() as session:
        coded = second_factor.has_one(session, found.officer.id)
    refusal = errors.refusal_of(wrong) if wrong else None
    told = asking.words().sentence(refusal.code, **refusal.values) if refusal else ""
    answer = page(
        "office/again.html", status=refusal.status if refusal else 200, officer=found.officer, kept=_kept(), told=told,
        coded=coded, back=_back(),
    )  # fmt: skip
    answer.headers.update(refusal.headers if refusal else {})
    return answer


OURS = (forgery.FIELD, PASSWORD, CODE, OF)


def _prove(found: SignedIn) -> None:
    """Raises Forbidden when the password or the code is wrong, TooMany."""
    now = asking.now()
    with asking.deed() as session:
        attempt = signing_in.begin(session, address=found.officer.address, prefix=asking.client_prefix(), now=now)
        if second_factor.has_one(session, found.officer.id):
            second_factor.count_try(session, found.officer.id, now=now)
    outcome = attempt.check(request.form[PASSWORD])
    with asking.deed() as session:
        officer = signing_in.prove(session, attempt, outcome, now=now)
        right = officer is not None and second_factor.check(
            session, request.form.get(CODE, ""), officer=officer, now=now
        )
        if right:
            signing_in.keep_proof(session, found, now=now)
    if not right:
        raise Forbidden("proof_wrong")
