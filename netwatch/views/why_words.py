"""Proof -> sentences for staff who read Polish or Czech; English stands beside the counts."""

from collections.abc import Iterable, Mapping
from math import log
from typing import Final

from netwatch.model.evidence import Changed, Faded, Proof, Rival
from netwatch.model.names import ElementName
from netwatch.views.board import Outage
from netwatch.views.incidents import next_step
from netwatch.views.proof import (
    FEW,
    LITTLE,
    MUCH,
    NOTHING,
    speaks_against,
    speaks_for,
    stamp,
)

Phrases = Mapping[str, str]

PHRASES: Final[Mapping[str, Phrases]] = {
    "pl": {
        "and": " i ",
        "nowhere": "nieznane miejsce",
        "silent": "milczy {silent} z {asked} pytanych poniżej {place}",
        "unasked": "poniżej {place} nie było kogo zapytać",
        "gasps": "{n} z nich zgłosiło zanik zasilania",
        "los": "{n} z nich straciło światło",
        "rounds": "liczba rund, w których to widziano: {n}",
        "reports": "zgłosiło to {n} klientów",
        "report": "zgłosił to 1 klient",
        "since": ", od {at}",
        "changed": "zmiana na {device} {n} min wcześniej{by}{what}",
        "part": "{homes} z {of} tamtejszych domów: część, której nie ma w zapisach",
        "faded": "wcześniej osłabło {radios} z {of} mierzonych tam radii{by}",
        "db": ", sygnał o {n:.0f} dB",
        "modulation": ", modulacja o {n:.0%}",
        "nobody": "nic z pytanych poniżej nie odpowiada",
        "answering": "poniżej odpowiada: {n}",
        "stale": "{n} pytanych zbyt dawno",
        "blind": "{n}, których nie możemy zapytać",
        "planned": "{n} objętych planowanymi pracami",
        "ignored": "nie liczono: {those}",
        "chance": "to, że nic się nie zepsuło, a odpowiedzi zginęły przypadkiem,",
        "rival": "następne wyjaśnienie, {place},",
        "equal": "{other} jest mniej więcej tak samo prawdopodobne",
        "less": "{other} jest {times} razy mniej prawdopodobne",
        "suspects": "inwentarz może się mylić co do {those}",
        "more": " i {n} innych",
        "merged": "zob. netwatch incident show {into}",
        "closed": "nic nie zostało do zrobienia",
        "restored": "zamknie się samo; aby zostało otwarte: netwatch incident note {name} TEKST",
        "mute": "{place}: odpowiada na ping, agent zarządzania nie; nieznany stan ONU za nim: {n}",
        "alike": "zawieszony agent, zmieniona community i lista adresów wyglądają tak samo",
        "agent": "zrestartować agenta ({place}) albo nas do niego wpuścić; co za nim, nie widać",
        "unasked_one": "co nie pozwala pytać ({place}), powie: netwatch why-not DEVICE",
        "mend": "naprawić nasze własne wyjście ({place}); do tego czasu nic nie wiadomo o reszcie",
        "take": "wziąć: netwatch incident ack {name}; potem sprawdzić {place}",
        "eta": "powiedzieć, do kiedy: netwatch incident eta {name} CZAS; zajmuje się {owner}",
        "wait": "zajmuje się {owner}, przewidywany koniec {at}",
    },
    "cs": {
        "and": " a ",
        "nowhere": "neznámé místo",
        "silent": "mlčí {silent} z {asked} dotazovaných pod {place}",
        "unasked": "pod {place} se nebylo koho zeptat",
        "gasps": "{n} z nich ohlásilo výpadek napájení",
        "los": "{n} z nich ztratilo světlo",
        "rounds": "počet kol, ve kterých to bylo vidět: {n}",
        "reports": "počet zákazníků, kteří to nahlásili: {n}",
        "report": "nahlásil to 1 zákazník",
        "since": ", od {at}",
        "changed": "změna na {device} {n} min předtím{by}{what}",
        "part": "{homes} z {of} tamních domácností: část, kterou žádný záznam nezná",
        "faded": "předtím zesláblo {radios} z {of} měřených tamních rádií{by}",
        "db": ", signál o {n:.0f} dB",
        "modulation": ", modulace o {n:.0%}",
        "nobody": "nic z dotazovaných pod tím neodpovídá",
        "answering": "pod tím odpovídá: {n}",
        "stale": "{n} dotázaných příliš dávno",
        "blind": "{n}, kterých se nemůžeme zeptat",
        "planned": "{n} v plánovaných pracích",
        "ignored": "nezapočteno: {those}",
        "chance": "to, že se nic nerozbilo a odpovědi se ztratily náhodou,",
        "rival": "další nejlepší vysvětlení, {place},",
        "equal": "{other} je zhruba stejně pravděpodobné",
        "less": "{other} je {times}krát méně pravděpodobné",
        "suspects": "inventář se může mýlit u {those}",
        "more": " a {n} dalších",
        "merged": "viz netwatch incident show {into}",
        "closed": "nic už nezbývá udělat",
        "restored": "zavře se samo; aby zůstalo otevřené: netwatch incident note {name} TEXT",
        "mute": "{place}: na ping odpovídá, agent správy ne; neznámý stav ONU za ním: {n}",
        "alike": "zaseknutý agent, změněná community a seznam povolených vypadají stejně",
        "agent": "restartovat agenta ({place}) nebo pustit naši adresu; co je za ním, není vidět",
        "unasked_one": "co brání v dotazování ({place}), řekne: netwatch why-not DEVICE",
        "mend": "opravit naši vlastní cestu ven ({place}); do té doby se o ostatním nic neví",
        "take": "převzít: netwatch incident ack {name}; pak se podívat na {place}",
        "eta": "říct do kdy: netwatch incident eta {name} ČAS; řeší {owner}",
        "wait": "řeší {owner}, předpokládaný konec {at}",
    },
}
LANGUAGES: Final = ("en", *PHRASES)


def because(proof: Proof, root_cause: tuple[ElementName, ...], language: str) -> str:
    """Say what speaks for the chosen cause; in English where the language is not known."""
    words = PHRASES.get(language)
    if words is None:
        return speaks_for(proof, root_cause)
    place = _listed(root_cause, words)
    if proof.mute:
        return words["mute"].format(place=place, n=proof.blind)
    first = "silent" if proof.asked else "unasked"
    said = [words[first].format(silent=proof.silent, asked=proof.asked, place=place)]
    counts = (("gasps", proof.gasps), ("los", proof.los), ("rounds", proof.rounds))
    said += [words[name].format(n=n) for name, n in counts if n]
    if proof.part is not None:
        said.append(words["part"].format(homes=proof.part.homes, of=proof.part.of))
    if proof.faded is not None:
        said.append(_sank(proof.faded, words))
    if proof.reports:
        said.append(words["report" if proof.reports == 1 else "reports"].format(n=proof.reports))
    if proof.changed is not None:
        said.append(_worked_on(proof.changed, words))
    since = words["since"].format(at=stamp(proof.since)) if proof.since else ""
    return f"{'; '.join(said)}{since}"


def but(proof: Proof, language: str) -> str:
    """Say what speaks against it, and what was not counted."""
    words = PHRASES.get(language)
    if words is None:
        return speaks_against(proof)
    if proof.mute:
        return words["alike"]
    said = [words["answering" if proof.answering else "nobody"].format(n=proof.answering)]
    counts = (("stale", proof.stale), ("blind", proof.blind), ("planned", proof.planned))
    left_out = [words[name].format(n=n) for name, n in counts if n]
    if left_out:
        said.append(words["ignored"].format(those=", ".join(left_out)))
    if proof.runner_up is not None:
        said.append(_beaten(proof.runner_up, words))
    if proof.suspects:
        more = len(proof.suspects) - FEW
        others = words["more"].format(n=more) if more > 0 else ""
        those = f"{_listed(proof.suspects[:FEW], words)}{others}"
        said.append(words["suspects"].format(those=those))
    return "; ".join(said)


def what_next(outage: Outage, language: str) -> str:  # noqa: PLR0911 - one line a state
    """Say what the person on duty does next."""
    words = PHRASES.get(language)
    if words is None:
        return next_step(outage)
    name, place = outage.incident, _listed(outage.root_cause, words)
    if outage.merged_into is not None:
        return words["merged"].format(into=outage.merged_into)
    if outage.state in ("closed", "restored"):
        return words[outage.state].format(name=name)
    if outage.mute:
        return words["agent"].format(place=place)
    if outage.kind == "blind" and outage.of_devices:
        return words["unasked_one"].format(place=place)
    if outage.kind == "blind":
        return words["mend"].format(place=place)
    if outage.owner is None:
        return words["take"].format(name=name, place=place)
    if outage.expected_end is None:
        return words["eta"].format(name=name, owner=outage.owner)
    return words["wait"].format(owner=outage.owner, at=stamp(outage.expected_end))


def _listed(names: Iterable[ElementName], words: Phrases) -> str:
    return words["and"].join(names) or words["nowhere"]


def _beaten(rival: Rival, words: Phrases) -> str:
    chance = rival.root_cause in ((), (NOTHING,))
    place = "" if chance else _listed(rival.root_cause, words)
    other = words["chance" if chance else "rival"].format(place=place)
    less = -rival.log_odds / log(10)
    if less < LITTLE:
        return words["equal"].format(other=other)
    times = f"10^{less:.0f}" if less >= MUCH else f"{10**less:,.0f}".replace(",", " ")
    return words["less"].format(other=other, times=times)


def _sank(faded: Faded, words: Phrases) -> str:
    lost = (("db", faded.db), ("modulation", faded.modulation))
    by = "".join(words[name].format(n=n) for name, n in lost if n)
    return words["faded"].format(radios=faded.radios, of=faded.of, by=by)


def _worked_on(changed: Changed, words: Phrases) -> str:
    minutes = round(changed.before.total_seconds() / 60)
    by = f", {changed.by}" if changed.by else ""
    what = f" ({changed.what})" if changed.what else ""
    return words["changed"].format(device=changed.device, n=minutes, by=by, what=what)
