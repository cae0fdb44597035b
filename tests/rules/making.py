"""What the table of rights is about beside events: made afresh for each try, and what its blanks stand for then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Host
from calendar_service.domain.factors import SecondFactor
from calendar_service.domain.journal import Audit
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.people import Officer
from calendar_service.domain.territory.places import Venue
from calendar_service.services.auditing import OPERATOR
from calendar_service.services.desk import templates
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events import revising
from calendar_service.services.importing import sources, undoing
from calendar_service.services.importing.files import VISITOR, read_file, receiver_for, store
from calendar_service.services.joint import requesting
from calendar_service.services.network import clusters, districts, organisations, special_days, standing
from calendar_service.services.people import inviting, members, signing_in, tokens
from calendar_service.services.syndication import private_feeds
from calendar_service.services.venues import changing, merging
from tests.builders import a_district, an_event

Names = dict[str, str]
FILE = b"fecha;hora inicio;hora fin;titulo;lugar\n2026-12-19;19:30;21:00;Retreta de todos;Plaza San Francisco\n"


@dataclass(frozen=True, slots=True)
class Making:
    """For whom something is made: an officer of the district that hosts, who has no other role here."""

    session: Session
    now: datetime
    number: int
    officer: Officer
    by: Viewer

    def venue(self, name: str) -> Venue:
        """A venue at which something public is on."""
        place = {"name": f"{name} {self.number}", "kind": "parque"}
        event = an_event(self.session, by=self.by, now=self.now, summary=name, venue=place)
        assert event.venue is not None
        return event.venue


def venue(this: Making) -> Names:
    return {"venue": this.venue("Parque").slug, "other": this.venue("Plaza").slug}


def _last(session: Session) -> str:
    return str(session.scalars(select(Audit.id).order_by(Audit.id.desc()).limit(1)).one())


def changed_venue(this: Making) -> Names:
    found = this.venue("Parque")
    wanted = replace(changing.said_of(found), capacity=300)
    changing.change(this.session, found, wanted, seen=found.version, by=this.by, now=this.now)
    this.session.flush()
    return {"venue": found.slug, "step": _last(this.session), "version": str(found.version)}


def changed_district(this: Making) -> Names:
    home = a_district(this.session, "barranco")
    about = {"about": f"Cultura {this.number}"}
    districts.revise_profile(this.session, "barranco", about, seen=home.version, by=this.by, now=this.now)
    this.session.flush()
    return {"step": _last(this.session), "version": str(home.version)}


def merged_venue(this: Making) -> Names:
    gone, kept = this.venue("Parque"), this.venue("Plaza")
    row = merging.merge(this.session, gone, kept, seen=1, by=Viewer(facilitator=True), now=this.now)
    this.session.flush()
    return {"merge": str(row.id)}


def cluster(this: Making) -> Names:
    made = clusters.propose(
        this.session, name=f"Malecón {this.number}", members=["miraflores", "surquillo"], proposer="barranco",
        by=this.by, now=this.now,
    )  # fmt: skip
    return {"cluster": made.slug}


def organisation(this: Making) -> Names:
    def entered(name: str) -> str:
        entry = organisations.Entry(name=f"{name} {this.number}", kind="colectivo")
        return organisations.enter(this.session, entry, district="barranco", by=this.by, now=this.now).slug

    return {"organisation": entered("Circo"), "ally": entered("Coro")}


def special_day(this: Making) -> Names:
    made = special_days.add(
        this.session, name=f"Aniversario {this.number}", day=date(2026, 12, 13), kind="anniversary", yearly=True,
        district="barranco", by=this.by, now=this.now,
    )  # fmt: skip
    this.session.flush()
    return {"day": str(made.id)}


def token(this: Making) -> Names:
    tokens.make_token(this.session, this.officer, district="barranco", now=this.now)
    return {"token": str(tokens.tokens_of(this.session, this.officer.id, now=this.now)[0].id)}


def private_calendar(this: Making) -> Names:
    private_feeds.make(this.session, name="Mi teléfono", by=signing_in.viewer_of(this.officer), now=this.now)
    return {"feed": str(private_feeds.feeds_of(this.session, this.officer.id)[0].id)}


def source(this: Making) -> Names:
    address = f"https://otra.example/{this.number}.ics"
    return {"source": str(sources.add(this.session, address, district="barranco", by=OPERATOR, now=this.now).id)}


def session(this: Making) -> Names:
    signing_in.start(this.session, this.officer, now=this.now)
    this.session.flush()
    return {"session": str(signing_in.sign_ins_of(this.session, this.officer.id, now=this.now)[0].id)}


def template(this: Making) -> Names:
    event = an_event(this.session, by=this.by, now=this.now)
    made = templates.save(this.session, event, f"Base {this.number}", by=this.by, now=this.now)
    return {"template": str(made.id)}


def agreement(this: Making) -> Names:
    made = standing.agree(this.session, "ate", "barranco", by=this.by, now=this.now)
    return {"agreement": str(made.id)}


def over(this: Making) -> Names:
    then: dict[str, Any] = {"start": "2026-11-21T19:30", "end": "2026-11-21T21:00"}
    before = this.now - timedelta(days=20)
    event = an_event(this.session, by=this.by, now=before, summary=f"Ayer {this.number}", **then)
    cohost = a_district(this.session, "chorrillos")
    event.hosts.append(Host(district_id=cohost.id, state=Consent.ACCEPTED, asked=before))
    return {"event": event.slug, "uid": event.uid, "date": "20261121T1930"}


def _requested(this: Making, ask: Callable[..., None], by: Viewer) -> Names:
    """An event of Barranco's that Chorrillos co-hosts, and what one of them asks of the other."""
    event = an_event(this.session, by=this.by, now=this.now, summary=f"Junto {this.number}")
    cohost = a_district(this.session, "chorrillos")
    event.hosts.append(Host(district_id=cohost.id, state=Consent.ACCEPTED, asked=this.now))
    event.hosts[0].district = cohost
    this.session.flush()
    ask(this.session, event, "chorrillos", text="Antes", by=by, now=this.now)
    this.session.flush()
    (request,) = requesting.listed(this.session, event, viewer=this.by)
    return {"event": event.slug, "request": str(request.id)}


def asked_for_a_change(this: Making) -> Names:
    of_cohost = Viewer(districts=frozenset({a_district(this.session, "chorrillos").id}))
    return _requested(this, requesting.ask_for_change, of_cohost)


def offered(this: Making) -> Names:
    return _requested(this, requesting.offer, this.by)


def changed(this: Making) -> Names:
    event = an_event(this.session, by=this.by, now=this.now, summary=f"Cambia {this.number}")
    said = {**draft_of(event), "summary": f"Otra {this.number}"}
    draft = read_draft(said, metropolis=this.session.installation.metropolis, strict=False)
    revising.revise(this.session, event, draft, seen=None, by=this.by, now=this.now)
    return {"event": event.slug, "version": str(event.version)}


def removed_day(this: Making) -> Names:
    made = special_day(this)
    special_days.remove(this.session, int(made["day"]), by=this.by, now=this.now)
    return made


def sent_invitation(this: Making) -> Names:
    address = f"invitada{this.number}@example.pe"
    made = inviting.make_invitation(
        this.session, address=address, district="barranco", role="officer", by=OPERATOR, now=this.now
    )
    this.session.flush()
    return {"invitation": str(made.id)}


def closed_account(this: Making) -> Names:
    members.deactivate(this.session, this.officer, by=OPERATOR, now=this.now)
    return {}


def imported(this: Making) -> Names:
    """A file of its own instant, as an import is known by that (decision 24)."""
    then = this.now - timedelta(seconds=this.number)
    data = FILE.replace(b"Retreta de todos", f"Retreta {this.number}".encode())
    reading = read_file(
        data, name="agenda.csv", receiver=receiver_for(this.session, "barranco", limits=VISITOR), limits=VISITOR
    )
    store(lambda: nullcontext(this.session), reading, district="barranco", by=this.by, now=then)
    this.session.flush()
    (run,) = (each for each in undoing.recent(this.session, by=this.by, now=this.now) if each.at == then)
    return {"import": str(run.number)}


def second_factor(this: Making) -> Names:
    """One that nobody could open: it only has to be there."""
    this.session.add(
        SecondFactor(officer_id=this.officer.id, nonce="0" * 24, sealed="0" * 32, created=this.now, confirmed=this.now)
    )
    return {}


MADE: Mapping[str, Callable[[Making], Names]] = {
    "venue": venue, "changed venue": changed_venue, "changed district": changed_district,
    "merged venue": merged_venue, "cluster": cluster, "organisation": organisation,
    "special day": special_day, "token": token, "private calendar": private_calendar, "session": session,
    "source": source, "template": template, "over": over, "agreement": agreement,
    "asked for a change": asked_for_a_change, "offered to a co-host": offered, "changed": changed,
    "removed day": removed_day, "sent invitation": sent_invitation, "closed account": closed_account,
    "imported": imported, "person with a second factor": second_factor,
}  # fmt: skip
"""By the things of the table."""
