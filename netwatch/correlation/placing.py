"""Every alarm ends in exactly one part: root, folded, flapping, planned or noise, and why."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from netwatch.correlation import agents
from netwatch.correlation.covering import hangs_on
from netwatch.correlation.evidence import IF_OPER
from netwatch.correlation.incidents import AlarmKey, Open
from netwatch.correlation.isolation import of_poller
from netwatch.correlation.maintenance import Planned
from netwatch.correlation.view import State, blames_us, blinded, carried_by, tops_of
from netwatch.model.evidence import Proof, Unseeing
from netwatch.model.facts import (
    AlarmPlaced,
    AlarmRaised,
    Cause,
    Diagnosis,
    Fact,
    IncidentKind,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRevised,
    Part,
)
from netwatch.model.names import SELF, DeviceId, IncidentId, device_element

MOST: Final = 6
"""So many devices that cannot be asked are named."""
AT_ONCE: Final = 3000
"""So many alarms are looked at in a second, those raised first."""
PATIENCE: Final = timedelta(seconds=90)
"""An alarm that no incident wanted for so long had one witness only."""


def place(state: State, at: datetime, opened: Sequence[IncidentOpened]) -> Iterator[Fact]:
    """Yield the part of every alarm that can be told now, the roots of new incidents first."""
    if not state.decided.unplaced:
        return
    rooted: set[IncidentId] = {i.id for i in state.decided.incidents.values() if i.rooted}
    owners = _Owners(state)
    mute: list[tuple[AlarmKey, datetime]] = []
    first = islice(state.decided.unplaced.items(), AT_ONCE)
    waiting = sorted(
        ((key, since) for key, times in first for since in times),
        key=lambda kv: (_node(state, kv[0]), str(kv[0]), kv[1]),
    )
    for key, since in waiting:
        incident = owners.of(key)
        works = _works(state, key)
        if works and (incident is None or incident.since >= works.starts):
            device, check, part = key
            yield AlarmPlaced(
                at=at, device=device, check=check, part=part, as_=Part.PLANNED, why=works.id
            )
        elif incident is not None:
            yield _placed(key, at, incident, rooted)
            rooted.add(incident.id)
        elif at - since >= PATIENCE and agents.is_mute(state, key):
            mute.append((key, since))
        elif at - since >= PATIENCE and not opened:
            device, check, part = key
            yield AlarmPlaced(
                at=at, device=device, check=check, part=part, as_=Part.NOISE, why="one-witness"
            )
    yield from agents.told(state, at, mute, state.decided.number + len(opened) + 1)


def _placed(key: AlarmKey, at: datetime, incident: Open, rooted: set[IncidentId]) -> AlarmPlaced:
    device, check, part = key
    if incident.kind is IncidentKind.FLAPPING:
        as_, why = Part.FLAPPING, "unstable"
    elif incident.id in rooted:
        as_, why = Part.FOLDED, "below-root"
    else:
        as_, why = Part.ROOT, "nearest-to-root"
    return AlarmPlaced(
        at=at, device=device, check=check, part=part, as_=as_, incident=incident.id, why=why
    )


def _node(state: State, key: AlarmKey) -> int:
    return state.index.device.get(key[0], len(state.index))


def _works(state: State, key: AlarmKey) -> Planned | None:
    """Return the works that an alarm falls into: all it speaks of hangs on what they took."""
    cover = state.cover
    nodes = _spoken_of(state, key) if cover.tops else ()
    if not nodes or not any(cover.holds(state.index, n) for n in nodes):
        return None
    works = [state.decided.works[name] for name in cover.works]
    alone = (one for one in works if _on(state, one, nodes))
    return next(alone, works[0])


def _on(state: State, one: Planned, nodes: Iterable[int]) -> bool:
    tops = carried_by(state, one)
    return any(hangs_on(state.index, tops, n) for n in nodes)


def _spoken_of(state: State, key: AlarmKey) -> set[int]:
    """Return the nodes that an alarm speaks of."""
    device, check, part = key
    node = state.index.device.get(device)
    if node is None:
        return set()
    if check != IF_OPER:
        return set(state.index.twins.get(node, (node,)))
    source = state.evidence.sources.get((device, check, part))
    if source is None:
        return set()
    return {int(n) for n in (state.evidence.link[source], state.evidence.far[source]) if n >= 0}


class _Owners:
    """The incidents that may own alarms, by where they are and by what they are called."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._at: dict[int, list[Open]] = {}
        self._called: dict[str, list[Open]] = {}
        for incident in state.decided.incidents.values():
            if incident.kind is IncidentKind.BLIND and not blames_us(incident):
                continue  # that a device cannot be asked explains no other alarm
            for top in tops_of(state, incident):
                self._at.setdefault(top, []).append(incident)
            for element in incident.root_cause:
                self._called.setdefault(element, []).append(incident)

    def of(self, key: AlarmKey) -> Open | None:
        """Return the incident that an alarm belongs to, the oldest first."""
        index, found = self._state.index, list[Open]()
        for node in _spoken_of(self._state, key):
            found += self._called.get(index.names[node], ())
            for above in (node, *index.above(node)):
                found += self._at.get(above, ())
        return min(found, key=lambda i: (i.opened_at, i.id), default=None)


def blindness(state: State, at: datetime, earlier: Sequence[Fact]) -> Iterator[Fact]:
    """Yield what it means that we could not ask: the staff is told once, customers never.

    A few devices that cannot be asked are the root cause themselves; with half of all, it is us.
    """
    raised = [f for f in earlier if isinstance(f, AlarmRaised) and isinstance(f.because, Unseeing)]
    for alarm in raised:
        if (works := _works(state, (alarm.device, alarm.check, alarm.part))) is not None:
            yield AlarmPlaced(
                at=at,
                device=alarm.device,
                check=alarm.check,
                part=alarm.part,
                as_=Part.PLANNED,
                why=works.id,
            )
            continue
        held = _blind_incident(state)
        incident = held.id if held else state.rules.number(state.decided.number + 1)
        if held is None:
            yield _opened(state, alarm, incident)
        else:
            if held.restored_at is not None:
                yield IncidentRelapsed(at=at, incident=incident)
            if not blames_us(held) and (held.restored_at is not None or blinded(state)):
                diagnosis = blind_diagnosis(state, [alarm.device])
                yield IncidentRevised(at=at, incident=incident, diagnosis=diagnosis)
        yield AlarmPlaced(
            at=at,
            device=alarm.device,
            check=alarm.check,
            part=alarm.part,
            as_=Part.FOLDED if held else Part.ROOT,
            incident=incident,
            why="blind",
        )


def blind_diagnosis(state: State, devices: Iterable[DeviceId]) -> Diagnosis:
    """Return the diagnosis that these cannot be asked; when half of all cannot, that it is us."""
    names = tuple(device_element(device) for device in devices)[:MOST]
    us = blinded(state) or not names
    return Diagnosis(
        kind=IncidentKind.BLIND,
        cause=Cause.SELF,
        root_cause=(SELF,) if us else names,
        confidence=1.0,
        proof=Proof(
            silent=0,
            asked=len(state.evidence.sources) if us else 0,
            answering=0,
            blind=len(state.evidence.blind),
        ),
    )


def _blind_incident(state: State) -> Open | None:
    return next(
        (
            i
            for _, i in sorted(state.decided.incidents.items())
            if i.kind is IncidentKind.BLIND and not (of_poller(i) or i.mute)
        ),
        None,
    )


def _opened(state: State, alarm: AlarmRaised, incident: IncidentId) -> IncidentOpened:
    return IncidentOpened(
        at=alarm.at,
        incident=incident,
        since=alarm.at,
        diagnosis=blind_diagnosis(state, [alarm.device]),
    )
