"""Gear without a link, and what it fell and rose with -> questions; never an answer by itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from netwatch.inventory.places.companions import Candidate, grouped
from netwatch.inventory.places.place import LIKELY
from netwatch.inventory.places.questions import (
    KNOWN,
    MOST_EXAMPLES,
    NO,
    Owner,
    Question,
    digest,
)
from netwatch.model.names import DeviceId

HANGS: Final = "hangs"
"""The kind of question: ``hangs|PARENT+PARENT|DEVICE+DEVICE``."""
MOST_ASKED: Final = 12
"""So many groups are asked for one by one, the largest first."""
MOST_IN_ONE: Final = 40
"""So many devices are asked for at once."""
MOST_TOLD: Final = 3
"""So many moments are told in a question, the newest."""
FEWEST: Final = 2
"""So often a device fell with its parent before anybody is asked; a port need tell it once."""


def parent_questions(
    found: Mapping[DeviceId, Sequence[Candidate]], answers: Mapping[str, str]
) -> list[Question]:
    """Return what is to be asked of gear without a link, the largest groups first.

    Args:
        found: what each may hang on, as ``companions`` says.
        answers: the last one to each question; what was denied is not asked again, nor what
            somebody said he will write down.
    """
    denied, settled = _spoken(answers)
    open_ones = {
        device: kept
        for device, candidates in found.items()
        if device not in settled
        and (
            kept := [one for one in candidates if (device, one.parent) not in denied and _fit(one)]
        )
    }
    groups = [
        (parents, part)
        for parents, devices in grouped(open_ones, LIKELY).items()
        for part in _parts(sorted(devices))
    ]
    groups.sort(key=lambda one: (-len(one[1]), one[0]))
    asked = [_question(parents, devices, open_ones) for parents, devices in groups[:MOST_ASKED]]
    rest = [device for _, devices in groups[MOST_ASKED:] for device in devices]
    if rest:
        asked.append(
            Question(
                id=f"{HANGS}-more|{digest(rest)}",
                owner=Owner.NETWORK,
                text=f"Outages say of {len(rest)} more devices what they hang on; each is asked "
                "for in its turn.",
                lines=len(rest),
                answers=(KNOWN,),
                examples=tuple(rest[:MOST_EXAMPLES]),
            )
        )
    return asked


def _fit(one: Candidate) -> bool:
    return len(one.times) >= FEWEST or bool(one.port)


def _spoken(
    answers: Mapping[str, str],
) -> tuple[set[tuple[DeviceId, DeviceId]], set[DeviceId]]:
    """Return which parents were denied of which devices, and whose link will be written."""
    denied: set[tuple[DeviceId, DeviceId]] = set()
    settled: set[DeviceId] = set()
    for ident, answer in answers.items():
        kind, *rest = ident.split("|")
        if kind != HANGS or len(rest) != len(("parents", "devices")):
            continue
        parents, devices = ([DeviceId(one) for one in part.split("+")] for part in rest)
        if answer == NO:
            denied.update((device, parent) for device in devices for parent in parents)
        else:
            settled.update(devices)
    return denied, settled


def _parts(devices: Sequence[DeviceId]) -> Iterator[Sequence[DeviceId]]:
    for start in range(0, len(devices), MOST_IN_ONE):
        yield devices[start : start + MOST_IN_ONE]


def _question(
    parents: Sequence[DeviceId],
    devices: Sequence[DeviceId],
    found: Mapping[DeviceId, Sequence[Candidate]],
) -> Question:
    told = [one for device in devices for one in found[device] if one.parent in parents]
    times = sorted({at for one in told for at in one.times})
    when = ", ".join(_moment(at) for at in times[-MOST_TOLD:])
    apart = sum(one.apart for one in told)
    few = len(devices) == 1
    who = f"Does {devices[0]}" if few else f"Do {len(devices)} devices without a link"
    which = " or ".join(f"{parent} ({_odds(parent, devices, found)} %)" for parent in parents)
    ports = _ports(parents, devices, found)
    but = f"; {_times(apart)} {'it' if few else 'one'} went on answering" if apart else ""
    lines = ", ".join(f"uplink: [{parent}]" for parent in parents)
    return Question(
        id=f"{HANGS}|{'+'.join(parents)}|{'+'.join(devices)}",
        owner=Owner.NETWORK,
        text=f"{who} hang on {which}{ports}? They fell and rose together {_times(len(times))} "
        f"({when}){but}. Or they share its power: look before you write {lines}, then answer "
        f"{KNOWN}; or {NO}.",
        lines=len(devices),
        answers=(KNOWN, NO),
        examples=tuple(devices[:MOST_EXAMPLES]),
    )


def _odds(
    parent: DeviceId, devices: Iterable[DeviceId], found: Mapping[DeviceId, Sequence[Candidate]]
) -> int:
    """Return the odds of the least sure of the devices, in hundredths."""
    return (
        min(
            sum(one.permille for one in found[device] if one.parent == parent) for device in devices
        )
        // 10
    )


def _ports(
    parents: Sequence[DeviceId],
    devices: Sequence[DeviceId],
    found: Mapping[DeviceId, Sequence[Candidate]],
) -> str:
    seen = [
        f"{device} at {best.port}"
        for device in devices
        if (best := found[device][0]).port and best.parent in parents
    ]
    more = f" and {len(seen) - MOST_EXAMPLES} more" if len(seen) > MOST_EXAMPLES else ""
    return f" ({', '.join(seen[:MOST_EXAMPLES])}{more})" if seen else ""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
