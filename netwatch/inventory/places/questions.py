"""What a join could not settle -> questions for people, grouped so that one answer settles many."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from netwatch.inventory.places.descriptions import LineKey
from netwatch.inventory.places.evidence import RELIABILITY, Witness
from netwatch.inventory.places.join import Joined, Trust
from netwatch.inventory.places.place import Doubt, Place
from netwatch.model.names import DeviceId
from netwatch.model.network import DeviceKind, Network

YES: Final = "yes"
NO: Final = "no"
NONE: Final = "none"
"""Said of gear on which no line hangs."""
KNOWN: Final = "known"
"""Said of what is to be mended elsewhere and needs no more asking."""
KEEP: Final = "keep"
"""Said of a record that outages contradict, and that is right all the same."""
SUSPECT: Final = "suspect"
"""The kind of question about a record that outages contradict."""
MOST_EXAMPLES: Final = 5
MOST_OF_GEAR: Final = 12
"""So many gear names are asked for one by one, those with the most lines first."""


class Owner(StrEnum):
    """Who can answer."""

    OFFICE = "office"
    """Who keeps the records of customers."""
    NETWORK = "network"
    """Who keeps the gear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that one answer settles for all lines concerned."""

    id: str
    owner: Owner
    text: str
    lines: int
    answers: tuple[str, ...]
    """What may be answered; ``DEVICE`` stands for a device's id."""
    examples: tuple[str, ...] = ()
    """Lines, as ``SOURCE/KEY``."""


def trust_in(answers: Mapping[str, str]) -> Trust:
    """Return what answers mean for the next join; most kinds of question mean nothing to it."""
    gear: dict[tuple[str, str], DeviceId] = {}
    ignored: set[tuple[str, str]] = set()
    believed: dict[frozenset[Witness], Witness] = {}
    not_renamed: set[tuple[str, DeviceId, str]] = set()
    onus: dict[LineKey, frozenset[str]] = {}
    hung: dict[LineKey, DeviceId] = {}
    for ident, answer in answers.items():
        kind, *rest = ident.split("|")
        match kind, rest:
            case "gear", [source, *key] if answer == NONE:
                ignored.add((source, "|".join(key)))
            case "gear", [source, *key]:
                gear[source, "|".join(key)] = DeviceId(answer)
            case "differ", [one, other] if answer in (one, other):
                believed[frozenset({Witness(one), Witness(other)})] = Witness(answer)
            case "port", [source, device, *said] if answer == NO:
                not_renamed.add((source, DeviceId(device), "|".join(said)))
            case "onu", [serial] if "/" in answer:
                source, _, line = answer.partition("/")
                onus[source, line] = onus.get((source, line), frozenset()) | {serial}
            case "suspect", [about, _] if "/" in about and answer != KEEP:
                source, _, line = about.partition("/")
                hung[source, line] = DeviceId(answer)
            case _:
                pass
    return Trust(
        gear=gear,
        ignored=frozenset(ignored),
        believed=believed,
        not_renamed=frozenset(not_renamed),
        onus=onus,
        hung=hung,
    )


def may_answer(question: Question, answer: str, network: Network) -> bool:
    """Say whether ``answer`` is one that the question allows."""
    gear = "DEVICE" in question.answers and DeviceId(answer) in network.devices
    return gear or (answer != "DEVICE" and answer in question.answers)


def questions_of(joined: Joined, places: Iterable[Place], network: Network) -> list[Question]:
    """Return what is unclear, most lines first; what was answered is no longer unclear."""
    places = list(places)
    asked = [*_of_gear(joined, places, network), *_of_ports(joined), *_of_differences(places)]
    asked += _of_logins(joined, places)
    if joined.tied:
        claims = {f"{source}/{key}" for who in joined.tied.values() for source, key in who}
        names = ", ".join(f"{spot.serial} on {spot.device}" for spot in joined.tied)[:200]
        asked.append(
            Question(
                id=f"tied|{digest(claims)}",
                owner=Owner.OFFICE,
                text=f"Several households claim one ONU by the same right: {names}. They are "
                "placed on its port. Correct the records.",
                lines=len(claims),
                answers=(KNOWN,),
                examples=_some(claims),
            )
        )
    return sorted(asked, key=lambda one: (-one.lines, one.id))


def _of_gear(joined: Joined, places: list[Place], network: Network) -> list[Question]:
    unknown = sorted(joined.unknown_gear.items(), key=lambda one: (-one[1], one[0]))
    devices = [one.id for one in network.devices.values() if one.kind is not DeviceKind.ONU]
    asked = []
    for (source, key), lines in unknown[:MOST_OF_GEAR]:
        some = ", ".join(sorted(devices)[:MOST_EXAMPLES])
        asked.append(
            Question(
                id=f"gear|{source}|{key}",
                owner=Owner.NETWORK,
                text=f"Which device does {source} mean by gear {key!r}? (such as {some}; "
                f"{NONE}: no line hangs there)",
                lines=lines,
                answers=("DEVICE", NONE),
                examples=_some(
                    f"{one.source}/{one.line}"
                    for one in places
                    if (one.source, one.said[0]) == (source, key)
                ),
            )
        )
    rest = unknown[MOST_OF_GEAR:]
    if rest:
        names = {f"{source}/{key}" for (source, key), _ in rest}
        asked.append(
            Question(
                id=f"gears|{digest(names)}",
                owner=Owner.NETWORK,
                text=f"{len(rest)} more pieces of gear are in no inventory; add them there: "
                f"{', '.join(_some(names))} ...",
                lines=sum(lines for _, lines in rest),
                answers=(KNOWN,),
                examples=_some(names),
            )
        )
    return asked


def _of_ports(joined: Joined) -> list[Question]:
    if len(joined.renamed) > MOST_OF_GEAR:
        words = {"|".join(key) for key in joined.renamed}
        return [
            Question(
                id=f"ports|{digest(words)}",
                owner=Owner.NETWORK,
                text=f"{len(words)} ports have another name in the records than the network shows, "
                "by where their lines are seen. The network's names are used.",
                lines=sum(lines for _, lines in joined.renamed.values()),
                answers=(KNOWN,),
                examples=_some(words),
            )
        ]
    return [
        Question(
            id=f"port|{source}|{device}|{said}",
            owner=Owner.NETWORK,
            text=f"{source} calls port {seen!r} of {device} {said!r}, by where its lines are seen. "
            "Is that one port?",
            lines=lines,
            answers=(YES, NO),
        )
        for (source, device, said), (seen, lines) in joined.renamed.items()
    ]


def _of_differences(places: list[Place]) -> list[Question]:
    groups: dict[tuple[Witness, Witness], list[Place]] = defaultdict(list)
    for place in places:
        if Doubt.CONTRADICTED not in place.doubts and Doubt.UNDECIDED not in place.doubts:
            continue
        against = sorted({word.witness for word in place.against})
        own = sorted(place.witnesses, key=lambda one: (-RELIABILITY[one], one)) or against
        other = next((one for one in against if one is not own[0]), None)
        if other is not None:
            groups[min(own[0], other), max(own[0], other)].append(place)
    return [
        Question(
            id=f"differ|{one}|{other}",
            owner=Owner.OFFICE,
            text=f"{one} and {other} name different spots. Which is to be believed?",
            lines=len(group),
            answers=(one, other, KNOWN),
            examples=_some(f"{place.source}/{place.line}" for place in group),
        )
        for (one, other), group in sorted(groups.items())
    ]


def _of_logins(joined: Joined, places: list[Place]) -> list[Question]:
    if not joined.shared_logins:
        return []
    shared = Counter(
        place.source for place in places if place.login.lower() in joined.shared_logins
    )
    return [
        Question(
            id=f"logins|{source}|{digest(joined.shared_logins)}",
            owner=Owner.OFFICE,
            text=f"{lines} lines of {source} share their login with another line, so their "
            "sessions prove little. Give each line its own.",
            lines=lines,
            answers=(KNOWN,),
            examples=_some(
                f"{one.source}/{one.line}"
                for one in places
                if one.source == source and one.login.lower() in joined.shared_logins
            ),
        )
        for source, lines in sorted(shared.items())
    ]


def digest(words: Iterable[str]) -> str:
    """Return a short word that stands for these words, in whatever order."""
    return sha256("\n".join(sorted(words)).encode()).hexdigest()[:12]


def _some(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words)[:MOST_EXAMPLES])
