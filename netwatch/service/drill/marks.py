"""DRILL, the first word in each language: what is heard in a drill is not taken for true."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from netwatch.delivery.render import Text
from netwatch.delivery.scribe import Discretion, Scribe
from netwatch.model.facts import NoticeDue
from netwatch.views.board import Board

DRILL: Final = "DRILL"
MARKS: Final = {
    "pl": "ĆWICZENIA",
    "cs": "CVIČENÍ",
    "sk": "CVIČENIE",
    "uk": "НАВЧАННЯ",
    "ru": "УЧЕНИЯ",
    "de": "ÜBUNG",
}
SAYS: Final = {
    "en": "nothing is broken and customers are told nothing. Do what you would do.",
    "pl": "nic się nie zepsuło, klienci nic nie usłyszą. Rób to, co robisz naprawdę.",
    "cs": "nic není rozbité a zákazníci se nic nedozvědí. Dělejte, co byste dělali doopravdy.",
    "sk": "nič nie je pokazené a zákazníci sa nič nedozvedia. Robte, čo by ste robili naozaj.",
    "uk": "нічого не зламалося, клієнтам нічого не кажуть. Робіть те, що робили б насправді.",
    "ru": "ничего не сломалось, клиентам ничего не говорят. Делайте то, что делали бы на деле.",
    "de": "nichts ist defekt, Kunden erfahren nichts. Bitte so handeln wie sonst.",
}
OVER: Final = {
    "en": "DRILL over",
    "pl": "DRILL over, KONIEC ĆWICZEŃ",
    "cs": "DRILL over, KONEC CVIČENÍ",
    "sk": "DRILL over, KONIEC CVIČENIA",
    "uk": "DRILL over, КІНЕЦЬ НАВЧАННЯ",
    "ru": "DRILL over, КОНЕЦ УЧЕНИЙ",
    "de": "DRILL over, ÜBUNG VORBEI",
}
REAL: Final = {
    "en": "real incident {why}",
    "pl": "prawdziwy incydent {why}",
    "cs": "skutečný incident {why}",
    "sk": "skutočný incident {why}",
    "uk": "справжній інцидент {why}",
    "ru": "настоящий инцидент {why}",
    "de": "echter Vorfall {why}",
}
ENDED: Final = {
    "en": "{drill} has ended. Nothing of it was real.",
    "pl": "{drill} się skończyły. Nic z tego nie było naprawdę.",
    "cs": "{drill} skončilo. Nic z toho nebylo doopravdy.",
    "sk": "{drill} sa skončilo. Nič z toho nebolo naozaj.",
    "uk": "{drill} закінчено. Нічого з цього не було насправді.",
    "ru": "{drill} закончены. Ничего из этого не было на самом деле.",
    "de": "{drill} ist vorbei. Nichts davon war echt.",
}


def mark(language: str) -> str:
    """Return the first words of what is said in a drill."""
    own = MARKS.get(language.partition("-")[0])
    return DRILL if own is None else f"{DRILL} / {own}"


def said(of: dict[str, str], language: str) -> str:
    """Return one of these words in a language; in English where there are none in it."""
    return of.get(language.partition("-")[0], of["en"])


def marked(text: Text, language: str) -> Text:
    """Return words with the mark before title and body: a channel may show one of them alone."""
    first = mark(language)
    title = f"{first}: {text.title}" if text.title else ""
    body = f"{first}: {said(SAYS, language)}\n{text.body}"
    return replace(text, title=title, body=body, link="")


@dataclass(frozen=True, slots=True)
class Marking(Scribe):
    """Says what a real night would say, marked."""

    def text(
        self,
        due: NoticeDue,
        board: Board,
        language: str,
        at: datetime,
        *,
        discreet: Discretion | None = None,
    ) -> Text:
        """Return what is said, marked; it raises what a scribe raises."""
        told = Scribe.text(self, due, board, language, at, discreet=discreet)
        return marked(told, language)


@dataclass(frozen=True, slots=True)
class Farewell(Scribe):
    """Says that a drill is over: what is owed bears the drill, and the real incident if any."""

    def text(
        self,
        due: NoticeDue,
        board: Board,  # noqa: ARG002 - it needs none
        language: str,
        at: datetime,  # noqa: ARG002
        *,
        discreet: Discretion | None = None,  # noqa: ARG002
    ) -> Text:
        """Return the last words of a drill."""
        title = said(OVER, language)
        if due.detail:
            title = f"{title}: {said(REAL, language).format(why=due.detail)}"
        return Text(title, f"{title}\n{said(ENDED, language).format(drill=due.subject)}")
