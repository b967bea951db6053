"""Device -> why nothing was said about it. Silence needs a reason, and a next step."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from netwatch.model.arrivals import Outcome
from netwatch.model.evidence import Unseeing
from netwatch.model.facts import IncidentKind, NoticeDue, Part, Withheld
from netwatch.model.names import SELF, DeviceId, IncidentId, MaintenanceId, device_element
from netwatch.model.network import Network
from netwatch.views.alarms import Standing
from netwatch.views.below import Ways
from netwatch.views.board import Board
from netwatch.views.proof import elements, stamp

Answer = dict[str, Any]

FIRST = (Part.ROOT, Part.FOLDED, Part.PLANNED, Part.FLAPPING, Part.NOISE, None)
"""Which of a device's alarms explains most."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The freshest answer to a status question, for those who have it at hand."""

    at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Reason:
    """Why nothing was said: the word of the contract, a sentence, and where it leads."""

    word: str
    text: str
    incident: IncidentId | None = None
    since: datetime | None = None


def why_not(
    board: Board,
    network: Network,
    device: DeviceId,
    *,
    seen: Seen | None = None,
    last_due: NoticeDue | None = None,
    ways: Ways | None = None,
) -> Answer:
    """Return the answer of ``why-not``.

    Args:
        board: the incidents and alarms as they stand.
        network: the inventory in force.
        device: the device somebody expected to hear of.
        seen: its freshest answer, where known.
        last_due: the last notice that was due about its incident, to tell withheld words apart.
        ways: the ways through this network, for those who ask often.
    """
    reason = next(_reasons(board, ways or Ways(network), device, seen, last_due))
    answer: Answer = {
        "device": device,
        "reason": reason.word,
        "incident": reason.incident,
        "since": None if reason.since is None else stamp(reason.since),
        "text": reason.text,
    }
    if (swapped := board.swapped.get(device)) is not None:
        at, serial, before = stamp(swapped.at), swapped.serial, swapped.before
        answer["swapped"] = {"at": at, "serial": serial, "before": before}
    return answer


def _reasons(
    board: Board, ways: Ways, device: DeviceId, seen: Seen | None, last_due: NoticeDue | None
) -> Iterator[Reason]:
    network = ways.network
    if device not in network.devices:
        yield Reason("unknown", f"{device} is not in the inventory; look with: netwatch check")
    alarm = _telling(board, device)
    if alarm is not None:
        yield _of_alarm(board, alarm, last_due)
    yield from _under_works(board, ways, device)
    yield from _below(board, ways, device)
    yield from _left_by_works(board, device)
    yield from _seen_through_blind(board, network, device)
    if seen is not None and seen.outcome is Outcome.BLIND:
        text = f"we cannot ask {device}; see what stands in our way: netwatch doctor"
        yield Reason("blind", text, since=seen.at)
    known = network.devices[device]
    if known.address is None and known.via is None:
        text = f"{device} has no address: it is never asked, it can only be found as a cause"
        yield Reason("unknown", text)
    if seen is not None and seen.outcome is Outcome.SILENT:
        text = f"{device} was silent once and no alarm stands yet; ask again in a few seconds"
        yield Reason("below-threshold", text, since=seen.at)
    last = next(iter(board.alarms.of(device)), None)
    since = last.cleared_at if last else None
    yield Reason("up", f"no alarm stands against {device}; history: netwatch facts", since=since)


def _telling(board: Board, device: DeviceId) -> Standing | None:
    """Return the alarm that explains most; one of works that are over explains nothing any more."""
    standing = [
        alarm
        for alarm in board.alarms.of(device)
        if alarm.cleared_at is None
        and (alarm.placed is not Part.PLANNED or _goes_on(board, alarm.why))
    ]
    return min(standing, key=lambda alarm: FIRST.index(alarm.placed), default=None)


def _kept_back(board: Board, incident: IncidentId, last_due: NoticeDue | None) -> bool:
    """Say whether words were due and none left: in shadow; a hold is another matter."""
    if last_due is not None:
        return last_due.withheld is Withheld.SHADOW
    outage = board.outages.get(incident)
    return outage is not None and outage.phase is not None and not outage.shown and not board.held


def _goes_on(board: Board, works: str) -> bool:
    work = board.works.get(MaintenanceId(works))
    return work is not None and work.state == "going on"


def _of_alarm(board: Board, alarm: Standing, last_due: NoticeDue | None) -> Reason:
    what = f"{alarm.check}{f' {alarm.part}' if alarm.part else ''} of {alarm.device}"
    incident = board.survivor(alarm.incident) if alarm.incident else None
    look = f"see: netwatch why {incident}" if incident else "see: netwatch incident list"
    why = f" ({alarm.why})" if alarm.why else ""
    if isinstance(alarm.because, Unseeing) and alarm.placed is not Part.PLANNED:
        text = f"we cannot ask {alarm.device}: {alarm.because.detail}; see: netwatch doctor"
        return Reason("blind", text, incident, alarm.raised_at)
    match alarm.placed:
        case Part.ROOT if incident and _kept_back(board, incident, last_due):
            word = "shadow"
            text = f"{what} is the root of {incident}; its words were kept back by shadow; {look}"
        case Part.ROOT:
            word, text = "folded", f"{what} is the root of {incident}, and that was said; {look}"
        case Part.FOLDED:
            word = "folded"
            text = f"{what} is explained by {incident}{why}: one fault, one alert; {look}"
        case Part.PLANNED:
            word = "planned"
            text = f"{what} falls into planned works {alarm.why}; see: netwatch maintenance list"
        case Part.FLAPPING:
            word = "flapping"
            text = f"{what} goes up and down{why}; it is told once, not at each change; {look}"
        case Part.NOISE:
            word = "below-threshold"
            text = f"{what} stands alone and proves too little{why}; look at it by hand"
        case None:
            word, text = "below-threshold", f"{what} is being weighed; ask again in a few seconds"
    return Reason(word, text, incident, alarm.raised_at)


def _under_works(board: Board, ways: Ways, device: DeviceId) -> Iterator[Reason]:
    for work in board.works.values():
        if work.state == "going on" and ways.cut_off(device, work.elements):
            text = f"{device} is under planned works {work.id}; see: netwatch maintenance list"
            yield Reason("planned", text, since=work.starts)


def _seen_through_blind(board: Board, network: Network, device: DeviceId) -> Iterator[Reason]:
    """Yield that what tells of a device does not answer itself, or cannot be asked."""
    via = network.devices[device].via
    for outage in board.open():
        blind = outage.kind is IncidentKind.BLIND
        if via is not None and blind and device_element(via) in outage.root_cause:
            why = "whose management agent does not answer" if outage.mute else "which we cannot ask"
            text = f"{device} is seen through {via}, {why}"
            text = f"{text}: see netwatch why {outage.incident}"
            yield Reason("blind", text, outage.incident, outage.since)


def _left_by_works(board: Board, device: DeviceId) -> Iterator[Reason]:
    """Yield what became of an alarm that was planned until its works were over."""
    for alarm in board.alarms.of(device):
        if alarm.cleared_at is not None or alarm.placed is not Part.PLANNED:
            continue
        for outage in board.open():
            if device_element(device) in outage.root_cause:
                text = f"{device} is what {outage.incident} is about; see: netwatch why"
                yield Reason("folded", text, outage.incident, outage.since)
        text = f"{device} was under works {alarm.why}, which are over; it is being weighed"
        yield Reason("below-threshold", text, since=alarm.raised_at)


def _below(board: Board, ways: Ways, device: DeviceId) -> Iterator[Reason]:
    for outage in board.open():
        blind = outage.kind is IncidentKind.BLIND and SELF not in outage.root_cause
        if blind or device_element(device) in outage.root_cause:
            continue
        if ways.cut_off(device, outage.root_cause):
            cause = elements(outage.root_cause)
            text = f"{device} hangs below {cause}, which is down: see netwatch why"
            yield Reason("shadow", f"{text} {outage.incident}", outage.incident, outage.since)
