"""Sample -> Alarm. Each raise has its clear, and a clear is always a state that was seen."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from netwatch.detection import limits, streaks
from netwatch.detection.identity import SERIAL, met
from netwatch.detection.limits import Crossing, LimitKey
from netwatch.detection.rules import DetectionRules
from netwatch.detection.streaks import Streak
from netwatch.model.arrivals import Answered, Arrival, Loaded, Outcome, Readings, Sample, Started
from netwatch.model.facts import (
    AlarmCleared,
    AlarmRaised,
    DeviceMet,
    DeviceSwapped,
    Fact,
    Severity,
)
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.network import Network
from netwatch.model.stages import NOTHING, Decision

AlarmKey = tuple[DeviceId, CheckName, str | None]
BLIND = "blind:"
"""Checks of alarms that say "we could not ask" bear this before the check's own name."""


@dataclass(slots=True, kw_only=True)
class State:
    """Streaks and crossings are learnt; alarms are decided."""

    rules: DetectionRules
    known: frozenset[str]
    """Devices and services: what others say of themselves is not kept."""
    streaks: dict[AlarmKey, Streak] = field(default_factory=dict)
    crossings: dict[LimitKey, Crossing] = field(default_factory=dict)
    alarms: set[AlarmKey] = field(default_factory=set)
    serials: dict[DeviceId, str] = field(default_factory=dict)
    """Decided too: a device swapped while netwatch was away is found out."""


def begin(network: Network, rules: DetectionRules) -> State:
    """Know nothing yet."""
    return State(rules=rules, known=_known(network))


def _known(network: Network) -> frozenset[str]:
    return frozenset((*network.devices, *network.services))


def observe(state: State, arrival: Arrival) -> None:
    """Keep how often in a row each question was answered well or badly."""
    match arrival:
        case Sample() | Readings() if arrival.device not in state.known:
            pass
        case Sample():
            key = (arrival.device, arrival.check, arrival.part)
            streak = state.streaks.get(key)
            if streak is None:
                streak = state.streaks[key] = Streak()
            streaks.take(streak, arrival)
        case Readings():
            for rule, part, value in limits.readings(arrival, state.rules.limits):
                crossing = state.crossings.setdefault((arrival.device, rule.id, part), Crossing())
                if limits.beyond(rule, value):
                    crossing.beyond, crossing.inside = crossing.beyond + 1, 0
                elif limits.inside(rule, value):
                    crossing.beyond, crossing.inside = 0, crossing.inside + 1
        case Started():
            state.streaks.clear()
            state.crossings.clear()
        case _:
            pass


def unstirred(state: State, sample: Sample) -> Streak | None:
    """Return the streak to count a sample in, where it is good news and no alarm stands."""
    value, check = sample.value, sample.check
    if sample.outcome is not Outcome.ANSWERED or check == SERIAL:
        return None
    if isinstance(value, str) and value not in streaks.GOOD:
        return None
    device, part, alarms = sample.device, sample.part, state.alarms
    key = (device, check, part)
    streak = state.streaks.get(key)  # no streak is kept of who is not known
    if streak is None:
        return None
    if alarms and (key in alarms or (device, BLIND + check, part) in alarms):
        return None
    return streak


def stirs(state: State, answered: Answered) -> Iterator[int]:
    """Yield the rows from which a fact may follow: bad news, and all news of what is alarmed."""
    alarms = state.alarms
    few = len(alarms) < len(answered)
    alarmed = {device for device, _, _ in alarms} if few else {*answered.devices}
    rows = zip(answered.devices, answered.checks, answered.parts, answered.values, strict=True)
    for row, (device, check, part, value) in enumerate(rows):
        if (isinstance(value, str) and value not in streaks.GOOD) or (
            device in alarmed
            and ((device, check, part) in alarms or (device, BLIND + check, part) in alarms)
        ):
            yield row


def refresh(state: State, answered: Answered, stirring: Container[int]) -> None:
    """Keep of all other rows what ``observe`` would keep of their samples."""
    known, kept, at = state.known, state.streaks, answered.at
    rows = zip(answered.devices, answered.checks, answered.parts, strict=True)
    for row, key in enumerate(rows):
        if row in stirring or key[0] not in known:
            continue
        streak = kept.get(key)
        if streak is None:
            streak = kept[key] = Streak()
        streaks.take_good(streak, at)


def decide(state: State, arrival: Arrival, earlier: Sequence[Fact]) -> Decision:  # noqa: ARG001 - the first stage has none before it
    """Return the alarms that this arrival raises or clears."""
    match arrival:
        case Sample() | Readings() if arrival.device not in state.known:
            return NOTHING
        case Loaded():
            return Decision(tuple(_gone(state, arrival.at)))
        case Sample():
            is_serial = arrival.check == SERIAL
            fact = met(state.serials, arrival) if is_serial else _judge(state, arrival)
            return Decision((fact,)) if fact else NOTHING
        case Readings():
            facts = tuple(_measured(state, arrival))
            return Decision(facts) if facts else NOTHING
        case _:
            return NOTHING


def _gone(state: State, at: datetime) -> Iterator[AlarmCleared]:
    """Yield the end of what stood on devices that the inventory no longer has."""
    for device, check, part in sorted(state.alarms, key=str):
        if device not in state.known:
            yield AlarmCleared(at=at, device=device, check=check, part=part)


def _judge(state: State, sample: Sample) -> AlarmRaised | AlarmCleared | None:
    key = (sample.device, sample.check, sample.part)
    streak, rule = state.streaks[key], state.rules.streaks.get(sample.check, state.rules.default)
    if sample.outcome is Outcome.BLIND:
        return _blind(state, sample, streak)
    unseen = (sample.device, CheckName(BLIND + sample.check), sample.part)
    if unseen in state.alarms:
        device, check, part = unseen
        return AlarmCleared(at=sample.at, device=device, check=check, part=part)
    if key in state.alarms:
        if streak.good >= rule.good_in_a_row:
            return AlarmCleared(at=sample.at, device=key[0], check=key[1], part=key[2])
        return None
    because = streaks.raises(streak, rule)
    if because is None:
        return None
    return AlarmRaised(
        at=sample.at,
        device=key[0],
        check=key[1],
        part=key[2],
        severity=rule.severity,
        because=because,
    )


def _blind(state: State, sample: Sample, streak: Streak) -> AlarmRaised | None:
    check = CheckName(BLIND + sample.check)
    if (sample.device, check, sample.part) in state.alarms:
        return None
    because = streaks.unseeing(streak, state.rules.blind_in_a_row, sample.detail)
    if because is None:
        return None
    return AlarmRaised(
        at=sample.at,
        device=sample.device,
        check=check,
        part=sample.part,
        severity=Severity.WARNING,
        because=because,
    )


def _measured(state: State, arrival: Readings) -> Iterator[AlarmRaised | AlarmCleared]:
    for rule, part, value in limits.readings(arrival, state.rules.limits):
        check = CheckName(f"{rule.check}.{rule.id}")
        key = (arrival.device, check, part)
        crossing = state.crossings[arrival.device, rule.id, part]
        because = limits.beyond(rule, value)
        if key in state.alarms:
            if crossing.inside >= rule.times:
                yield AlarmCleared(at=arrival.at, device=arrival.device, check=check, part=part)
        elif because and crossing.beyond >= rule.times:
            yield AlarmRaised(
                at=arrival.at,
                device=arrival.device,
                check=check,
                part=part,
                severity=rule.severity,
                because=because,
            )


def evolve(state: State, fact: Fact) -> None:
    """Remember which alarms stand, and who stands where."""
    match fact:
        case AlarmRaised():
            state.alarms.add((fact.device, fact.check, fact.part))
        case AlarmCleared():
            state.alarms.discard((fact.device, fact.check, fact.part))
        case DeviceMet() | DeviceSwapped():
            state.serials[fact.device] = fact.serial
        case _:
            pass


def refit(state: State, network: Network, rules: DetectionRules) -> None:
    """Go on with another inventory and other thresholds; standing alarms are kept."""
    state.rules = rules
    state.known = _known(network)
    for key in [k for k in state.streaks if k[0] not in state.known]:
        del state.streaks[key]
    for limit in [k for k in state.crossings if k[0] not in state.known]:
        del state.crossings[limit]


def snapshot(state: State) -> dict[str, Any]:
    """Return the standing alarms."""
    alarms = sorted(([*key] for key in state.alarms), key=str)
    return {"alarms": alarms, "serials": dict(sorted(state.serials.items()))}


def restore(state: State, plain: Mapping[str, Any]) -> None:
    """Take a snapshot back."""
    state.alarms = {(DeviceId(d), CheckName(c), p) for d, c, p in plain["alarms"]}
    state.serials = {DeviceId(d): serial for d, serial in plain.get("serials", {}).items()}
