"""A device that answers echoes while its agent says nothing: nobody is without service.

What hangs on it cannot be seen, which is told to the staff once. Agents that fall silent within
minutes of each other are one matter: a list of allowed askers, a community, a firewall.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from netwatch.correlation.evidence import ICMP
from netwatch.correlation.incidents import AGENT, AlarmKey, Open
from netwatch.model.evidence import Proof
from netwatch.model.facts import (
    AlarmPlaced,
    Cause,
    Diagnosis,
    Fact,
    IncidentKind,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    Part,
)
from netwatch.model.names import DeviceId, ElementName, device_element

if TYPE_CHECKING:
    from netwatch.correlation.view import State

TOGETHER: Final = timedelta(minutes=5)
"""An agent that falls silent so soon after another belongs to the same incident."""
ECHO_S: Final = 180
"""An echo heard so long ago does not speak for a device any more."""
MOST: Final = 64
"""So many agents are named in one incident."""


def is_mute(state: "State", key: AlarmKey) -> bool:
    """Say whether an alarm is that an agent fell silent on a device that is there."""
    device, check, _ = key
    if check != AGENT or key not in state.decided.agents:
        return False
    source = state.evidence.sources.get((device, ICMP, None))
    if source is None or state.evidence.run[source] <= 0:
        return False
    return state.second - int(state.evidence.at[source].max()) <= ECHO_S


def told(
    state: "State", at: datetime, alarms: Sequence[tuple[AlarmKey, datetime]], number: int
) -> Iterator[Fact]:
    """Yield what it means that these agents are mute: an incident, or one that goes on."""
    if not alarms:
        return
    held = _going_on(state, at, alarms)
    incident = held.id if held else state.rules.number(number)
    old = held.root_cause if held and held.restored_at is None else ()
    new = {device_element(key[0]) for key, _ in alarms}
    devices = (*old, *sorted(new - set(old)))[:MOST]
    if held is None:
        since = min(at, *(raised for _, raised in alarms))
        yield IncidentOpened(
            at=at, incident=incident, since=since, diagnosis=_diagnosis(state, devices)
        )
    elif held.restored_at is not None:
        yield IncidentRelapsed(at=at, incident=incident)
    if held is not None and (devices != old or held.restored_at is not None):
        yield IncidentRevised(at=at, incident=incident, diagnosis=_diagnosis(state, devices))
    for n, (key, _) in enumerate(alarms):
        device, check, part = key
        as_ = Part.ROOT if held is None and n == 0 else Part.FOLDED
        yield AlarmPlaced(
            at=at, device=device, check=check, part=part, as_=as_, incident=incident, why="mute"
        )


def _going_on(
    state: "State", at: datetime, alarms: Sequence[tuple[AlarmKey, datetime]]
) -> Open | None:
    """Return the incident that these agents belong to: their own, or one that has just begun."""
    names = {device_element(key[0]) for key, _ in alarms}
    found = [one for _, one in sorted(state.decided.incidents.items()) if one.mute]
    own = [one for one in found if names & set(one.root_cause)]
    young = [one for one in found if one.restored_at is None and at - one.opened_at <= TOGETHER]
    return next(iter((*own, *young)), None)


def heard_again(state: "State", held: Open, at: datetime) -> Iterator[Fact]:
    """Yield the end of an incident whose agents all answer, or that fewer are left."""
    silent = {device_element(device) for device, _, _ in state.decided.agents}
    left = tuple(name for name in held.root_cause if name in silent and _known(state, name))
    if len(held.root_cause) >= MOST:
        left = (*left, *_unnamed(state))[:MOST]
    if not left:
        yield IncidentRestored(at=at, incident=held.id)
    elif left != held.root_cause:
        yield IncidentRevised(at=at, incident=held.id, diagnosis=_diagnosis(state, left))


def _unnamed(state: "State") -> list[ElementName]:
    """Return the mute agents that had no room in their incident beside those it names."""
    named = {n for one in state.decided.incidents.values() if one.mute for n in one.root_cause}
    placed = [key for key in state.decided.agents if key not in state.decided.unplaced]
    found = {device_element(key[0]) for key in placed if is_mute(state, key)}
    return sorted(name for name in found - named if _known(state, name))


def _known(state: "State", name: ElementName) -> bool:
    return DeviceId(name.partition(":")[2]) in state.network.devices


def _diagnosis(state: "State", devices: Iterable[ElementName]) -> Diagnosis:
    names = tuple(devices)
    olts = {DeviceId(name.partition(":")[2]) for name in names}
    hidden = sum(device.via in olts for device in state.network.devices.values() if device.via)
    return Diagnosis(
        kind=IncidentKind.BLIND,
        cause=Cause.DEVICE,
        root_cause=names,
        confidence=1.0,
        proof=Proof(silent=0, asked=0, answering=0, blind=hidden, mute=len(names)),
    )
