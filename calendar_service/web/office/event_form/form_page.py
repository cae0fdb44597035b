"""The page with the event's form: what was typed, what is wrong with it, its dates, and the other text beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.errors import DomainError, Forbidden, Invalid, Problem, Stale
from calendar_service.domain.events import Event, Status
from calendar_service.domain.finding.names import label_of
from calendar_service.domain.territory.places import District, Venue
from calendar_service.domain.times.dates import rule_of
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices
from calendar_service.services.access import own_event
from calendar_service.services.desk import desk, templates
from calendar_service.services.drafts import EventDraft, draft_of
from calendar_service.services.events.posting import held_until
from calendar_service.services.mails.audience import FEW
from calendar_service.web.office.event_form import parties, places, poster, sentence
from calendar_service.web.office.event_form.choices import choices
from calendar_service.web.office.event_form.form import in_order, placed, read_event
from calendar_service.web.office.event_form.outlook import FIELD, Outlook, outlook_of
from calendar_service.web.office.event_form.picking import Pick, take_theirs
from calendar_service.web.office.event_form.plan import Plan, plan_if_any, plan_of
from calendar_service.web.office.event_form.when import following, moving, ways
from calendar_service.web.office.event_form.when.times import day_of, rows_of
from calendar_service.web.office.events.saying import LABELS
from calendar_service.web.office.forms import Form, page_after
from calendar_service.web.office.whose import posting_homes
from calendar_service.words import mark

FORM = "office/event_form/form.html"
FEW_ROWS, MORE_ROWS = 5, 10
SAID = {"draft": "draft-saved", "hold": "date-held", "publish": "published", "save": "changes-saved"}
"""What is said after each of the form's buttons."""
notices(
    draft_saved=mark("Borrador guardado. Solo lo ve tu municipalidad."),
    date_held=mark("Fecha reservada. Las demás municipalidades ven que está tomada; el público, nada."),
    published=mark("Publicado. Ya está en la agenda y en los calendarios."),
    changes_saved=mark("Cambios guardados."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """What the page shows. `event` is the one that is revised, None for a new one."""

    form: Form
    event: Event | None = None
    wrong: DomainError | None = None
    plan: Plan | None = None
    compared: Sequence[Pick] = ()
    rows: int = FEW_ROWS
    alike: Sequence[Venue] = ()
    template: str = FORM
    asks: Outlook | None = None
    """What saving does, where that is asked about rather than told beside the dates."""

    @property
    def path(self) -> str:
        """Where its form is sent."""
        return to.office("events", self.event.slug, "edit") if self.event else to.office("events", "new")

    @property
    def base(self) -> Mapping[str, Any]:
        """What the form does not show."""
        return draft_of(self.event) if self.event else {}


def event_in(form: Mapping[str, str]) -> Event | None:
    """The event that a form revises which names it; none for a new one. Raises NotFound, Forbidden."""
    slug = form.get("slug", "")
    if not slug:
        return None
    with asking.reading() as session:
        return own_event(session, slug, viewer=asking.viewer())


def sent(event: Event | None = None) -> FormPage:
    """What was sent: the better date taken, its sentence heard, its dates moved, its venue known, its poster kept."""
    form = Form(request.form)
    if event:
        take_theirs(form, event)
    ways.take(form)
    moving.move(form)
    if event and (rule := rule_of(event)):
        following.follow(form, rule, today=asking.today())
    unheard, unkept = sentence.hear(form, today=asking.today(), language=asking.language()), poster.take(form)
    alike, unknown = places.settle(form)
    wrong = [each for each in (unheard, unknown, parties.settle(form), unkept) if each]
    return FormPage(form=form, event=event, alike=alike, wrong=_joined(wrong))


def _joined(wrong: Sequence[DomainError]) -> DomainError | None:
    other = next((each for each in wrong if not isinstance(each, Invalid)), None)
    problems = [one for each in wrong if isinstance(each, Invalid) for one in each.problems]
    return other or (Invalid(problems) if problems else None)


def wish(form: Form) -> str:
    """What its button wished: by default nothing more than to keep it."""
    wished = form.get("do", "")
    return wished if wished in SAID else "save" if form.get("seen") else "draft"


def meant(asked: FormPage) -> tuple[EventDraft, date | None]:
    """The draft that the form means, and the day until which to hold where one is said.

    Raises Invalid with all that is wrong: with a field, between fields, and with what the pressed button asks for.
    """
    problems: list[Problem] = []
    try:
        until = _hold_until(asked)
    except Invalid as wrong:
        until, problems = None, wrong.problems
    public = asked.event is not None and asked.event.status != Status.DRAFT
    complete = public or wish(asked.form) in ("publish", "hold")
    try:
        draft = read_event(asked.form, metropolis=asking.metropolis(), base=asked.base, complete=complete)
    except Invalid as wrong:
        raise Invalid([*wrong.problems, *problems]) from wrong
    if problems:
        raise Invalid(problems)
    return draft, until


def _hold_until(asked: FormPage) -> date | None:
    text = asked.form.get("hold_until", "").strip()
    if not text or wish(asked.form) != "hold":
        return None
    try:
        wished = date.fromisoformat(text)
    except ValueError:
        raise Invalid.of("hold_until", "draft_moment") from None
    start = day_of(asked.form.get("start_date", ""))
    return held_until(wished, start=start, today=asking.today()) if start else wished


def looked(asked: FormPage) -> Response | None:
    """The form again with its dates, or with more rows for single dates: such a button keeps nothing yet."""
    form, base = asked.form, asked.base
    if asked.wrong:
        return again(asked, _with_the_rest(asked, asked.wrong))
    match form.get("do"):
        case "resume":
            return shown(replace(asked, plan=plan_if_any(form, base=base)))
        case "preview":
            try:
                return shown(replace(asked, plan=plan_of(form, base=base)))
            except Invalid as wrong:
                return shown(replace(asked, wrong=wrong))
        case "rows":
            return shown(replace(asked, plan=plan_if_any(form, base=base), rows=MORE_ROWS))
    return None


def look(asked: FormPage) -> Response:
    """The form with its dates; what is wrong with when it is, and nothing else yet."""
    wrong = (
        [each for each in asked.wrong.problems if each.field == sentence.FIELD]
        if isinstance(asked.wrong, Invalid)
        else []
    )
    try:
        plan = None if wrong else plan_of(asked.form, base=asked.base)
    except Invalid as more:
        plan, wrong = None, more.problems if asked.form.get("start_date") else []
    answer = shown(replace(asked, plan=plan, wrong=Invalid(wrong) if wrong else None))
    answer.status_code = 200
    return answer


def _with_the_rest(asked: FormPage, wrong: DomainError) -> DomainError:
    """Everything that is wrong is said at once."""
    told = {each.field for each in wrong.problems} if isinstance(wrong, Invalid) else set()
    told |= {"start_date", "start_time", "end_time"} if "said" in told else set()
    try:
        meant(asked)
    except Invalid as more:
        return _joined([wrong, Invalid([each for each in more.problems if each.field not in told])]) or wrong
    return wrong


def warned(asked: FormPage) -> Response | None:
    """The form again with what saving does to a series that is posted already, where that was not read yet."""
    outlook = outlook_of(asked.form, asked.event, base=asked.base)
    if outlook is None or not outlook.asks or asked.form.get(FIELD) == outlook.mark:
        return None
    return shown(replace(asked, asks=outlook, plan=plan_if_any(asked.form, base=asked.base)))


def again(asked: FormPage, wrong: DomainError) -> Response:
    """What was typed, with what is wrong with it. Who may not do this at all is told so on a page of its own."""
    if isinstance(wrong, Forbidden):
        raise wrong
    if isinstance(wrong, Invalid):  # what services ask of a hold or a public event comes under the draft's names
        wrong = Invalid(placed(wrong.problems, asked.form))
    return shown(replace(asked, wrong=wrong, plan=plan_if_any(asked.form, base=asked.base)))


def shown(asked: FormPage) -> Response:
    """The page. Its status says what became of the form."""
    form, wrong, hosts = asked.form, asked.wrong, _hosts(asked.event)
    if form.get("host") not in {each.slug for each in hosts}:
        form["host"] = hosts[0].slug
    with asking.reading() as session:
        venues = desk.venues(session, viewer=asking.viewer())
        allies = parties.rows(session, form)
        own = templates.listed(session, viewer=asking.viewer()) if not asked.event else ()
    mine = [(each.slug, each.name) for each in hosts]
    return page_after(
        asked.template, Invalid(in_order(wrong.problems)) if isinstance(wrong, Invalid) else wrong,
        form=form, event=asked.event, offered=choices(hosts=mine, form=form),
        plan=asked.plan, compared=asked.compared, stale=isinstance(wrong, Stale), labels=LABELS,
        rows=_rows(form, asked.rows), picture=_picture(form), path=asked.path,
        venue_labels=[label_of(each, home=form["host"]) for each in venues],
        alike=[(each.slug, each.name, each.address) for each in asked.alike], movable=moving.MOST, allies=allies,
        own_templates=own, party_roles=parties.ROLES, few=FEW, asks=asked.asks is not None,
        outlook=asked.asks or (outlook_of(form, asked.event, base=asked.base) if request.method == "POST" else None),
    )  # fmt: skip


def _picture(form: Form) -> str:
    """The address at which the poster that the form has is looked at."""
    digest = poster.digest_of(form)
    return to.picture(digest, "thumb") if digest else ""


def _hosts(event: Event | None) -> list[District]:
    """The districts for which she may post; of an event, its host alone."""
    return [event.host] if event else posting_homes()


def _rows(form: Form, count: int) -> list[tuple[str, str]]:
    """The rows of single dates: those filled in, and empty ones."""
    filled = [row for row in rows_of(form) if any(row)]
    return [*filled, *[("", "")] * max(count - len(filled), 1)]
