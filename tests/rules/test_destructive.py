"""R25: every destructive act can be undone for thirty days, or asks twice. Whoever adds one says here which."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
TAKES = re.compile(
    r"/(discard|cancel|withdraw|leave|release|remove|revoke|rotate|close|end|end-others|delete|take-down|merge"
    r"|role|facilitator|sessions|rule|undo|<int:number>/second-factor|codes|dates/<recurrence>|import/done|edit)$"
)
"""How the address of a form that takes something away ends."""

UNDONE_BY = {
    "/office/events/<slug>/discard": "/office/bin/<slug>/restore",
    "/office/events/<slug>/cancel": "/office/events/<slug>/confirm",
    "/office/events/<slug>/release": "/office/events/<slug>/hold",
    "/office/venues/<slug>/merge": "/office/venues/merges/<int:number>/undo",
    "/office/events/<slug>/take-down": "/office/events/<slug>/put-back",
    "/office/events/<slug>/share/withdraw": "/office/events/<slug>/share",
    "/office/shares/<slug>/take-down": "/office/shares/<slug>/answer",
    "/office/shares/agreements/<int:number>/end": "/office/shares/agreements",
    "/office/events/<slug>/hand-over/<int:number>/withdraw": "/office/events/<slug>/hand-over",
    "/office/special-days/<int:number>/remove": "/office/special-days/<int:number>/put-back",
    "/office/import/done": "/office/import/<int:number>/undo",
    "/office/events/<slug>/edit": "/office/events/<slug>/history/<int:number>",
    "/office/events/<slug>/dates/<recurrence>": "/office/events/<slug>/dates/<recurrence>",
    "/office/venues/merges/<int:number>/undo": "/office/venues/<slug>/merge",
    "/office/people/rule": "/office/people/rule",
    "/office/people/<int:number>/role": "/office/people/<int:number>/role",
    "/office/people/<int:number>/facilitator": "/office/people/<int:number>/facilitator",
    "/office/people/<int:number>/sessions": "/office/login",
    "/office/people/<int:number>/close": "/office/people/<int:number>/open",
    "/office/people/<int:number>/remove": "/office/people",
    "/office/people/invitations/<int:number>/revoke": "/office/people",
    "/office/account/sessions/<int:number>/end": "/office/login",
    "/office/account/sessions/end-others": "/office/login",
}
"""What brings back what was taken away: for as long as anybody wants, or thirty days from the bin."""

FOLDED_AWAY = {
    "/office/events/<slug>/withdraw": "events/deeds.html",
    "/office/events/<slug>/leave": "events/event.html",
    "/office/clusters/<slug>/leave": "municipality/clusters.html",
}
"""Asked twice on the page itself: the button stands folded away behind a question, and says so again."""

PASSWORD_FIRST = {
    "/office/account/second-factor/end", "/office/account/second-factor/codes",
    "/office/people/<int:number>/second-factor",
}  # fmt: skip
"""Asked twice by asking for the password."""

AT_ONCE = {"/office/feeds/<int:number>/rotate"}
"""A secret that got about is changed with one click (S42); what it opened is there under the new one."""


GIVES = re.compile(
    r"/(new|new/preview|new/when|answer|restore|put-back|open|confirm|hold|cohosts|share|hand-over|invite|requests"
    r"|requests/<int:number>|template|seen|login|login/code|logout|import|clashes|tokens|feeds|people|special-days"
    r"|agreements|second-factor|second-factor/begin|reset"
    r"|(reset|invitation|<any\(address, 'address-back'\):way>)/<token>)$"
)
"""How the address of a form ends that adds, answers, looks or lets somebody in."""

WRITTEN_OVER = {
    "/office/account", "/office/account/address", "/office/account/mails", "/office/account/password",
    "/office/clusters/<slug>/coordinator", "/office/district", "/office/district/history/<int:number>",
    "/office/events/<slug>/contribution",
    "/office/events/<slug>/history/<int:number>", "/office/events/<slug>/outcomes/<recurrence>",
    "/office/organisations/<slug>", "/office/templates/<int:number>",
    "/office/venues/<slug>", "/office/venues/<slug>/history/<int:number>",
}  # fmt: skip
"""Forms that show what stands and keep what is written instead: whoever may write may write it back."""


def doors(app: Flask) -> dict[str, object]:
    found = app.extensions["doors"].values()
    return {each.rule: each for each in found if "POST" in each.methods and each.rule.startswith("/office/")}


def test_whatever_takes_something_away_is_undone_or_asked_twice_r25(app: Flask) -> None:
    every = doors(app)
    taking = {rule for rule in every if TAKES.search(rule)}
    asked = {rule for rule, door in every.items() if door.twice}  # type: ignore[attr-defined]
    stepped = {rule for rule, door in every.items() if door.step_up}  # type: ignore[attr-defined]
    assert taking - UNDONE_BY.keys() - FOLDED_AWAY.keys() - PASSWORD_FIRST - AT_ONCE - asked == set()
    assert set(UNDONE_BY.values()) - every.keys() == set()
    assert stepped >= PASSWORD_FIRST
    assert len(asked) >= 4


def test_every_form_of_the_desk_says_whether_it_takes_something_away_r25(app: Flask) -> None:
    every = doors(app)
    taking = {rule for rule in every if TAKES.search(rule)}
    giving = {rule for rule in every if GIVES.search(rule)}
    asked = {rule for rule, door in every.items() if door.twice}  # type: ignore[attr-defined]
    assert every.keys() - taking - giving - asked == WRITTEN_OVER
    assert not (taking | asked) & giving - PASSWORD_FIRST


def test_what_cannot_be_undone_is_folded_away_behind_a_question_r25() -> None:
    for rule, template in FOLDED_AWAY.items():
        deed = rule.rpartition("/")[2]
        page = (ROOT / "templates" / "office" / template).read_text(encoding="utf-8")
        folded = re.findall(r"<details.*?</details>", page, re.DOTALL)
        assert any(f'"{deed}"' in each for each in folded), rule
        outside = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
        assert not re.search(rf'(act\(|, )"{deed}"\)', outside), rule
