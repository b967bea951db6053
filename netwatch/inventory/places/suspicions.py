"""Records that an outage contradicted -> questions; one that was answered needs new evidence.

A home recorded below what failed went on answering, or one recorded elsewhere fell with it. One
outage may be chance; each further one weighs more, and is told with the others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from netwatch.inventory.places.descriptions import LineKey
from netwatch.inventory.places.place import Place
from netwatch.inventory.places.questions import KEEP, KNOWN, SUSPECT, Owner, Question, digest
from netwatch.model.names import IncidentId

MOST_ASKED: Final = 12
"""So many records are asked for one by one, those with the most outages first."""
MOST_TOLD: Final = 3
"""So many outages are told in a question, the newest."""
MOST_KEPT: Final = 10_000
"""Older suspicions are let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """One outage against one record."""

    incident: IncidentId
    at: datetime
    about: str
    """The line, as ``SOURCE/KEY``; or ``device:ID`` of what the operator's inventory holds."""
    fell: bool
    """It fell with what is recorded elsewhere; else it went on answering while all else fell."""
    root: tuple[str, ...]
    silent: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """All suspicions, and how far the journal was read for them."""

    read: int = 0
    suspicions: tuple[Suspicion, ...] = ()

    def plus(self, more: Iterable[Suspicion], read: int) -> "Docket":
        """Return the docket with more in it; a later word on the same outage and record counts."""
        found = {(one.incident, one.about): one for one in (*self.suspicions, *more)}
        newest = sorted(found.values(), key=lambda one: (one.at, one.incident, one.about))
        return Docket(read=read, suspicions=tuple(newest[-MOST_KEPT:]))


def suspected(docket: Docket, answers: Mapping[str, str]) -> dict[str, list[Suspicion]]:
    """Return, by what they are about, the suspicions that call for an answer.

    Those that somebody answered are spent. After each time that a record was kept, one outage more
    must speak against it before it is asked for again.
    """
    spent: dict[str, set[str]] = defaultdict(set)
    kept: dict[str, int] = defaultdict(int)
    for ident, answer in answers.items():
        kind, *rest = ident.split("|")
        if kind == SUSPECT and len(rest) == len(("about", "incidents")):
            spent[rest[0]].update(rest[1].split("+"))
            kept[rest[0]] += answer == KEEP
    fresh: dict[str, list[Suspicion]] = defaultdict(list)
    for one in docket.suspicions:
        if one.incident not in spent[one.about] and "|" not in one.about:
            fresh[one.about].append(one)
    return {about: all_ for about, all_ in fresh.items() if len(all_) > kept[about]}


def suspect_questions(
    docket: Docket, answers: Mapping[str, str], places: Sequence[Place]
) -> list[Question]:
    """Return what is to be asked of records, those that most outages contradict first."""
    where = {f"{place.source}/{place.line}": place for place in places}
    cases = [
        (about, against)
        for about, against in suspected(docket, answers).items()
        if about in where or about.startswith("device:")
    ]
    cases.sort(key=lambda case: (-len(case[1]), case[0]))
    asked = [_question(about, against, where.get(about)) for about, against in cases[:MOST_ASKED]]
    rest = [about for about, _ in cases[MOST_ASKED:]]
    if rest:
        asked.append(
            Question(
                id=f"suspects|{digest(rest)}",
                owner=Owner.NETWORK,
                text=f"Outages contradict {len(rest)} more records; each is asked for in its turn.",
                lines=len(rest),
                answers=(KNOWN,),
                examples=tuple(rest[:MOST_TOLD]),
            )
        )
    return asked


def contradicted(docket: Docket, answers: Mapping[str, str]) -> frozenset[LineKey]:
    """Return the lines that outages contradict and nobody spoke for yet."""
    pairs = (about.partition("/") for about in suspected(docket, answers))
    return frozenset((source, line) for source, slash, line in pairs if slash)


def _question(about: str, against: Sequence[Suspicion], place: Place | None) -> Question:
    incidents = "+".join(sorted(one.incident for one in against))
    told = "; ".join(_told(one) for one in against[-MOST_TOLD:])
    times = f"{len(against)} outages" if len(against) > 1 else "An outage"
    if place is None:
        text = f"Does {about.partition(':')[2]} hang where the inventory has it? {times} say"
        remedy = f"Correct the inventory and answer {KNOWN}, or {KEEP} it"
        answers: tuple[str, ...] = (KEEP, KNOWN)
    else:
        spot = place.spot
        at = " ".join(filter(None, (spot.device, spot.port, spot.serial))) if spot else "nothing"
        text = f"Does {about} hang on {at}? {times} say"
        remedy = f"Answer {KEEP}, or the device (a splitter, an OLT) that it hangs on"
        answers = (KEEP, "DEVICE")
    says = "s" if len(against) == 1 else ""
    return Question(
        id=f"{SUSPECT}|{about}|{incidents}",
        owner=Owner.NETWORK,
        text=f"{text}{says} otherwise: {told}. {remedy}.",
        lines=1,
        answers=answers,
        examples=(about,),
    )


def _told(one: Suspicion) -> str:
    when = one.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    root = " and ".join(one.root) or "something"
    did = "it fell in the same moment" if one.fell else "it went on answering"
    return (
        f"in {one.incident} ({when}) {one.silent} of {one.asked} asked below {root} were silent, "
        f"and {did}"
    )
