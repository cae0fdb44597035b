"""Each piece of news in one sentence, and where one goes from there: the same in mails and on the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calendar_service import addresses as to
from calendar_service.domain.network.news import News, NewsKind
from calendar_service.words import Words, mark

SENTENCES: Mapping[NewsKind, str] = {
    NewsKind.COHOST_ASKED: mark("%(who)s invita a %(district)s a coorganizar: %(what)s"),
    NewsKind.CLUSTER_ASKED: mark("%(who)s invita a %(district)s a la agrupación: %(what)s"),
    NewsKind.CHANGE_ASKED: mark("%(who)s pide un cambio en: %(what)s"),
    NewsKind.SHARE_ASKED: mark("%(who)s propone que %(district)s también difunda: %(what)s"),
    NewsKind.HAND_OVER_ASKED: mark("%(who)s quiere pasarle a %(district)s la organización de: %(what)s"),
    NewsKind.TAKEN_DOWN: mark("La red quitó de las páginas públicas: %(what)s"),
    NewsKind.PUT_BACK: mark("La red volvió a mostrar: %(what)s"),
    NewsKind.COHOST_ACCEPTED: mark("%(who)s aceptó coorganizar: %(what)s"),
    NewsKind.COHOST_DECLINED: mark("%(who)s declinó coorganizar: %(what)s"),
    NewsKind.COHOST_LEFT: mark("%(who)s ya no coorganiza: %(what)s"),
    NewsKind.CHANGE_ANSWERED: mark("%(who)s respondió al cambio que pidieron en: %(what)s"),
    NewsKind.SHARE_ACCEPTED: mark("%(who)s difunde: %(what)s"),
    NewsKind.SHARE_DECLINED: mark("%(who)s no difundirá: %(what)s"),
    NewsKind.SHARE_STANDING: mark("Por acuerdo permanente, %(district)s difunde desde ahora: %(what)s"),
    NewsKind.SHARE_ENDED: mark("Ya no se difunde, por decisión de %(who)s: %(what)s"),
    NewsKind.SHARE_AGREED: mark("%(who)s mostrará, sin que se lo pregunten cada vez, lo que %(district)s le proponga"),
    NewsKind.HANDED_OVER: mark("Cambió de organizador: %(what)s"),
    NewsKind.EVENT_CHANGED: mark("%(who)s cambió la fecha, el lugar o el estado de: %(what)s"),
    NewsKind.EVENT_CANCELLED: mark("%(who)s canceló: %(what)s"),
    NewsKind.HOLD_ENDS: mark("Pronto vence la reserva de fecha de: %(what)s"),
    NewsKind.HOLD_LAPSED: mark("Venció la reserva de fecha y volvió a ser borrador: %(what)s"),
    NewsKind.OUTCOMES_WANTED: mark("¿Cuánta gente vino? Hay fechas de %(district)s que ya pasaron"),
    NewsKind.CLUSTER_JOINED: mark("%(who)s se unió a la agrupación: %(what)s"),
    NewsKind.CLUSTER_DECLINED: mark("%(who)s declinó unirse a la agrupación: %(what)s"),
    NewsKind.CLUSTER_LEFT: mark("%(who)s salió de la agrupación: %(what)s"),
    NewsKind.CLUSTER_COORDINATED: mark("%(person)s coordina desde ahora la agrupación: %(what)s"),
    NewsKind.IMPORT_PROBLEMS: mark("Lo que se trajo de otro calendario tiene problemas (%(district)s)"),
    NewsKind.PERSON_JOINED: mark("Se sumó una persona al equipo de %(district)s: %(person)s"),
    NewsKind.PERSON_LEFT: mark("Alguien dejó el equipo de %(district)s: %(person)s"),
    NewsKind.MANAGER_NAMED: mark("%(person)s es responsable de %(district)s desde ahora: decide quién publica"),
}
"""What each kind says."""

OF_SEVERAL: Mapping[NewsKind, str] = {
    NewsKind.COHOST_ACCEPTED: mark("%(who)s aceptaron coorganizar: %(what)s"),
    NewsKind.COHOST_DECLINED: mark("%(who)s declinaron coorganizar: %(what)s"),
    NewsKind.SHARE_ACCEPTED: mark("%(who)s difunden: %(what)s"),
    NewsKind.SHARE_DECLINED: mark("%(who)s no difundirán: %(what)s"),
    NewsKind.CLUSTER_JOINED: mark("%(who)s se unieron a la agrupación: %(what)s"),
    NewsKind.CLUSTER_DECLINED: mark("%(who)s declinaron unirse a la agrupación: %(what)s"),
    NewsKind.CLUSTER_LEFT: mark("%(who)s salieron de la agrupación: %(what)s"),
}
"""The same of several districts at once: of each kind that is told together."""
HOLD_ENDS_ON = mark("La reserva de fecha vence el %(until)s y vuelve a ser borrador si no se publica: %(what)s")
"""What is said of a hold that still holds."""
NAMED = 3
"""How many of several are called by their names."""

NAMES: Mapping[NewsKind, str] = {
    NewsKind.COHOST_ACCEPTED: mark("Otra municipalidad acepta coorganizar"),
    NewsKind.COHOST_DECLINED: mark("Otra municipalidad declina coorganizar"),
    NewsKind.COHOST_LEFT: mark("Otra municipalidad deja de coorganizar"),
    NewsKind.CHANGE_ANSWERED: mark("Responden a un cambio que pedimos"),
    NewsKind.SHARE_ACCEPTED: mark("Otra municipalidad difunde lo nuestro"),
    NewsKind.SHARE_DECLINED: mark("Otra municipalidad no difunde lo nuestro"),
    NewsKind.SHARE_STANDING: mark("Difundimos algo por un acuerdo permanente"),
    NewsKind.SHARE_ENDED: mark("Deja de difundirse algo"),
    NewsKind.SHARE_AGREED: mark("Otra municipalidad difundirá siempre lo nuestro"),
    NewsKind.HANDED_OVER: mark("Un evento cambia de organizador"),
    NewsKind.EVENT_CHANGED: mark("Cambia un evento que coorganizamos"),
    NewsKind.EVENT_CANCELLED: mark("Se cancela un evento que coorganizamos"),
    NewsKind.HOLD_ENDS: mark("Una reserva nuestra está por vencer"),
    NewsKind.HOLD_LAPSED: mark("Una reserva nuestra venció"),
    NewsKind.OUTCOMES_WANTED: mark("Nos preguntan cuánta gente vino"),
    NewsKind.CLUSTER_JOINED: mark("Alguien se une a nuestra agrupación"),
    NewsKind.CLUSTER_DECLINED: mark("Alguien declina unirse a nuestra agrupación"),
    NewsKind.CLUSTER_LEFT: mark("Alguien sale de nuestra agrupación"),
    NewsKind.CLUSTER_COORDINATED: mark("Cambia quien coordina nuestra agrupación"),
    NewsKind.IMPORT_PROBLEMS: mark("Problemas al traer eventos"),
    NewsKind.PERSON_JOINED: mark("Alguien se suma a nuestro equipo"),
    NewsKind.PERSON_LEFT: mark("Alguien deja nuestro equipo"),
    NewsKind.MANAGER_NAMED: mark("Cambia quién es responsable"),
}
"""How the kinds that one may leave out are called where one chooses."""


OF_PERSONS = (
    NewsKind.PERSON_JOINED, NewsKind.PERSON_LEFT, NewsKind.MANAGER_NAMED, NewsKind.CLUSTER_COORDINATED,
)  # fmt: skip
"""Their text is a name, which their sentence says."""

ABOUT_SHARES = frozenset({
    NewsKind.SHARE_ASKED, NewsKind.SHARE_STANDING, NewsKind.SHARE_ENDED, NewsKind.SHARE_AGREED,
})  # fmt: skip
"""What a district reads on its page of what others share with it."""


OF_THE_DISTRICT = {NewsKind.IMPORT_PROBLEMS: "import", NewsKind.OUTCOMES_WANTED: "outcomes"}
"""Where one goes for what is about neither an event nor a cluster."""


def headline(news: News, words: Words, also: Sequence[str] = ()) -> str:
    """What happened, in a sentence; `also` names other districts that did the same. What the row names is loaded."""
    what = news.cluster.name if news.cluster else ""
    if news.event:
        what = news.event.summary or words.t("una actividad retirada")
    who = news.by_district.name if news.by_district else words.t("La red")
    said = {"who": _several([who, *also], words), "what": what, "district": news.district.name, "person": news.text}
    if news.kind == NewsKind.HOLD_ENDS and news.event and news.event.hold_until:
        return words.t(HOLD_ENDS_ON, until=words.day(news.event.hold_until, today=news.at.date()), **said)
    return words.t((OF_SEVERAL if also else SENTENCES)[NewsKind(news.kind)], **said)


def _several(names: Sequence[str], words: Words) -> str:
    """All by their names, or three of them: `Ate, Comas, Lince y 4 más`."""
    if len(names) <= NAMED + 1:
        return words.list_and(names)
    left = len(names) - NAMED
    return words.list_and([*names[:NAMED], words.n("%(num)s más", "%(num)s más", left)])


def quotation(news: News) -> str:
    """What was said with it, where that is not part of the sentence already."""
    return "" if news.kind in OF_PERSONS else news.text


def path_of(news: News) -> str:
    """Where on the desk one reads more, or answers."""
    if news.kind in ABOUT_SHARES and (news.event is None or news.event.host_id != news.district_id):
        return to.office("shares")
    if news.event:
        return to.office("events", news.event.slug)
    if news.cluster:
        return to.office("clusters")
    return to.office(OF_THE_DISTRICT.get(NewsKind(news.kind), ""))
